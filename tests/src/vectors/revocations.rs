//! Revocations: who may take back what, on whose behalf, and what is no revocation at all.

mod forms;
mod places;

use allod::wire::{Cid, Ipld};

use super::case::Case;
use super::world::{ALBUM, ALICE, BOB, MALLORY, World, dag_json};
use crate::forge::{Forge, Principal, SignatureFault, ed, k256, p256};

/// Those of the draft's picture, of whom Alice is the subject. Mallory is in none of the chains.
const DRAFT: [(&str, Principal); 6] = [
    ("alice", ed(21)),
    ("bob", p256(22)),
    ("carol", k256(23)),
    ("dan", ed(24)),
    ("erin", ed(25)),
    ("mallory", MALLORY),
];

/// Outside every chain, with the right to revoke on behalf of someone in it.
const ZELDA: Principal = ed(30);
/// Between Zelda and whoever she speaks for.
const YAN: Principal = p256(31);

pub(super) fn cases() -> Vec<Case> {
    let mut cases = scope();
    cases.extend(delegated());
    cases.extend(unproven());
    cases.extend(forms::cases());
    cases.extend(places::cases());
    cases
}

/// An invocation of `/ucan/revoke`.
fn revocation(by: Principal, on_behalf_of: Principal, of: Cid, proofs: &[Cid]) -> Forge {
    let mut forge = Forge::invocation(by, &on_behalf_of.text(), "/ucan/revoke", proofs);
    forge.set("args", args(of)).set("nonce", Ipld::Bytes(Vec::new()));
    forge
}

fn args(of: Cid) -> Ipld {
    Ipld::Map([("revoke".to_owned(), link(of))].into())
}

fn link(cid: Cid) -> Ipld {
    Ipld::Link(cid.into())
}

/// The right to revoke.
fn right(from: Principal, to: Principal, on_behalf_of: Option<Principal>) -> Forge {
    Forge::delegation(from, &to.text(), on_behalf_of.map(Principal::text).as_deref(), "/ucan/revoke")
}

impl World {
    fn revoking(self, forge: &Forge) -> Self {
        self.revoking_bytes(forge.bytes())
    }

    fn revoking_bytes(self, bytes: Vec<u8>) -> Self {
        self.with(|world| world.revoked.push(bytes))
    }

    fn beside(self, forges: &[Forge]) -> Self {
        self.with(|world| world.beside.extend(forges.iter().map(Forge::bytes)))
    }

    /// The last revocation takes nothing back.
    fn ignoring(self, code: &'static str) -> Self {
        self.with(|world| world.ignored.push((world.revoked.len() - 1, code)))
    }

    /// The revocation of link 1 by Alice, who issued it.
    fn revoked_by_alice(self, change: impl FnOnce(&mut Forge)) -> Self {
        let mut forge = revocation(ALICE, ALICE, self.cids()[1], &[]);
        change(&mut forge);
        self.revoking(&forge)
    }

    /// The revocation of a link by Zelda on behalf of Alice, with these proofs.
    fn revoked_by_zelda(self, at: usize, proofs: &[Forge]) -> Self {
        let cids: Vec<_> = proofs.iter().map(Forge::cid).collect();
        let forge = revocation(ZELDA, ALICE, self.cids()[at], &cids);
        self.beside(proofs).revoking(&forge)
    }

    fn bitten(self, id: &str, description: &str, at: usize) -> Case {
        self.denied(&format!("revocation-{id}"), description, "revoked", Some(at))
    }

    fn unbitten(self, id: &str, description: &str, code: &'static str) -> Case {
        self.ignoring(code).allowed(&format!("revocation-{id}"), description)
    }
}

/// The draft's picture: everyone, about every link, in both chains.
fn scope() -> Vec<Case> {
    let person = |name: &str| DRAFT.into_iter().find(|(known, _)| *known == name).expect("one of them").1;
    let alice = person("alice").text();
    let delegation = |name: &str| {
        let (from, to) = name.split_once("-").expect("from one to another");
        let mut forge = Forge::delegation(person(from), &person(to).text(), Some(&alice), "/x");
        // A nonce of its own: some issue two.
        forge.set("nonce", Ipld::Bytes(name.as_bytes().to_vec()));
        forge
    };
    let delegations = ["alice-bob", "bob-carol", "bob-dan", "carol-dan", "dan-erin"];
    // For each link who may take it back: its issuer, and the issuers above.
    let chains: [(&str, &[(&str, &[&str])]); 2] = [
        (
            "by-carol",
            &[
                ("alice-bob", &["alice"]),
                ("bob-carol", &["alice", "bob"]),
                ("carol-dan", &["alice", "bob", "carol"]),
                ("dan-erin", &["alice", "bob", "carol", "dan"]),
            ],
        ),
        (
            "past-carol",
            &[
                ("alice-bob", &["alice"]),
                ("bob-dan", &["alice", "bob"]),
                ("dan-erin", &["alice", "bob", "dan"]),
            ],
        ),
    ];
    let mut cases = Vec::new();
    for (name, chain) in chains {
        for of in delegations {
            for (revoker, principal) in DRAFT {
                let world = World::of(&[person("alice"), person("erin")], "/x").with(|world| {
                    world.links = chain.iter().map(|(link, _)| delegation(link)).collect();
                });
                let world = world.revoking(&revocation(principal, principal, delegation(of).cid(), &[]));
                let id = format!("scope-{name}-{of}-{revoker}");
                let description =
                    format!("the draft's picture: {revoker} revokes {of}; the chain goes {name}");
                let place = chain.iter().position(|(link, _)| *link == of);
                cases.push(match place {
                    None => world.unbitten(&id, &description, "unrelated"),
                    Some(at) if chain[at].1.contains(&revoker) => world.bitten(&id, &description, at),
                    Some(_) => world.unbitten(&id, &description, "outsider"),
                });
            }
        }
    }
    cases
}

