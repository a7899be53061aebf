//! Functions of the host, and what calls them.

// Requirements kept here: allod-ffi-signer.

use core::ffi::c_void;

use allod::identity::{Did, Signer, SigningError, normalise_signature};
use allod::{PublicKey, Signature};

use crate::execution::AllodReply;

/// Signs a message: with a Secure Enclave, a StrongBox, whatever holds the key. `signature` has room for `*signature_len` bytes
/// (80); the function writes the signature there and its length to `*signature_len`. For ECDSA it signs the SHA-256 of
/// the message, and writes DER or raw r and s, with a high or low s. It returns 0, or ALLOD_SIGN_UNAVAILABLE,
/// ALLOD_SIGN_REFUSED, or any other number for a failure. It may be called by several threads at once, and must not
/// throw or jump.
pub type AllodSignFn = Option<
    unsafe extern "C-unwind" fn(
        context: *mut c_void,
        message: *const u8,
        message_len: usize,
        signature: *mut u8,
        signature_len: *mut usize,
    ) -> i32,
>;

/// Executes an invocation that was allowed. `grant` is a map, in the format that was asked for: {issuer, subject, command, arguments,
/// invocation, task, chain, until, awaits, awaitsResults, mismatch}, as for allod_decision_write. The function says what came of it with allod_reply_ok or
/// allod_reply_error, and returns 0; any other number is the error "handler-failed". It may be called by several threads
/// at once, and must not throw or jump. `grant` and `reply` are gone when it returns.
pub type AllodHandlerFn = Option<
    unsafe extern "C-unwind" fn(
        context: *mut c_void,
        grant: *const u8,
        grant_len: usize,
        reply: *mut AllodReply,
    ) -> i32,
>;

/// Called once, with the context, when nothing uses it any more: from whatever thread that happens on. May be NULL.
pub type AllodDropFn = Option<unsafe extern "C-unwind" fn(context: *mut c_void)>;

/// The key cannot be reached now: locked, or its device is not there.
pub const ALLOD_SIGN_UNAVAILABLE: i32 = 1;

/// The person, or the policy of the device, said no.
pub const ALLOD_SIGN_REFUSED: i32 = 2;

/// How much room a signer has: more than any DER of two numbers of 32 bytes.
const ROOM: usize = 80;

/// What the host wants handed back.
pub(crate) struct Context {
    pointer: *mut c_void,
    drop: AllodDropFn,
}

// SAFETY: it is handed back and not looked at; that its functions may be called from any thread is their contract.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    pub(crate) const fn new(pointer: *mut c_void, drop: AllodDropFn) -> Self {
        Self { pointer, drop }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if let Some(function) = self.drop {
            // SAFETY: by its contract it may be called with this context, once, from any thread.
            let call = || unsafe { function(self.pointer) };
            // A panic here would meet another on its way and end the process.
            let _caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
        }
    }
}

/// A key that the host signs with.
pub(crate) struct HostSigner {
    pub(crate) did: Did,
    pub(crate) key: PublicKey,
    pub(crate) sign: unsafe extern "C-unwind" fn(*mut c_void, *const u8, usize, *mut u8, *mut usize) -> i32,
    pub(crate) context: Context,
}

impl Signer for HostSigner {
    fn issuer(&self) -> Did {
        self.did.clone()
    }

    fn public_key(&self) -> PublicKey {
        self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
        let (mut signature, mut len) = ([0; ROOM], ROOM);
        let (place, written) = (signature.as_mut_ptr(), &raw mut len);
        // SAFETY: by its contract it may be called with this context from any thread, reads the message, and writes as much
        // as there is room for. A panic of a function in Rust passes, and is caught around the call from outside.
        let said =
            unsafe { (self.sign)(self.context.pointer, message.as_ptr(), message.len(), place, written) };
        match said {
            0 => {}
            ALLOD_SIGN_UNAVAILABLE => return Err(SigningError::Unavailable),
            ALLOD_SIGN_REFUSED => return Err(SigningError::Refused),
            _ => return Err(SigningError::Failed),
        }
        let signature = signature.get(..len).ok_or(SigningError::Failed)?;
        normalise_signature(self.key.algorithm(), signature).map_err(|_| SigningError::Failed)
    }
}

/// What the host executes commands with.
pub(crate) struct HostHandler {
    pub(crate) handle: unsafe extern "C-unwind" fn(*mut c_void, *const u8, usize, *mut AllodReply) -> i32,
    pub(crate) context: Context,
}

impl HostHandler {
    /// Calls it, and says whether it says that it went well.
    pub(crate) fn call(&self, grant: &[u8], reply: *mut AllodReply) -> bool {
        // SAFETY: by its contract it may be called with this context from any thread, reads the grant, and uses the reply
        // as the handle that it is. A panic of a function in Rust passes, and is caught by the executor.
        let said = unsafe { (self.handle)(self.context.pointer, grant.as_ptr(), grant.len(), reply) };
        said == 0
    }
}
