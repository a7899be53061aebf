//! Any calls of the C ABI, in any order, with handles that are right, of another type, freed, or none.

use core::ffi::c_void;
use std::any::type_name;
use std::ffi::CStr;
use std::ptr::{self, null, null_mut};
use std::sync::{Mutex, PoisonError};

#[allow(clippy::wildcard_imports, reason = "all of it is called")]
use allod_ffi::*;

use super::source::Source;

/// One at a time: how many handles are alive is counted for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

const CALLS: usize = 80;

/// What makes sense somewhere, so that calls get further than to their first argument.
const WORDS: &[&str] = &[
    "{}",
    "[]",
    "/",
    "/a",
    "/a/b",
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    "did:web:a.example",
    "zdpuAmMWEpz2xFtmJY15tL5sTr22CofFLQcXRDAv5jkrKLsya",
    r#"{"now":1800000000,"revoked":[]}"#,
    r#"{"now":1800000000}"#,
    r#"{"audience":"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp","subject":null,"command":"/a"}"#,
    r#"{"subject":"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp","command":"/a/b","arguments":{"n":1}}"#,
    r#"{"subject":"did:web:a.example","command":"/a"}"#,
    r#"{"device":"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp","asOneself":true}"#,
    r#"{"to":"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp","most":3}"#,
    r#"[["==",".n",1]]"#,
    r#"{"ran":"zdpuAmMWEpz2xFtmJY15tL5sTr22CofFLQcXRDAv5jkrKLsya","out":{"ok":1}}"#,
    r#"{"dangerAnySubject":true,"log":"decisions","tolerance":0}"#,
];

/// Calls, each with arguments from the bytes; then everything is freed, and nothing is left.
pub(super) fn calls(data: &[u8]) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = allod_live_handles();
    let mut host = Host { source: Source::new(data), handles: Vec::new(), said: Vec::new() };
    // A key and what can be done with it, so that something works at all.
    host.call(0);
    host.call(11);
    host.call(20);
    host.call(21);
    for _ in 0..host.source.below(40) {
        let which = host.source.below(CALLS);
        host.call(which);
    }
    host.free_all();
    assert_eq!(allod_live_handles(), before, "something was never freed");
}

struct Host<'a> {
    source: Source<'a>,
    /// Handles that were given out, with the names of their types. Some of them were freed since.
    handles: Vec<(&'static str, usize)>,
    /// Bytes that came out.
    said: Vec<Vec<u8>>,
}

/// Calls what gives something, and keeps it.
macro_rules! made {
    ($host:ident, $function:ident($($argument:expr),*)) => {{
        let mut out = null_mut();
        // SAFETY: what is passed as bytes is there, handles are looked up, and there is a place for the result.
        let error = unsafe { $function($($argument,)* &raw mut out) };
        let failed = $host.failed(error);
        assert!(!failed || out.is_null(), "written although it failed");
        $host.keep(out);
    }};
}

/// Calls what gives something plain, or nothing.
macro_rules! done {
    ($host:ident, $function:ident($($argument:expr),*)) => {{
        // SAFETY: as above.
        let error = unsafe { $function($($argument),*) };
        $host.failed(error);
    }};
}