/// On behalf of Alice, who delegated the right to.
fn delegated() -> Vec<Case> {
    let three = World::three;
    let right_of = |command: &str| {
        let mut forge = right(ALICE, ZELDA, Some(ALICE));
        forge.set("cmd", command);
        forge
    };
    let with_policy = |policy: Ipld| {
        let mut forge = right(ALICE, ZELDA, Some(ALICE));
        forge.set("pol", policy);
        forge
    };
    let revoke_is = |operator: &str, cid: Cid| {
        let statement = [operator.to_owned().into(), ".revoke".to_owned().into(), link(cid)];
        Ipld::List(vec![Ipld::List(statement.to_vec())])
    };
    let of = three().cids()[1];
    let mut cases = vec![
        three().revoked_by_zelda(1, &[right_of("/ucan/revoke")]).bitten(
            "delegated",
            "Zelda was given the right by Alice, who issued the link",
            1,
        ),
        three().revoked_by_zelda(2, &[right_of("/ucan/revoke")]).bitten(
            "delegated-below",
            "Zelda was given the right by Alice, who stands above the link",
            2,
        ),
        three().revoked_by_zelda(0, &[right_of("/ucan/revoke")]).unbitten(
            "delegated-above",
            "Zelda was given the right by Alice, to whom the link was given",
            "outsider",
        ),
    ];
    for (name, command) in [("ucan", "/ucan"), ("all", "/")] {
        cases.push(three().revoked_by_zelda(1, &[right_of(command)]).bitten(
            &format!("delegated-by-{name}"),
            &format!("{command} covers /ucan/revoke"),
            1,
        ));
    }
    for (name, command) in [
        ("revoked", "/ucan/revoked"),
        ("below", "/ucan/revoke/one"),
        ("beside", "/ucan/assert"),
        ("revoke", "/revoke"),
        ("other", "/photos/read"),
    ] {
        cases.push(three().revoked_by_zelda(1, &[right_of(command)]).unbitten(
            &format!("delegated-by-{name}"),
            &format!("{command} does not cover /ucan/revoke"),
            "command-not-covered",
        ));
    }
    for (name, policy, bites) in [
        ("this", revoke_is("==", of), true),
        ("another", revoke_is("==", three().cids()[2]), false),
        ("not-this", revoke_is("!=", of), false),
        ("not-another", revoke_is("!=", three().cids()[2]), true),
        ("missing", dag_json(r#"[["!=", ".reason", "none"]]"#), false),
        ("optional", dag_json(r#"[["==", ".path?", null]]"#), true),
    ] {
        let (world, id) =
            (three().revoked_by_zelda(1, &[with_policy(policy)]), format!("delegated-policy-{name}"));
        cases.push(if bites {
            world.bitten(&id, "the right is for revocations that satisfy a policy, as this one does", 1)
        } else {
            world.unbitten(
                &id,
                "the right is for revocations that satisfy a policy, as this one does not",
                "policy-unsatisfied",
            )
        });
    }
    let two = |second: Option<Principal>| [right(ALICE, YAN, Some(ALICE)), right(YAN, ZELDA, second)];
    cases.push(three().revoked_by_zelda(1, &two(Some(ALICE))).bitten(
        "delegated-on",
        "the right was passed on",
        1,
    ));
    cases.push(three().revoked_by_zelda(1, &two(None)).bitten(
        "delegated-powerline",
        "the right was passed on by a powerline, which takes the subject of its chain",
        1,
    ));
    let mut backwards = two(Some(ALICE));
    backwards.reverse();
    cases.push(three().revoked_by_zelda(1, &backwards).bitten(
        "delegated-leaf-first",
        "a revocation's proofs may be named from either end",
        1,
    ));
    // Whoever holds everything of a subject may revoke on its behalf.
    let holder = |command: &str| {
        let world = three().link(0, |forge| {
            forge.set("cmd", command);
        });
        let root = world.cids()[0];
        world.revoking(&revocation(ALICE, ALBUM, root, &[root]))
    };
    cases.push(holder("/").bitten(
        "delegated-by-the-chain",
        "Alice holds / of the album, and revokes on its behalf, with the link itself as proof",
        0,
    ));
    cases.push(holder("/photos").unbitten(
        "delegated-by-the-chain-not",
        "Alice holds /photos of the album, which is no right to revoke on its behalf",
        "command-not-covered",
    ));
    cases
}

/// The issuer may not speak for the subject, or did not sign.
fn unproven() -> Vec<Case> {
    let three = World::three;
    let of = three().cids()[1];
    let changed = |mut forge: Forge, change: fn(&mut Forge)| {
        change(&mut forge);
        forge
    };
    let alices = || right(ALICE, ZELDA, Some(ALICE));
    let seventeen: Vec<_> = (0..17_u8)
        .map(|number| {
            let mut forge = right(ALICE, ALICE, Some(ALICE));
            forge.set("nonce", Ipld::Bytes(vec![number]));
            forge
        })
        .collect();
    let bobs = |change: fn(&mut Forge)| changed(revocation(BOB, BOB, three().cids()[2], &[]), change);
    vec![
        three().revoked_by_zelda(1, &[]).unbitten(
            "no-proof",
            "nothing says that Zelda may speak for Alice",
            "no-proof",
        ),
        three().revoking(&revocation(ALICE, ALBUM, of, &[])).unbitten(
            "sub-above",
            "Alice could revoke it herself, and names the album as whose authority she uses",
            "no-proof",
        ),
        three().revoking(&revocation(BOB, ALICE, of, &[])).unbitten(
            "sub-not-own",
            "Bob names Alice as whose authority he uses",
            "no-proof",
        ),
        three().revoking(&revocation(ALICE, MALLORY, of, &[])).unbitten(
            "sub-outsider",
            "Alice could revoke it herself, and names Mallory as whose authority she uses",
            "outsider",
        ),
        three().revoked_by_zelda(1, &[right(ALICE, ZELDA, None)]).unbitten(
            "powerline-root",
            "a powerline alone is nobody's authority",
            "powerline-root",
        ),
        three().revoked_by_zelda(1, &[right(ALICE, YAN, Some(ALICE))]).unbitten(
            "broken-chain",
            "the right was given to someone else",
            "broken-chain",
        ),
        three().revoked_by_zelda(1, &[right(MALLORY, ZELDA, Some(ALICE))]).unbitten(
            "root-not-subject",
            "the right was given by someone else",
            "root-not-subject",
        ),
        three().revoked_by_zelda(1, &[right(ALICE, ZELDA, Some(ALBUM))]).unbitten(
            "wrong-subject",
            "the right is to revoke on behalf of someone else",
            "wrong-subject",
        ),
        three().revoking(&revocation(ZELDA, ALICE, of, &[alices().cid()])).unbitten(
            "proof-missing",
            "the right did not come along",
            "proof-missing",
        ),
        three().revoking(&revocation(ALICE, ALICE, of, &[alices().cid()])).unbitten(
            "proof-needless",
            "Alice needs no proof, and one that she names is looked at like any other",
            "proof-missing",
        ),
        three()
            .revoked_by_zelda(1, &[changed(alices(), |forge| forge.signature = SignatureFault::Flip(9))])
            .unbitten("proof-forged", "the right is not signed by Alice", "bad-signature"),
        three()
            .revoked_by_zelda(
                1,
                &[changed(alices(), |forge| {
                    forge.remove("nonce");
                })],
            )
            .unbitten("proof-malformed", "the right does not decode", "malformed"),
        three()
            .beside(&seventeen)
            .revoking(&revocation(ALICE, ALICE, of, &seventeen.iter().map(Forge::cid).collect::<Vec<_>>()))
            .unbitten("proofs-too-many", "no chain of 17 is followed", "budget-exceeded"),
        three().revoked_by_alice(|forge| forge.signature = SignatureFault::Flip(300)).unbitten(
            "forged",
            "one bit of the signature is flipped",
            "bad-signature",
        ),
        three().revoked_by_alice(|forge| forge.signer = MALLORY).unbitten(
            "signed-by-another",
            "Mallory signs in Alice's name",
            "bad-signature",
        ),
        three().revoking(&bobs(|forge| forge.signature = SignatureFault::HighS)).unbitten(
            "high-s",
            "the signature is in its other spelling",
            "bad-signature",
        ),
        three().revoking(&bobs(|forge| forge.signature = SignatureFault::Der)).unbitten(
            "der",
            "the signature is written as DER",
            "bad-signature",
        ),
    ]
}
