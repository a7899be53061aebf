//! Faults, and what each must come to.

use allod::Algorithm;
use allod::wire::{Cid, Ipld};

use super::super::source::Source;
use super::Effect;
use super::made::{Bundle, NOW, World, did, stranger, value};
use crate::forge::{EnvelopeFault, Forge, SignatureFault, text};

/// Policies that are false, unknown, or none at all.
const UNSATISFIED: [&str; 8] = [
    r#"[["==",".album","winter"]]"#,
    r#"[["!=",".missing",1]]"#,
    r#"[["not",["==",".missing",1]]]"#,
    r#"[[">",".album",1]]"#,
    r#"[["any",".to",["like",".","*@y.org"]]]"#,
    r#"[["and",[["==",".size",3],["==",".size",4]]]]"#,
    r#"[["==","album","summer"]]"#,
    r#"[["like",".album","s\\ummer"]]"#,
];

const ENVELOPES: [EnvelopeFault; 8] = [
    EnvelopeFault::ThirdEntry,
    EnvelopeFault::ThirdItem,
    EnvelopeFault::OneItem,
    EnvelopeFault::SignatureString,
    EnvelopeFault::HeaderString,
    EnvelopeFault::HeaderKey,
    EnvelopeFault::PayloadList,
    EnvelopeFault::OuterMap,
];

/// Faults of tokens, before the invocation names the links: it names what they have become. At most one for
/// each token, so that none undoes another.
pub(super) fn before_naming(world: &mut World, source: &mut Source<'_>) -> Effect {
    let mut effect = Effect::None;
    for index in 0..=world.links.len() {
        if source.one_in(4) {
            effect = effect.max(fault(world, index, source));
        }
    }
    effect
}

/// A fault of one link, or past the last of the invocation.
fn fault(world: &mut World, index: usize, source: &mut Source<'_>) -> Effect {
    let is_root = index == 0;
    let World { links, invocation, .. } = world;
    let is_link = index < links.len();
    let token = if is_link { &mut links[index] } else { invocation };
    let required = if is_link {
        ["aud", "cmd", "exp", "iss", "pol", "sub", "nonce"]
    } else {
        ["args", "cmd", "exp", "iss", "prf", "sub", "nonce"]
    };
    match source.below(18) {
        0 => token.signer = stranger(token.signer.algorithm),
        1 => {
            token.signer = stranger(other(token.signer.algorithm, source));
            token.header = token.signer.header();
        }
        2 => token.signature = signature_fault(token.signer.algorithm, source),
        3 => token.header = stranger(other(token.signer.algorithm, source)).header(),
        4 => {
            let header = source.bytes(12);
            let same = header == token.header;
            token.header = header;
            return if same { Effect::None } else { Effect::Deny };
        }
        5 => token.envelope = source.pick(&ENVELOPES),
        6 => token.envelope = EnvelopeFault::Trailing(vec![source.byte()]),
        7 => {
            let other = if is_link { "ucan/inv@1.0.0" } else { "ucan/dlg@1.0.0" };
            token.tag =
                source.pick(&[other, "", "ucan/dlg@1.0.1", "ucan/inv@1.0.0-rc.2", "UCAN/DLG@1.0.0"]).into();
        }
        8 => {
            token.remove(source.pick(&required));
        }
        9 => {
            token.duplicate(source.pick(&required));
        }
        10 => {
            token.unsort();
        }
        11 => {
            token.set(source.pick(&["zzz", "a", "prfs", "Exp"]), Ipld::Null);
        }
        12 => return swapped(token, source),
        13 => {
            let (early, late) = (NOW - 1 - i64::from(source.byte()), NOW + 1 + i64::from(source.byte()));
            let (field, at) = source.pick(&[("exp", early), ("nbf", late)]);
            token.set(field, Ipld::Integer(at.into()));
        }
        14 if is_link => {
            token.set("pol", value(source.pick(&UNSATISFIED)));
        }
        15 if is_link => {
            token.set("cmd", source.pick(&["/photos/write", "/photo", "/photos/read/raw", "/A"]));
        }
        14 | 15 => {
            token.set("cmd", source.pick(&["/", "/photos/", "photos", "//photos"]));
        }
        16 => {
            let field = if is_link { source.pick(&["aud", "sub"]) } else { "sub" };
            // A powerline as the root says nothing about whose authority it is.
            let whom = if is_link && is_root && field == "sub" && source.one_in(2) {
                Ipld::Null
            } else {
                did(stranger(Algorithm::Ed25519)).into()
            };
            token.set(field, whom);
        }
        _ => return replaced(token, source),
    }
    Effect::Deny
}