impl Host<'_> {
    fn keep<T: 'static>(&mut self, handle: *mut T) {
        if handle.is_null() {
            return;
        }
        if type_name::<T>() == type_name::<AllodBytes>() && self.said.len() < 8 {
            // SAFETY: bytes of the library's own.
            self.said.push(unsafe {
                let (data, len) = (allod_bytes_data(handle.cast()), allod_bytes_len(handle.cast()));
                std::slice::from_raw_parts(data, len).to_vec()
            });
        }
        self.handles.push((type_name::<T>(), handle.addr()));
    }

    /// Whether it is an error, which is one that has a number of its own and is no fault of the library.
    fn failed(&mut self, error: *mut AllodError) -> bool {
        if error.is_null() {
            return false;
        }
        // SAFETY: an error of the library's own.
        unsafe {
            let (number, name) = (allod_error_number(error), CStr::from_ptr(allod_error_name(error)));
            let message = CStr::from_ptr(allod_error_message(error)).to_str().expect("text");
            assert!(![ALLOD_OK, ALLOD_PANIC, ALLOD_UNLISTED].contains(&number), "{name:?}: {message}");
            assert!(!message.is_empty());
            assert!(allod_error_free(error) && !allod_error_free(error));
        }
        true
    }

    /// A handle: most often one of that type, which may have been freed.
    fn handle<T: 'static>(&mut self) -> *const T {
        let of_type: Vec<usize> =
            self.handles.iter().filter(|(name, _)| *name == type_name::<T>()).map(|(_, it)| *it).collect();
        match self.source.below(12) {
            0 => null(),
            1 => ptr::without_provenance(usize::from(self.source.byte())),
            2 if !self.handles.is_empty() => {
                let any = self.source.below(self.handles.len());
                ptr::without_provenance(self.handles[any].1)
            }
            _ if of_type.is_empty() => null(),
            _ => ptr::without_provenance(self.source.pick(&of_type)),
        }
    }

    /// Bytes that make sense somewhere, that came out before, or any.
    fn data(&mut self) -> Vec<u8> {
        match self.source.below(4) {
            0 => self.source.bytes(60),
            1 if !self.said.is_empty() => self.source.pick(&self.said),
            _ => self.source.pick(WORDS).as_bytes().to_vec(),
        }
    }

    fn number(&mut self) -> u32 {
        u32::from(self.source.byte() % 9)
    }

    fn time(&mut self) -> i64 {
        self.source.pick(&[1_800_000_000, 0, -1, i64::MAX, i64::MIN, 1_800_000_200])
    }

    /// One of the functions. None of those that open files: a fuzzer's paths may be anyone's.
    #[allow(clippy::too_many_lines, reason = "one line for each function")]
    fn call(&mut self, which: usize) {
        let (one, other, third) = (self.data(), self.data(), self.data());
        let (a, al) = (one.as_ptr().cast::<c_void>(), one.len());
        let (b, bl) = (other.as_ptr().cast::<c_void>(), other.len());
        let (c, cl) = (third.as_ptr().cast::<c_void>(), third.len());
        let (n, m, now) = (self.number(), self.number(), self.time());
        let (mut flag, mut count, mut time, mut size) = (false, 0_u32, 0_i64, 0_usize);
        let mut signature = [0_u8; 64];
        match which {
            0 => made!(self, allod_key_from_seed(1 + n % 3, [m as u8 + 1; 32].as_ptr().cast(), 32)),
            1 => made!(self, allod_key_from_seed(n, a, al)),
            2 => made!(self, allod_key_from_jwk(a.cast(), al)),
            3 => made!(self, allod_key_from_pkcs8(a, al)),
            4 => made!(self, allod_key_from_pem(a.cast(), al)),
            5 => made!(self, allod_key_danger_export_seed(self.handle())),
            6 => made!(self, allod_key_danger_export_jwk(self.handle())),
            7 => made!(self, allod_key_danger_export_pkcs8(self.handle())),
            8 => made!(self, allod_key_did(self.handle())),
            9 => made!(self, allod_key_public(self.handle())),
            10 => done!(self, allod_key_sign(self.handle(), a, al, signature.as_mut_ptr())),
            11 => made!(self, allod_signer_from_key(self.handle())),
            12 => made!(self, allod_signer_new(n, a, al, b.cast(), bl, Some(sign), null_mut(), None)),
            13 => made!(self, allod_signer_acting_as(self.handle(), a.cast(), al)),
            14 => made!(self, allod_signer_did(self.handle())),
            15 => made!(self, allod_token_parse(a, al)),
            16 => done!(self, allod_token_kind(self.handle(), &raw mut count)),
            17 => made!(self, allod_token_bytes(self.handle())),
            18 => made!(self, allod_token_cid(self.handle())),
            19 => made!(self, allod_token_claims(self.handle(), n % 3)),
            20 => made!(self, allod_store_memory()),
            21 => made!(self, allod_agent_new(self.handle(), self.handle(), null(), 0)),
            22 => made!(self, allod_agent_new(self.handle(), self.handle(), a, al)),
            23 => done!(self, allod_token_verify(self.handle(), a, al)),
            24 => made!(self, allod_delegation_sign(self.handle(), a, al)),
            25 => made!(self, allod_invocation_sign(self.handle(), a, al)),
            26 => made!(self, allod_revocation_sign(self.handle(), a, al)),
            27 => made!(self, allod_receipt_sign(self.handle(), a, al)),
            28 => made!(self, allod_delegation_to_sign(n, a, al, b.cast(), bl, c, cl)),
            29 => made!(self, allod_invocation_to_sign(n, a, al, b.cast(), bl, c, cl)),
            30 => made!(self, allod_revocation_to_sign(n, a, al, b.cast(), bl, c, cl)),
            31 => made!(self, allod_receipt_to_sign(n, a, al, b.cast(), bl, c, cl)),
            32 => made!(self, allod_delegation_lints(a, al, n % 3)),
            33 => made!(self, allod_unsigned_bytes(self.handle())),
            34 => made!(self, allod_unsigned_attach(self.handle(), a, al)),
            35 => made!(self, allod_container_read(a, al)),
            36 => {
                let tokens = [self.handle(), self.handle()];
                made!(self, allod_container_of(tokens.as_ptr(), n as usize % 3));
            }
            37 => made!(self, allod_container_write(self.handle(), n)),
            38 => done!(self, allod_container_len(self.handle(), &raw mut size)),
            39 => made!(self, allod_container_token(self.handle(), n as usize)),
            40 => made!(self, allod_container_contents(self.handle(), n % 3)),
            41 => made!(self, allod_policy_words(a, al, n % 3)),
            42 => made!(self, allod_policy_evaluate(a, al, b, bl, n % 3)),
            43 => made!(self, allod_did_read(a.cast(), al, n % 3)),
            44 => made!(self, allod_did_of_key(n, a, al)),
            45 => made!(self, allod_did_document(a.cast(), al)),
            46 => made!(self, allod_value_convert(a, al, n % 3)),
            47 => done!(self, allod_command_covers(a.cast(), al, b.cast(), bl, &raw mut flag)),
            48 => made!(self, allod_cid_of(a, al)),
            49 => made!(self, allod_cid_read(a.cast(), al)),
            50 => made!(self, allod_evidence_new(a, al, self.handle())),
            51 => made!(self, allod_authorizer_new(a.cast(), al, b, bl)),
            52 => made!(self, allod_authorizer_decide(self.handle(), a, al, null(), 0, self.handle())),
            53 => {
                made!(self, allod_authorizer_decide(self.handle(), a, al, b.cast(), bl, self.handle()))
            }
            54 => made!(self, allod_authorizer_decide_invocation(self.handle(), a, al, self.handle())),
            55 => made!(self, allod_authorizer_needs(self.handle(), a, al, null(), 0, self.handle(), n % 3)),
            56 => self.decided(n % 3),
            57 => made!(self, allod_decision_arguments(self.handle(), n % 3)),
            58 => done!(
                self,
                allod_store_put_delegation(self.handle(), self.handle(), null(), 0, &raw mut flag)
            ),
            59 => made!(self, allod_store_delegation(self.handle(), a.cast(), al)),
            60 => made!(self, allod_store_delegations(self.handle(), a, al, n % 3)),
            61 => done!(self, allod_store_remove_delegation(self.handle(), a.cast(), al, &raw mut flag)),
            62 => {
                done!(self, allod_store_is_revoked(self.handle(), a.cast(), al, b.cast(), bl, &raw mut flag))
            }
            63 => {
                let mut container = null_mut();
                made!(self, allod_store_export_revocations(self.handle(), a, al, &raw mut container));
                self.keep(container);
            }
            64 => done!(self, allod_store_synced_at(self.handle(), &raw mut flag, &raw mut time)),
            65 => done!(self, allod_store_set_synced_at(self.handle(), now)),
            66 => made!(self, allod_store_names(self.handle(), n % 3)),
            67 => done!(self, allod_store_set_name(self.handle(), a.cast(), al, b.cast(), bl)),
            68 => made!(
                self,
                allod_store_receipts(self.handle(), a.cast(), al, b.cast(), bl, n as usize, m % 3)
            ),
            69 => made!(self, allod_store_log(self.handle(), a, al, n % 3)),
            70 => made!(self, allod_store_sweep(self.handle(), now, n % 3)),
            71 => self.agent(&one, now, n % 3),
            72 => made!(self, allod_executor_new(self.handle(), self.handle(), a, al)),
            73 => done!(
                self,
                allod_executor_handle(
                    self.handle(),
                    a.cast(),
                    al,
                    n,
                    m % 3,
                    Some(handle),
                    ptr::without_provenance_mut(m as usize),
                    None
                )
            ),
            74 => made!(self, allod_executor_execute(self.handle(), a, al, now, null(), 0)),
            75 => made!(self, allod_executor_execute(self.handle(), a, al, now, b, bl)),
            76 => self.executed(n % 3),
            77 => done!(self, allod_store_danger_set_latest_time(self.handle(), now)),
            78 => done!(self, allod_reply_ok(self.handle(), a, al)),
            _ => self.free_one(),
        }
    }

    fn decided(&mut self, format: u32) {
        let decision = self.handle::<AllodDecision>();
        // SAFETY: a handle, or none.
        let (allowed, code) = unsafe { (allod_decision_is_allowed(decision), allod_decision_code(decision)) };
        assert_eq!(allowed, code == ALLOD_OK, "{code}");
        made!(self, allod_decision_write(decision, format));
        made!(self, allod_decision_public(decision, format));
        made!(self, allod_decision_message(decision));
        made!(self, allod_decision_remedy(decision));
    }

    fn agent(&mut self, asked: &[u8], now: i64, format: u32) {
        let agent = self.handle::<AllodAgent>();
        let (data, len) = (asked.as_ptr().cast::<c_void>(), asked.len());
        let (mut token, mut flag) = (null_mut::<AllodToken>(), false);
        match self.source.below(8) {
            0 => made!(self, allod_agent_did(agent)),
            1 => made!(self, allod_agent_grant(agent, data, len, now, &raw mut token)),
            2 => made!(self, allod_agent_invoke(agent, data, len, now, &raw mut token)),
            3 => made!(self, allod_agent_revoke(agent, data.cast(), len, now, &raw mut token)),
            4 => made!(self, allod_agent_receive(agent, self.handle(), format)),
            5 => {
                let mut container = null_mut();
                done!(
                    self,
                    allod_agent_link_device(agent, data, len, now, &raw mut container, &raw mut flag)
                );
                self.keep(container);
            }
            6 => made!(self, allod_agent_delegations(agent, now, format)),
            _ => made!(self, allod_agent_find_chain(agent, data, len, now, format)),
        }
        self.keep(token);
    }

    fn executed(&mut self, format: u32) {
        let execution = self.handle::<AllodExecution>();
        let mut outcome = 0;
        done!(self, allod_execution_outcome(execution, &raw mut outcome));
        made!(self, allod_execution_receipt(execution));
        made!(self, allod_execution_write(execution, format));
        let executor = self.handle::<AllodExecutor>();
        made!(self, allod_executor_did(executor));
        done!(self, allod_executor_sweep(executor, null_mut()));
        let container = self.handle();
        made!(self, allod_executor_take_up_revocations(executor, container, null(), 0, format));
    }

    /// Frees one: it stays among the handles.
    fn free_one(&mut self) {
        if !self.handles.is_empty() {
            let at = self.source.below(self.handles.len());
            free(self.handles[at].1);
        }
    }

    fn free_all(&mut self) {
        for (_, handle) in std::mem::take(&mut self.handles) {
            free(handle);
            assert_eq!(free(handle), 0, "freed twice");
        }
    }
}

