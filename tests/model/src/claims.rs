//! The fields of a payload (decisions 5, 7, 8, 12, 19 and 28).

use ipld_core::cid::{Cid, Version};
use ipld_core::ipld::Ipld;

use crate::policy::{self, Statement};
use crate::{Claims, Code, Content, Name, Token, World, signature};

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Invocation,
    Delegation,
}

/// The fields, each of its type. Those that a kind of token does not have are empty.
pub(crate) struct Read {
    pub(crate) iss: String,
    /// Every delegation has one.
    pub(crate) aud: Option<String>,
    /// `None` in a powerline. Every invocation has one.
    pub(crate) sub: Option<String>,
    pub(crate) cmd: String,
    pub(crate) nbf: Option<i64>,
    pub(crate) exp: Option<i64>,
    pub(crate) args: Ipld,
    pub(crate) prf: Vec<Cid>,
    pub(crate) pol: Vec<Statement>,
    pub(crate) policy_is_endless: bool,
}

const OF_INVOCATIONS: [&str; 12] =
    ["iss", "sub", "aud", "cmd", "args", "prf", "meta", "nonce", "nbf", "exp", "iat", "cause"];
/// Without `iat`: the delegation text does not list it.
const OF_DELEGATIONS: [&str; 9] = ["iss", "aud", "sub", "cmd", "pol", "nonce", "meta", "nbf", "exp"];

/// What a text in the place of a DID is.
pub(crate) fn name(world: &World, did: &str) -> Name {
    *world.names.get(did).unwrap_or_else(|| panic!("the world does not say what `{did}` is"))
}

/// The fields of a payload, or why it is none.
pub(crate) fn read<'t>(world: &World, token: &'t Token, kind: Kind) -> Result<(&'t Claims, Read), Code> {
    let claims = match &token.content {
        Content::Unreadable(code) => return Err(code),
        Content::Sound(claims) => claims,
    };
    let read = fields(world, claims, kind).ok_or("malformed")?;
    // Decision 28. Nothing says which comes first where a token is malformed besides. Here it is `malformed`.
    let is_long = |did: &String| name(world, did) == Name::TooLong;
    let long = is_long(&read.iss) || read.aud.iter().chain(&read.sub).any(is_long);
    if long { Err("too-large") } else { Ok((claims, read)) }
}

/// `None` for whatever is malformed.
fn fields(world: &World, claims: &Claims, kind: Kind) -> Option<Read> {
    let invokes = kind == Kind::Invocation;
    let named: &[&str] = if invokes { &OF_INVOCATIONS } else { &OF_DELEGATIONS };
    let field = |name| claims.payload.get(name);
    let did = |value: &Ipld| match value {
        Ipld::String(did) if name(world, did) != Name::Malformed => Some(did.clone()),
        _ => None,
    };

    let iss = did(field("iss")?)?;
    let aud = if field("aud").is_none() && invokes { None } else { Some(did(field("aud")?)?) };
    let sub = if *field("sub")? == Ipld::Null && !invokes { None } else { Some(did(field("sub")?)?) };
    let cmd = command(field("cmd")?)?;
    let nbf = if field("nbf").is_none() { None } else { Some(time(field("nbf")?)?) };
    let exp = if *field("exp")? == Ipld::Null { None } else { Some(time(field("exp")?)?) };

    let known = claims.payload.keys().all(|field| named.contains(&field.as_str()));
    let fits = signature::fits(world, claims.header, &iss);
    let concrete = !invokes || cmd != "/";
    let nonce = matches!(field("nonce")?, Ipld::Bytes(_));
    let meta = field("meta").is_none_or(|meta| matches!(meta, Ipld::Map(_)));
    let iat = field("iat").is_none_or(|iat| time(iat).is_some());
    let cause = field("cause").is_none_or(|cause| token_link(cause).is_some());
    if !(known && fits && concrete && nonce && meta && iat && cause) {
        return None;
    }

    let map = |args: &&Ipld| matches!(args, Ipld::Map(_));
    let args = if invokes { field("args").filter(map)?.clone() } else { Ipld::Null };
    let prf = if invokes { token_links(field("prf")?)? } else { vec![] };
    let pol = if invokes { vec![] } else { policy::parse(field("pol")?)? };
    Some(Read { iss, aud, sub, cmd, nbf, exp, args, prf, pol, policy_is_endless: claims.policy_is_endless })
}

/// Decision 8.
fn time(value: &Ipld) -> Option<i64> {
    let Ipld::Integer(seconds) = value else { return None };
    let limit = 2_i64.pow(53) - 1;
    i64::try_from(*seconds).ok().filter(|seconds| (-limit..=limit).contains(seconds))
}

/// Decision 5: version 1, DAG-CBOR, SHA-256.
pub(crate) fn token_link(value: &Ipld) -> Option<Cid> {
    let Ipld::Link(cid) = value else { return None };
    let (hash, is_dag_cbor) = (cid.hash(), cid.version() == Version::V1 && cid.codec() == 0x71);
    (is_dag_cbor && hash.code() == 0x12 && hash.digest().len() == 32).then_some(*cid)
}

pub(crate) fn token_links(value: &Ipld) -> Option<Vec<Cid>> {
    let Ipld::List(links) = value else { return None };
    links.iter().map(token_link).collect()
}

/// Decision 12. That `/` is not invoked is seen to above.
fn command(value: &Ipld) -> Option<String> {
    let Ipld::String(cmd) = value else { return None };
    let segments = cmd == "/" || cmd.strip_prefix('/')?.split('/').all(|segment| !segment.is_empty());
    let lower = !cmd.chars().any(|c| c.is_ascii_uppercase());
    (segments && lower).then(|| cmd.clone())
}