fn other(algorithm: Algorithm, source: &mut Source<'_>) -> Algorithm {
    let others: Vec<_> = Algorithm::ALL.into_iter().filter(|other| *other != algorithm).collect();
    source.pick(&others)
}

fn signature_fault(algorithm: Algorithm, source: &mut Source<'_>) -> SignatureFault {
    match source.below(5) {
        0 => SignatureFault::Cut(source.below(64)),
        1 => SignatureFault::Longer,
        2 if algorithm != Algorithm::Ed25519 => SignatureFault::HighS,
        3 => SignatureFault::Replaced([0; 32], [source.byte(); 32]),
        _ => SignatureFault::Flip(source.below(512)),
    }
}

/// Two fields with each other's values.
fn swapped(token: &mut Forge, source: &mut Source<'_>) -> Effect {
    let (a, b) = (source.below(token.fields.len()), source.below(token.fields.len()));
    if token.fields[a].1 == token.fields[b].1 {
        return Effect::None;
    }
    let both = [token.fields[a].0.as_str(), token.fields[b].0.as_str()];
    // Both are maps, and nothing has to be in either.
    let alike = both.contains(&"args") && both.contains(&"meta");
    let bytes = token.fields[a].1.clone();
    token.fields[a].1 = std::mem::replace(&mut token.fields[b].1, bytes);
    if alike { Effect::Unknown } else { Effect::Deny }
}

/// A field of any bytes. They may mean the same, something else, or nothing; and those that are more or less
/// than one item may swallow what follows.
fn replaced(token: &mut Forge, source: &mut Source<'_>) -> Effect {
    let at = source.below(token.fields.len());
    let bytes = match source.below(3) {
        0 => text(&String::from_utf8_lossy(&source.bytes(24))),
        _ => source.bytes(24),
    };
    token.fields[at].1 = bytes;
    Effect::Unknown
}

/// Faults of what is handed in, after the invocation named the links.
pub(super) fn after_naming(bundle: &mut Bundle, source: &mut Source<'_>) -> Effect {
    if !source.one_in(3) {
        return Effect::None;
    }
    let count = bundle.links.len();
    match source.below(10) {
        0 => {
            let token = any_token(bundle, source);
            let bit = source.below(token.len() * 8);
            token[bit / 8] ^= 1 << (bit % 8);
        }
        1 => {
            let token = any_token(bundle, source);
            let length = source.below(token.len());
            token.truncate(length);
        }
        2 => any_token(bundle, source).push(source.byte()),
        3 if count > 0 => drop(bundle.links.remove(source.below(count))),
        4 if count > 0 => {
            let link = source.below(count);
            // By its own issuer, or one before that.
            let by = bundle.world.principals[source.below(link + 1)];
            bundle.revoked.danger_insert(Cid::of(&bundle.links[link]), by.did());
        }
        5 => bundle.executor = did(stranger(Algorithm::P256)),
        6 => bundle.subjects = source.pick(&[vec![], vec![did(stranger(Algorithm::Ed25519))]]),
        // Named otherwise, and signed so.
        7.. if count > 0 => return renamed(bundle, source),
        _ => return Effect::None,
    }
    Effect::Deny
}

fn any_token<'b>(bundle: &'b mut Bundle, source: &mut Source<'_>) -> &'b mut Vec<u8> {
    let index = source.below(bundle.links.len() + 1);
    bundle.links.get_mut(index).unwrap_or(&mut bundle.invocation)
}

/// The invocation names the links in another way, truly signed.
fn renamed(bundle: &mut Bundle, source: &mut Source<'_>) -> Effect {
    let mut cids: Vec<_> = bundle.links.iter().map(|link| Cid::of(link)).collect();
    let at = source.below(cids.len());
    match source.below(4) {
        0 => drop(cids.remove(at)),
        1 => cids.insert(at, cids[at]),
        2 => cids.insert(at, Cid::of(b"nothing that is here")),
        _ if cids.len() > 1 => cids.rotate_left(1),
        _ => return Effect::None,
    }
    let invocation = &mut bundle.world.invocation;
    // Whatever a fault made of the field before, it is a list of links now.
    invocation.set("prf", crate::forge::links(&cids));
    bundle.invocation = invocation.bytes();
    Effect::Deny
}
