//! The independent model: allow or deny, and the code, from claims that somebody else decoded.
//!
//! Written from `spec/` by the most naive means, to be read beside it: recursion, re-scanning, no budgets,
//! nothing shared with the crate it judges but the value type. It knows nothing of bytes and keys: who
//! signed, and what a faulty encoding amounts to, is told to it by whoever made the token.

mod chain;
mod claims;
mod glob;
mod policy;
mod selector;
mod signature;
mod value;

use std::collections::BTreeMap;

use chain::Link;
use claims::{Kind, Read};

pub use ipld_core::cid::Cid;
pub use ipld_core::ipld::Ipld;

/// Everything a decision may depend on.
#[derive(Debug, Clone)]
pub struct World {
    /// The time of the decision, in seconds since the epoch.
    pub now: i64,
    /// By how many seconds clocks may differ, at both ends of every window.
    pub tolerance: i64,
    /// Who decides.
    pub executor: String,
    /// The subjects served; `None` for any.
    pub serves: Option<Vec<String>>,
    /// Whether proofs may be named leaf first.
    pub takes_leaf_first: bool,
    /// What is decided on.
    pub invocation: Token,
    /// What came along, in any order, perhaps twice.
    pub tokens: Vec<Token>,
    /// What came along as revocations.
    pub revocations: Vec<Token>,
    /// Which delegations are known to be revoked besides, and by whom.
    pub revoked: Vec<(Cid, String)>,
    /// Of which delegations it could not be found out whether this DID revoked them.
    pub unavailable: Vec<(Cid, String)>,
    /// Every text that stands where a DID should, keys of documents among them, and what it is. One that is
    /// missing here is a fault of the caller.
    pub names: BTreeMap<String, Name>,
    /// The documents that came along, by the did:web they are of.
    pub documents: BTreeMap<String, Document>,
}

/// A token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Of its bytes.
    pub cid: Cid,
    /// What is in them.
    pub content: Content,
}

/// What is in a token's bytes.
#[derive(Debug, Clone)]
pub enum Content {
    /// Nothing that can be read, for a reason that its maker knows: the code.
    Unreadable(&'static str),
    /// A sound envelope of the expected kind (an invocation as the invocation, a delegation as proof).
    Sound(Claims),
}

/// The payload as it came out of the envelope, with nothing of it checked.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The payload's fields.
    pub payload: BTreeMap<String, Ipld>,
    /// Which signature the header announces; `None` for a well-formed Varsig over DAG-CBOR of another algorithm.
    pub header: Option<Algorithm>,
    /// The did:key of the key that made the signature, over exactly these bytes and in its one spelling;
    /// `None` where no key did.
    pub signed_by: Option<String>,
    /// The policy takes more steps than a decision may (its maker knows; a model counts no steps).
    pub policy_is_endless: bool,
}

/// A signature algorithm: one of the three that are implemented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519.
    Ed25519,
    /// ES256.
    P256,
    /// ES256K.
    Secp256k1,
}

/// What a text in the place of a DID is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// A did:key that signs.
    Key(Algorithm),
    /// A did:key of canonical bytes that are no point of the curve, or one of small order: it can be named,
    /// and never verifies.
    Unusable(Algorithm),
    /// A did:key of an X25519 key, which can be named and signs nothing.
    Agreement,
    /// A did:web.
    Web,
    /// A well-formed DID of another method or key type.
    Unsupported,
    /// No DID, or a DID with a path, a query or a fragment.
    Malformed,
    /// Longer than a DID may be.
    TooLong,
}

/// A did:web's document: its keys by their did:key. At most eight.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// All verification methods.
    pub methods: Vec<String>,
    /// `capabilityDelegation`, where the document has it.
    pub delegation: Option<Vec<String>>,
    /// `capabilityInvocation`, where the document has it.
    pub invocation: Option<Vec<String>>,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed, on these delegations, root first, until the earliest end of any token (without tolerance).
    Allow { chain: Vec<Cid>, until: Option<i64> },
    /// Denied with this code, at this link of the invocation's proofs (`None`: the invocation itself, or
    /// the chain as a whole).
    Deny { code: &'static str, link: Option<usize> },
}

/// Decides.
///
/// # Panics
/// Where the world is not one: a text that `names` does not know.
#[must_use]
pub fn decide(world: &World) -> Verdict {
    judge(world).unwrap_or_else(|(code, link)| Verdict::Deny { code, link })
}

/// A failure code.
type Code = &'static str;
/// A code, and the place in `prf` of the link that it is about.
pub type Fault = (Code, Option<usize>);

