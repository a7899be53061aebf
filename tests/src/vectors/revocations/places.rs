//! Several revocations at a time, of any link of any chain, in any place.

use allod::wire::{Cid, Ipld};

use super::{ZELDA, revocation, right};
use crate::forge::{Principal, SignatureFault, links};
use crate::vectors::case::{Case, Expect, Input};
use crate::vectors::containers;
use crate::vectors::world::{ALBUM, ALICE, BOB, MALLORY, NOW, PHONE, World};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = lists();
    cases.extend(places());
    cases.extend(contained());
    cases
}

/// Several at a time.
fn lists() -> Vec<Case> {
    let three = World::three;
    let cids = three().cids();
    let by = |who: Principal, at: usize| revocation(who, who, cids[at], &[]);
    vec![
        three().revoking(&by(ALICE, 1)).revoking(&by(ALICE, 1)).bitten("twice", "the same one twice", 1),
        three()
            .revoked_by_alice(|forge| {
                forge.set("nonce", Ipld::Bytes(vec![1]));
            })
            .revoking(&by(ALICE, 1))
            .bitten("again", "one and another like it", 1),
        three().revoking(&by(BOB, 2)).revoking(&by(ALICE, 1)).revoking(&by(ALBUM, 0)).bitten(
            "leaf-first",
            "one for each link, from the leaf on",
            0,
        ),
        three()
            .revoking(&by(ALBUM, 1))
            .revoking(&by(ALICE, 1))
            .revoking(&by(MALLORY, 1))
            .ignoring("outsider")
            .bitten("several-subjects", "three of one link, each with another's authority", 1),
        three().revoking(&by(MALLORY, 1)).ignoring("outsider").revoking(&by(ALICE, 1)).bitten(
            "spurious-first",
            "a spurious one does not hide the real one behind it",
            1,
        ),
        three().revoking(&by(ALICE, 1)).revoking(&by(MALLORY, 1)).ignoring("outsider").bitten(
            "spurious-last",
            "a spurious one does not push out the real one before it",
            1,
        ),
        three()
            .revoking_bytes(b"noise".to_vec())
            .ignoring("malformed")
            .revoked_by_alice(|forge| forge.signature = SignatureFault::Flip(1))
            .ignoring("bad-signature")
            .revoking(&by(BOB, 0))
            .ignoring("outsider")
            .revoking(&by(ALICE, 1))
            .revoking(&revocation(ALICE, ALICE, Cid::of(b"elsewhere"), &[]))
            .ignoring("unrelated")
            .bitten("among-others", "a real one among others", 1),
        three()
            .revoking(&by(BOB, 1))
            .ignoring("outsider")
            .revoking(&by(PHONE, 2))
            .ignoring("outsider")
            .revoking(&by(ALICE, 0))
            .unbitten("all-spurious", "three spurious ones: each by whoever got the link", "outsider"),
    ]
}

/// Where in a chain, and in which.
fn places() -> Vec<Case> {
    let three = World::three;
    let cids = three().cids();
    let by = |who: Principal, at: usize| revocation(who, who, cids[at], &[]);
    let powerline = || {
        three().link(1, |forge| {
            forge.set("sub", Ipld::Null);
        })
    };
    let of_powerline = |who: Principal| revocation(who, who, powerline().cids()[1], &[]);
    let mut cases = vec![
        three().revoking(&by(ALBUM, 0)).bitten("root", "the root, by the subject", 0),
        three().revoking(&by(BOB, 2)).bitten("leaf", "the leaf, by its issuer", 2),
        three().revoking(&by(ALBUM, 2)).bitten("leaf-by-subject", "the leaf, by the subject", 2),
        three().revoking(&by(PHONE, 2)).unbitten("leaf-by-holder", "the leaf, by the invoker", "outsider"),
        powerline().revoking(&of_powerline(ALICE)).bitten("powerline", "a powerline, by its issuer", 1),
        powerline().revoking(&of_powerline(ALBUM)).bitten(
            "powerline-by-subject",
            "a powerline, by the subject of its chain",
            1,
        ),
        powerline().revoking(&of_powerline(BOB)).unbitten(
            "powerline-by-holder",
            "a powerline, by its holder",
            "outsider",
        ),
        three().revoking(&revocation(ALBUM, ALBUM, three().invocation.cid(), &[])).unbitten(
            "of-invocation",
            "an invocation is not revoked",
            "unrelated",
        ),
        World::of(&[ALBUM], "/photos/read").revoking(&by(ALBUM, 0)).unbitten(
            "no-chain",
            "the subject's own invocation rests on nothing that could be revoked",
            "unrelated",
        ),
        three()
            .link(0, |forge| {
                forge.set("exp", Ipld::Integer(i128::from(NOW) - 1));
            })
            .with(|world| {
                let root = world.cids()[0];
                world.revoked.push(revocation(ALBUM, ALBUM, root, &[]).bytes());
            })
            .denied(
                "revocation-expired",
                "what is denied earlier for another reason is still told for that",
                "expired",
                Some(0),
            ),
    ];
    let missing = || {
        three().with(|world| {
            let cids = world.cids();
            world.invocation.set("prf", links(&cids));
            world.name_links = false;
            world.links.remove(1);
        })
    };
    cases.push(missing().revoking(&by(ALBUM, 1)).denied(
        "revocation-missing-by-subject",
        "a link that is missing is still known to stand below the subject",
        "proof-missing",
        Some(1),
    ));
    cases.push(missing().revoking(&by(ALICE, 1)).ignoring("outsider").denied(
        "revocation-missing-by-issuer",
        "of a link that is missing nobody knows who issued it",
        "proof-missing",
        Some(1),
    ));
    let mut unreadable = three().revoking(&by(ALICE, 1)).ignoring("unrelated").denied(
        "revocation-invocation-malformed",
        "an invocation that does not decode rests on nothing",
        "malformed",
        None,
    );
    if let Input::Tokens(_, invocation) = &mut unreadable.input {
        invocation.truncate(90);
    }
    cases.push(unreadable);
    cases
}

