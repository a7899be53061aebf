//! What is written into a store by one process and looked for by another.

use allod::store::ReplayEntry;
use allod::{
    Cid, Delegation, Evidence, Nonce, Receipt, Results, Revocation, Timestamp, Verified, VerifiedReceipt,
    VerifiedRevocation,
};

use crate::forge::{Principal, ed};

/// Who says all of it.
pub const ALICE: Principal = ed(1);

/// The time at which a number is begun: later ones later.
///
/// # Panics
/// When the number is too large.
#[must_use]
pub fn at(number: u64) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(number).expect("a small number")).expect("a small number")
}

fn cid(what: &str, number: u64) -> Cid {
    Cid::of(format!("{what} {number}").as_bytes())
}

/// A delegation of that number.
///
/// # Panics
/// Never: it is sound.
#[must_use]
pub fn grant(number: u64) -> Verified<Delegation> {
    let builder = Delegation::builder(ALICE.did(), ALICE.did(), "/photos/read".parse().expect("a command"));
    let builder = builder.nonce(Nonce::from_bytes(&number.to_be_bytes()));
    builder.sign(&ALICE.known().0).and_then(|token| Ok(token.verify()?)).expect("a sound delegation")
}

/// The delegation that the revocation of that number revokes.
#[must_use]
pub fn revoked(number: u64) -> Cid {
    cid("revoked", number)
}

/// A revocation of that number.
///
/// # Panics
/// Never: it is sound.
#[must_use]
pub fn revocation(number: u64) -> VerifiedRevocation {
    let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
    let revocation = Revocation::builder(revoked(number), ALICE.did()).sign(&ALICE.known().0);
    revocation.expect("a sound revocation").verify(&evidence).expect("a sound revocation")
}

/// An execution of that number.
#[must_use]
pub fn entry(number: u64) -> ReplayEntry {
    ReplayEntry {
        invocation: cid("invocation", number),
        request: cid("request", number),
        until: Timestamp::MAX,
    }
}

/// What came of it.
///
/// # Panics
/// Never: it is sound.
#[must_use]
pub fn receipt(number: u64) -> VerifiedReceipt {
    let builder = Receipt::builder(cid("task", number), Results::Ok(12.into())).nonce(Nonce::empty());
    builder.sign(&ALICE.known().0).expect("a sound receipt")
}