fn refuse(when: bool, code: Code, link: Option<usize>) -> Result<(), Fault> {
    if when { Err((code, link)) } else { Ok(()) }
}

/// The rules in "The order of failures". The first that fails ends it.
fn judge(world: &World) -> Result<Verdict, Fault> {
    // 1. The invocation. Decision 13 for its audience and subject.
    let invocation = verified(world, &world.invocation, Kind::Invocation, None)?;
    let subject = invocation.sub.as_ref().expect("an invocation names its subject");
    let audience = invocation.aud.as_ref().unwrap_or(subject);
    refuse(*audience != world.executor, "wrong-audience", None)?;
    let unserved = |served: &Vec<String>| !served.contains(subject);
    refuse(world.serves.as_ref().is_some_and(unserved), "subject-not-served", None)?;
    in_time(world, &invocation, None)?;

    let links = proven(world, &invocation, world.takes_leaf_first, true)?;
    chain::unrevoked(world, &links)?;
    let until = links.iter().filter_map(|link| link.read.exp).chain(invocation.exp).min();
    Ok(Verdict::Allow { chain: links.iter().map(|link| link.cid).collect(), until })
}

/// What a revocation takes back, and with whose authority (decisions 48 to 50).
///
/// # Errors
/// What is wrong with it.
pub fn revocation(world: &World, token: &Token) -> Result<(Cid, String), Fault> {
    let (claims, read) = claims::read(world, token, Kind::Invocation).map_err(|code| (code, None))?;
    let Ipld::Map(args) = &read.args else { unreachable!("arguments are a map") };
    refuse(read.cmd != "/ucan/revoke", "command-not-covered", None)?;
    let revoked = args.get("revoke").and_then(claims::token_link).ok_or(("malformed", None))?;
    let witness = args.get("path").is_none_or(|path| claims::token_links(path).is_some());
    refuse(!witness, "malformed", None)?;
    signature::check(world, claims, &read.iss, Kind::Invocation).map_err(|code| (code, None))?;
    proven(world, &read, true, false)?;
    Ok((revoked, read.sub.expect("an invocation names its subject")))
}

/// The chain of delegations that an invocation rests on.
fn proven(world: &World, invocation: &Read, leaf_first: bool, timed: bool) -> Result<Vec<Link>, Fault> {
    // Limits: a chain has 16 links. Counted before any of them is looked for.
    refuse(invocation.prf.len() > 16, "budget-exceeded", None)?;

    // 2. All proofs are present.
    let mut named = Vec::new();
    for (at, cid) in invocation.prf.iter().enumerate() {
        let token = world.tokens.iter().find(|token| token.cid == *cid);
        named.push((at, token.ok_or(("proof-missing", Some(at)))?));
    }

    // Decision 9. Which way a chain runs is told by its claims. One with a link that cannot be read runs as
    // it was named, and so does one that leads nowhere, or somewhere both ways.
    let leads = |links: &[(usize, &Token)]| chain::leads(world, links, invocation);
    let reversed: Vec<_> = named.iter().copied().rev().collect();
    if leaf_first && !leads(&named) && leads(&reversed) {
        named = reversed;
    }

    // 3. Each link by itself, from the root on.
    let mut links = Vec::new();
    for (at, token) in named {
        let read = verified(world, token, Kind::Delegation, Some(at))?;
        timed.then(|| in_time(world, &read, Some(at))).transpose()?;
        links.push(Link { at, cid: token.cid, read });
    }

    // 4. The whole chain.
    chain::check(&links, invocation)?;
    Ok(links)
}

/// Decoding, then the signature.
fn verified(world: &World, token: &Token, kind: Kind, link: Option<usize>) -> Result<Read, Fault> {
    let (claims, read) = claims::read(world, token, kind).map_err(|code| (code, link))?;
    signature::check(world, claims, &read.iss, kind).map_err(|code| (code, link))?;
    Ok(read)
}

/// Decisions 8 and 35. Nothing says which code a window has that is never open. Here it is `expired` at any
/// moment: waiting does not help.
fn in_time(world: &World, read: &Read, link: Option<usize>) -> Result<(), Fault> {
    let (opens, closes) = (read.nbf.unwrap_or(0), read.exp.unwrap_or(i64::MAX));
    refuse(closes < opens || closes.saturating_add(world.tolerance) < world.now, "expired", link)?;
    refuse(world.now < opens.saturating_sub(world.tolerance), "not-yet-valid", link)
}