/// Beside the invocation in a container.
fn contained() -> Vec<Case> {
    let of = World::three().cids()[1];
    let case = |id: &str, description: &str, more: Vec<Vec<u8>>, revoked: Vec<Vec<u8>>, at: Option<usize>| {
        let world = World::three();
        let mut case = match at {
            Some(at) => world.bitten(id, description, at),
            None => world.allowed(&format!("revocation-{id}"), description),
        };
        if let Input::Tokens(tokens, invocation) = &case.input {
            let all: Vec<_> = [tokens.clone(), vec![invocation.clone()], more].concat();
            case.input = Input::Container(containers::raw(&all));
        }
        case.revoked = revoked;
        case
    };
    let by = |who: Principal| revocation(who, who, of, &[]);
    let proof = right(ALICE, ZELDA, Some(ALICE));
    let zeldas = revocation(ZELDA, ALICE, of, &[proof.cid()]);
    let mut cases = vec![
        case("container", "a container with a revocation", vec![by(ALICE).bytes()], vec![], Some(1)),
        case(
            "container-delegated",
            "a container with a revocation and its proof",
            vec![zeldas.bytes(), proof.bytes()],
            vec![],
            Some(1),
        ),
        case(
            "container-beside",
            "a container, and a revocation beside it",
            vec![],
            vec![by(ALICE).bytes()],
            Some(1),
        ),
        case(
            "container-proof",
            "a container with the proof of a revocation beside it",
            vec![proof.bytes()],
            vec![zeldas.bytes()],
            Some(1),
        ),
        case(
            "container-both",
            "a revocation in the container, and the same beside it",
            vec![by(ALICE).bytes()],
            vec![by(ALICE).bytes()],
            Some(1),
        ),
    ];
    let mut spurious = case(
        "container-spurious",
        "a container with a spurious revocation",
        vec![by(MALLORY).bytes()],
        vec![],
        None,
    );
    spurious.ignored = vec![(0, Some(by(MALLORY).cid()), "outsider")];
    cases.push(spurious);
    // Behind those that were given, in the order of their CIDs.
    let mut broken = by(ALICE);
    broken.remove("nonce");
    let mut inside = [(by(MALLORY), "outsider"), (broken, "malformed")];
    inside.sort_by_key(|(forge, _)| forge.cid());
    let mut several = case(
        "container-several",
        "ignored are those beside a container, and behind them those in it, by their CIDs",
        inside.iter().map(|(forge, _)| forge.bytes()).collect(),
        vec![b"noise".to_vec(), by(ALICE).bytes(), by(BOB).bytes()],
        Some(1),
    );
    several.ignored = vec![(0, Some(Cid::of(b"noise")), "malformed"), (2, Some(by(BOB).cid()), "outsider")];
    several
        .ignored
        .extend(inside.iter().enumerate().map(|(at, (forge, code))| (3 + at, Some(forge.cid()), *code)));
    cases.push(several);
    let mut alone = World::three().case(
        "revocation-container-alone",
        "a container of a revocation and a delegation asks for nothing",
        Expect::Deny { code: "malformed", link: None },
    );
    alone.input = Input::Container(containers::raw(&[by(ALICE).bytes(), World::three().links[1].bytes()]));
    alone.ignored = vec![(0, Some(by(ALICE).cid()), "unrelated")];
    cases.push(alone);
    let mut unread = World::three().case(
        "revocation-container-unread",
        "a container that cannot be read rests on nothing",
        Expect::Deny { code: "malformed", link: None },
    );
    unread.input = Input::Container(vec![b'@', 0xff]);
    unread.revoked = vec![by(ALICE).bytes()];
    unread.ignored = vec![(0, Some(by(ALICE).cid()), "unrelated")];
    cases.push(unread);
    cases
}
