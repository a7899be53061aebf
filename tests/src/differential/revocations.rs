//! Revocations that come along: real ones, and such as take nothing back.

use allod::wire::{Cid, Ipld};

use super::draft::Draft;
use super::draws::Draws;
use super::faults::{OF_CLAIMS, OF_MEANING, OF_SIGNATURE, OF_WIRE};
use super::people::Person;
use super::policies::policy;
use super::values::{NAMES, link, value};
use super::world::{Plan, Proofs};
use crate::forge::{ed, links};

/// A circumstance or a fault of a revocation, by its name.
pub(super) type Fault = (&'static str, fn(&mut Proofs, &mut Plan, &mut Draws) -> bool);

pub(super) const FAULTS: &[Fault] = &[
    ("revocation-by-the-issuer", |proofs, plan, draws| own(proofs, plan, draws, |at, _, _| at)),
    ("revocation-from-above", |proofs, plan, draws| {
        own(proofs, plan, draws, |at, _, draws| draws.below(at + 1))
    }),
    ("revocation-from-below", |proofs, plan, draws| {
        own(proofs, plan, draws, |at, last, draws| at + 1 + draws.below(last.saturating_sub(at)))
    }),
    ("revocation-by-an-outsider", |proofs, plan, draws| {
        let Some((of, _)) = target(proofs, draws) else { return false };
        let outsider = plan.people.of_key(ed(200));
        add(proofs, draws, &outsider, &outsider.did, of, &[])
    }),
    ("revocation-of-something-else", |proofs, plan, draws| {
        let by = draws.pick(&plan.chain);
        let of = link(draws);
        add(proofs, draws, &by, &by.did, of, &[])
    }),
    ("revocation-on-behalf-of-another", |proofs, plan, draws| {
        let Some((of, _)) = target(proofs, draws) else { return false };
        let (by, on_behalf_of) = (draws.pick(&plan.chain), draws.pick(&plan.chain).did);
        add(proofs, draws, &by, &on_behalf_of, of, &[])
    }),
    ("revocation-delegated", |proofs, plan, draws| delegated(proofs, plan, draws, |_, _, _| true)),
    ("revocation-delegated-and-not-quite", |proofs, plan, draws| {
        delegated(proofs, plan, draws, |rights, plan, draws| {
            let at = draws.below(rights.len());
            spoil(&mut rights[at], plan, draws)
        })
    }),
    ("revocation-delegated-with-a-right-that-is-missing", |proofs, plan, draws| {
        delegated(proofs, plan, draws, |rights, _, draws| {
            // It is named, and does not come along.
            let at = draws.below(rights.len());
            rights[at].forge.fields.clear();
            true
        })
    }),
    ("revocation-misshapen", |proofs, plan, draws| {
        let Some((of, at)) = target(proofs, draws) else { return false };
        // A chain that is too long goes on without anyone new.
        let Some(by) = plan.chain.get(at).cloned() else { return false };
        let mut draft = draft(draws, &by, &by.did, of, &[]);
        let other = match draws.below(4) {
            0 => Ipld::List(vec![Ipld::Link(of.into())]),
            1 => value(draws, 1),
            _ => value(draws, 0),
        };
        let mut args = arguments(of, &[]);
        args.insert(draws.pick(&["revoke", "path"]).to_owned(), other);
        if draws.one_in(4) {
            args.remove("revoke");
        }
        draft.set("args", Ipld::Map(args));
        push(proofs, draft)
    }),
    ("revocation-with-a-fault", |proofs, plan, draws| {
        let Some((of, at)) = target(proofs, draws) else { return false };
        // A chain that is too long goes on without anyone new.
        let Some(by) = plan.chain.get(at).cloned() else { return false };
        let mut draft = draft(draws, &by, &by.did, of, &[]);
        spoil(&mut draft, plan, draws) && push(proofs, draft)
    }),
    ("revocation-that-is-none", |proofs, _, draws| {
        let bytes = match draws.below(3) {
            0 => vec![0xff; draws.below(40)],
            1 => b"no token".to_vec(),
            // A delegation.
            _ => match proofs.tokens.first() {
                // Of one with a fault, its kind may be another.
                Some((bytes, _)) if allod::Token::<allod::Delegation>::parse(&bytes[..]).is_ok() => {
                    bytes.clone()
                }
                _ => return false,
            },
        };
        let content = allod_model::Content::Unreadable("malformed");
        proofs.revocations.push((bytes.clone(), allod_model::Token { cid: Cid::of(&bytes).into(), content }));
        true
    }),
];

/// What is to be revoked, by its place.
fn target(proofs: &Proofs, draws: &mut Draws) -> Option<(Cid, usize)> {
    let at = draws.below(proofs.cids.len());
    Some((*proofs.cids.get(at)?, at))
}

/// By someone in the chain, who is found by the place of the link and that of the last person.
fn own(
    proofs: &mut Proofs,
    plan: &mut Plan,
    draws: &mut Draws,
    by: impl Fn(usize, usize, &mut Draws) -> usize,
) -> bool {
    let Some((of, at)) = target(proofs, draws) else { return false };
    let by = by(at, plan.chain.len() - 1, draws);
    let Some(by) = plan.chain.get(by).cloned() else { return false };
    add(proofs, draws, &by, &by.did, of, &[])
}

/// By someone to whom a person above the link gave the right, directly or through others.
fn delegated(
    proofs: &mut Proofs,
    plan: &mut Plan,
    draws: &mut Draws,
    change: impl Fn(&mut Vec<Draft>, &mut Plan, &mut Draws) -> bool,
) -> bool {
    let Some((of, at)) = target(proofs, draws) else { return false };
    let Some(on_behalf_of) = plan.chain.get(draws.below(at + 1)).cloned() else { return false };
    let mut people = vec![on_behalf_of.clone()];
    for _ in 0..draws.pick(&[1, 1, 2, 3]) {
        people.push(plan.people.anyone(draws));
    }
    let args = Ipld::Map(arguments(of, &[]));
    let mut rights = Vec::new();
    for (place, pair) in people.windows(2).enumerate() {
        let about = (place == 0 || !draws.one_in(3)).then_some(on_behalf_of.did.as_str());
        let command = draws.pick(&["/ucan/revoke", "/ucan", "/"]);
        let mut right = Draft::delegation(&pair[0], &pair[1].did, about, command);
        right.set("nonce", Ipld::Bytes(vec![u8::try_from(place).unwrap_or(0); 2]));
        if draws.one_in(3) {
            right.set("pol", policy(draws, &args));
        }
        if draws.one_in(3) {
            // Time is not looked at.
            right.set("exp", Ipld::Integer(draws.pick(&[0, 1_799_999_000, -5, 1_800_000_000])));
        }
        rights.push(right);
    }
    if !change(&mut rights, plan, draws) {
        return false;
    }
    let mut cids = Vec::new();
    for right in rights {
        if right.forge.fields.is_empty() {
            cids.push(Cid::of(b"nowhere"));
            continue;
        }
        cids.push(proofs.come_along(right));
    }
    if draws.one_in(5) {
        cids.reverse();
    }
    let by = people.last().expect("there are two").clone();
    add(proofs, draws, &by, &on_behalf_of.did, of, &cids)
}

/// One fault of those that tokens have.
fn spoil(draft: &mut Draft, plan: &mut Plan, draws: &mut Draws) -> bool {
    let class = draws.pick(&[OF_MEANING, OF_CLAIMS, OF_SIGNATURE, OF_WIRE]);
    let (_, apply) = draws.pick(class);
    apply(draft, draws, &mut plan.people)
}

fn arguments(of: Cid, path: &[Cid]) -> std::collections::BTreeMap<String, Ipld> {
    let mut args = std::collections::BTreeMap::from([("revoke".to_owned(), Ipld::Link(of.into()))]);
    if !path.is_empty() {
        args.insert("path".into(), links(path));
    }
    args
}

fn draft(draws: &mut Draws, by: &Person, on_behalf_of: &str, of: Cid, rights: &[Cid]) -> Draft {
    let mut draft = Draft::invocation(by, on_behalf_of, "/ucan/revoke");
    let path: Vec<_> = (0..draws.pick(&[0, 0, 0, 1, 3])).map(|_| link(draws)).collect();
    let mut args = arguments(of, &path);
    if draws.one_in(6) {
        args.insert(draws.pick(&NAMES).to_owned(), value(draws, 1));
    }
    draft.set("args", Ipld::Map(args));
    draft.set("prf", links(rights));
    draft.set("nonce", Ipld::Bytes(vec![7; draws.pick(&[0, 0, 1, 12])]));
    if draws.one_in(3) {
        draft.set("exp", Ipld::Integer(draws.pick(&[0, 1_799_999_000, -5, 1_800_000_000])));
    }
    if draws.one_in(5) {
        draft.set("nbf", Ipld::Integer(draws.pick(&[0, 1_900_000_000])));
    }
    if draws.one_in(5) {
        draft.set("aud", by.did.as_str());
    }
    if draws.one_in(4) {
        draft.forge.tag = "ucan/inv@1.0.0-rc.1".into();
    }
    draft
}

fn add(
    proofs: &mut Proofs,
    draws: &mut Draws,
    by: &Person,
    on_behalf_of: &str,
    of: Cid,
    rights: &[Cid],
) -> bool {
    let draft = draft(draws, by, on_behalf_of, of, rights);
    push(proofs, draft)
}

fn push(proofs: &mut Proofs, draft: Draft) -> bool {
    proofs.revocations.push(draft.finish());
    true
}
