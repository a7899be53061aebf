//! What only shows from inside. How searches come out is tested in `tests/tests/chains_*.rs`.
#![allow(clippy::unwrap_used)]

use alloc::vec::Vec;

use super::edge::{Lessons, Terms};
use super::label::Label;
use super::side::{Side, Turn, Way};
use super::{Answer, Ask, Found, Goal, NearestMiss, Search, Step};
use crate::identity::{Algorithm, Did, MemoryResolver, SigningKey};
use crate::store::Page;
use crate::ucan::time::Timestamp;
use crate::wire::Cid;

fn did(seed: u8) -> Did {
    SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap().did()
}

fn goal() -> Goal {
    Goal::new(did(1), did(2), "/photos".parse().unwrap(), Timestamp::EPOCH)
}

fn label(rank: (u32, usize), ends: i64, revokers: u64, link: u8) -> Label {
    Label { rank, ends, revokers, from: Some((0, Cid::from_digest([link; 32]))), ..Label::first(did(1)) }
}

#[test]
fn what_dominates_is_no_worse_in_anything_that_counts() {
    let here = label((0, 2), 100, 0b01, 5);
    for (other, dominated) in [
        (label((0, 3), 900, 0b01, 1), true),
        (label((1, 1), 900, 0b01, 1), true),
        (label((0, 1), 1, 0b01, 9), false),
        (label((0, 2), 99, 0b01, 1), true),
        (label((0, 2), 101, 0b01, 9), false),
        (label((0, 2), 100, 0b01, 6), true),
        (label((0, 2), 100, 0b01, 4), false),
        (label((0, 3), 1, 0b11, 9), true),
        (label((0, 3), 1, 0b10, 9), false),
        (label((0, 3), 1, 0b00, 9), false),
    ] {
        assert_eq!(here.dominates(&other, false), dominated, "{other:?}");
    }
    let dear = Label { spent: (5, 5), ..label((0, 1), 900, 0, 1) };
    let cheap = Label { spent: (4, 9), ..label((0, 2), 1, 0, 1) };
    assert!(dear.dominates(&cheap, false) && !dear.dominates(&cheap, true));
}

#[test]
fn the_half_below_asks_for_no_powerlines_of_the_subject() {
    let (goal, documents, lessons) = (goal(), MemoryResolver::new(), Lessons::default());
    let terms = Terms::new(&goal, &documents, &lessons);
    let asks = |way| {
        let mut side = Side::new(way, &goal);
        let mut asks = Vec::new();
        loop {
            match side.advance(&terms) {
                Turn::Worked => {}
                Turn::Needs(Ask::Delegations { query, .. }) => {
                    asks.push(query.about);
                    side.take_page(Page::default());
                }
                Turn::Needs(_) | Turn::Over(_) => return asks.len(),
            }
        }
    };
    assert_eq!((asks(Way::Up), asks(Way::Down)), (2, 1));
}

#[test]
fn a_chain_that_is_forgotten_meanwhile_is_no_chain() {
    let (invoker, subject) = (did(1), SigningKey::from_seed(Algorithm::Ed25519, &[2; 32]).unwrap());
    let grant = crate::ucan::Delegation::builder(invoker, subject.did(), "/photos".parse().unwrap());
    let nonce = crate::ucan::Nonce::from_bytes(&[1]);
    let grant = grant.expires(Timestamp::MAX).nonce(nonce).sign(&subject).unwrap();
    let mut search = Search::new(goal());
    let mut fetched = 0;
    let found = loop {
        let answer = match search.step() {
            Step::Done(found) => break found,
            Step::Ask(Ask::Delegations { query, .. }) => {
                let about = matches!(query.about, crate::store::About::Subject(_));
                let items = if about { Vec::from([grant.clone()]) } else { Vec::new() };
                Answer::Delegations(Page { items, next: None })
            }
            Step::Ask(Ask::Revoked(pairs)) => Answer::Revoked(pairs.iter().map(|_| false).collect()),
            Step::Ask(Ask::Tokens(cids)) => {
                fetched += 1;
                Answer::Tokens(cids.iter().map(|_| None).collect())
            }
        };
        search.answer(answer).unwrap();
    };
    assert!(matches!(found, Found::None(_)), "{found:?}");
    // Once for a chain, once for what comes nearest.
    assert_eq!(fetched, 2);
}

#[test]
fn searches_go_from_thread_to_thread() {
    fn sent<T: Send + Sync>() {}
    sent::<(Search, Found, NearestMiss)>();
}
