//! Tokens.

use core::ffi::c_void;

use allod::{AnyToken, Cid, Container, Delegation, Invocation, Receipt, Revocation, Token};
use allod_crossing::Fault;
use allod_crossing::token::kind;

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes};
use crate::question::{Format, Map, cid, did, list, maybe_question, text, time};

/// A delegation.
pub const ALLOD_KIND_DELEGATION: u32 = 1;

/// An invocation, of none of the commands below.
pub const ALLOD_KIND_INVOCATION: u32 = 2;

/// A receipt: an invocation of /ucan/assert/receipt.
pub const ALLOD_KIND_RECEIPT: u32 = 3;

/// A revocation: an invocation of /ucan/revoke.
pub const ALLOD_KIND_REVOCATION: u32 = 4;

/// A token that has its form. What it says is powerless: only a decision counts. Free it with allod_token_free.
pub struct AllodToken;

handled!(AllodToken = 5, AnyToken);

/// Reads a token of any kind: its bytes in DAG-CBOR, as they came.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_parse(
    token: *const c_void,
    token_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, token) = unsafe { (Out::at("out", out)?, bytes("token", token, token_len)?) };
        out.write(give(AnyToken::parse(token)?));
        Ok(())
    })
}

/// What it is: one of ALLOD_KIND_DELEGATION, ALLOD_KIND_INVOCATION, ALLOD_KIND_RECEIPT and ALLOD_KIND_REVOCATION.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_kind(token: *const AllodToken, out: *mut u32) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(number(&*get("token", token)?));
        Ok(())
    })
}

/// Its bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_bytes(
    token: *const AllodToken,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("token", token)?.as_bytes()));
        Ok(())
    })
}

/// Its CID, in base58btc.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_cid(
    token: *const AllodToken,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("token", token)?.cid().to_string().as_bytes()));
        Ok(())
    })
}

/// What it claims, as a map. Of a delegation: {kind, cid, issuer, audience, subject, command, policy, notBefore, expires, nonce, meta},
/// with null as the subject of a powerline. Of an invocation: {kind, cid, task, issuer, subject, audience, command,
/// arguments, proofs, notBefore, expires, issuedAt, cause, nonce, meta}. A receipt also has {ran, ok or error}, a revocation
/// {revoke, path}. The signature need not be genuine: see allod_token_verify.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_claims(
    token: *const AllodToken,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let (token, format) = (get("token", token)?, Format::of(format)?);
        out.write(format.give(&claims(&token).done())?);
        Ok(())
    })
}

/// Checks its signature: NULL where it is its issuer's. `options` is {documents}, or NULL with the length 0: pairs of a DID that needs a
/// document, and the text of that.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_verify(
    token: *const AllodToken,
    options: *const c_void,
    options_len: usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let options = unsafe { maybe_question("options", options, options_len, &["documents"]) }?;
        let documents = options.fields().documents()?;
        match AnyToken::clone(&*get("token", token)?) {
            AnyToken::Delegation(token) => drop(token.verify_with(&documents)?),
            AnyToken::Invocation(token) => drop(token.verify_with(&documents)?),
        }
        Ok(())
    })
}

/// Frees a token. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_token_free(token: *mut AllodToken) -> bool {
    quietly(false, || free(token))
}

pub(crate) fn number(token: &AnyToken) -> u32 {
    match kind(token) {
        "delegation" => ALLOD_KIND_DELEGATION,
        "receipt" => ALLOD_KIND_RECEIPT,
        "revocation" => ALLOD_KIND_REVOCATION,
        _ => ALLOD_KIND_INVOCATION,
    }
}

pub(crate) fn delegation(name: &str, token: &AnyToken) -> Result<Token<Delegation>, Fault> {
    match token {
        AnyToken::Delegation(token) => Ok(token.clone()),
        AnyToken::Invocation(_) => Err(wrong(name, "a delegation")),
    }
}

fn wrong(name: &str, expected: &str) -> Fault {
    Fault::new("TokenError", "wrong-kind", &format_args!("{name} is not {expected}"))
}

/// All tokens of a container that can be read, and for the others why not.
pub(crate) fn contents(container: &Container) -> allod::Ipld {
    list(container.tokens(), |(at, bytes)| {
        let map = Map::default().with("cid", cid(&at));
        match AnyToken::parse(bytes) {
            Ok(token) => map.with("kind", kind(&token).to_owned()).done(),
            Err(error) => {
                let map = map.with("kind", "unreadable".to_owned());
                map.with("code", error.code().name().to_owned()).with("message", text(&error)).done()
            }
        }
    })
}

fn claims(token: &AnyToken) -> Map {
    let map = Map::default().with("kind", kind(token).to_owned()).with("cid", cid(&token.cid()));
    match token {
        AnyToken::Delegation(token) => delegation_claims(map, token),
        AnyToken::Invocation(token) => invocation_claims(map, token),
    }
}

fn delegation_claims(map: Map, token: &Token<Delegation>) -> Map {
    map.with("issuer", did(token.issuer()))
        .with("audience", did(token.audience()))
        .maybe("subject", token.subject().did().map(did))
        .with("command", text(token.command()))
        .with("policy", allod::wire::value::from_view(token.policy().view()))
        .maybe("notBefore", token.not_before().map(time))
        .maybe("expires", token.expires().map(time))
        .with("nonce", token.nonce().as_bytes().to_vec())
        .maybe("meta", token.meta().map(allod::wire::value::from_view))
}

fn invocation_claims(map: Map, token: &Token<Invocation>) -> Map {
    let map = map
        .with("task", cid(&token.task().cid()))
        .with("issuer", did(token.issuer()))
        .with("subject", did(token.subject()))
        .maybe("audience", token.audience().map(did))
        .with("command", text(token.command()))
        .with("arguments", allod::wire::value::from_view(token.arguments()))
        .with("proofs", list(token.proofs(), cid))
        .maybe("notBefore", token.not_before().map(time))
        .maybe("expires", token.expires().map(time))
        .maybe("issuedAt", token.issued_at().map(time))
        .maybe("cause", token.cause().as_ref().map(cid))
        .with("nonce", token.nonce().as_bytes().to_vec())
        .maybe("meta", token.meta().map(allod::wire::value::from_view));
    if let Ok(revocation) = Revocation::read(token.clone()) {
        let path: &[Cid] = revocation.path();
        return map.with("revoke", cid(&revocation.revoked())).with("path", list(path, cid));
    }
    match Receipt::read(token.clone()) {
        Ok(receipt) => receipt_claims(map, &receipt),
        Err(_) => map,
    }
}

pub(crate) fn receipt_claims(map: Map, receipt: &Receipt) -> Map {
    let outcome = receipt.outcome();
    let value = allod::wire::value::from_view(outcome.value());
    map.with("ran", cid(&receipt.ran())).with(outcome.branch(), value)
}