/// By every function that frees: at most one takes it.
fn free(handle: usize) -> usize {
    let it = ptr::without_provenance_mut::<c_void>(handle);
    // SAFETY: handles are looked up.
    let freed = unsafe {
        [
            allod_key_free(it.cast()),
            allod_signer_free(it.cast()),
            allod_token_free(it.cast()),
            allod_unsigned_free(it.cast()),
            allod_container_free(it.cast()),
            allod_authorizer_free(it.cast()),
            allod_evidence_free(it.cast()),
            allod_decision_free(it.cast()),
            allod_store_free(it.cast()),
            allod_agent_free(it.cast()),
            allod_executor_free(it.cast()),
            allod_execution_free(it.cast()),
            allod_bytes_free(it.cast()),
            allod_error_free(it.cast()),
        ]
    };
    let freed = freed.into_iter().filter(|freed| *freed).count();
    assert!(freed <= 1);
    freed
}

/// A signer that writes what it was not asked for.
unsafe extern "C-unwind" fn sign(
    _: *mut c_void,
    message: *const u8,
    len: usize,
    out: *mut u8,
    out_len: *mut usize,
) -> i32 {
    // SAFETY: as the header says: so many bytes, and room for 80.
    unsafe {
        let first = if len == 0 { 0 } else { *message };
        out.write_bytes(first, 80);
        *out_len = if len.is_multiple_of(3) { 64 } else { usize::MAX };
    }
    i32::try_from(len % 4).unwrap_or(0)
}

unsafe extern "C-unwind" fn handle(
    context: *mut c_void,
    grant: *const u8,
    len: usize,
    reply: *mut AllodReply,
) -> i32 {
    // SAFETY: as the header says: the grant is there, and the reply is a handle.
    unsafe {
        match context.addr() % 4 {
            0 => assert!(allod_error_free(allod_reply_ok(reply, grant.cast(), len))),
            1 => assert!(allod_error_free(allod_reply_error(reply, null(), 0))),
            2 => {}
            _ => return 1,
        }
    }
    0
}
