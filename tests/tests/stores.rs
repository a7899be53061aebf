//! What every store promises, shown by each of them: one suite, run over whatever keeps things. For another store, add a
//! line at the end.

use std::collections::BTreeSet;

use allod::store::{
    About, Added, AuditEntry, AuditVerdict, Begun, Cursor, End, MemoryStore, Query, Quota, RedbStore,
    ReplayEntry, Store, StoreError,
};
use allod::{
    Cid, Code, Delegation, Did, Evidence, Nonce, Receipt, Results, Revocation, Timestamp, Token, Verified,
    VerifiedReceipt, VerifiedRevocation,
};
use allod_tests::forge::{Principal, ed, k256, p256};

const ALICE: Principal = ed(1);
const BOB: Principal = p256(2);
const CAROL: Principal = k256(3);
const MALLORY: Principal = ed(66);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// A delegation by Alice unless said otherwise; without a subject a powerline.
fn grant(
    from: Principal,
    to: Principal,
    about: Option<Principal>,
    end: Option<i64>,
    nonce: u8,
) -> Verified<Delegation> {
    let command = "/photos/read".parse().unwrap();
    let builder = match about {
        Some(subject) => Delegation::builder(to.did(), subject.did(), command),
        None => Delegation::builder(to.did(), allod::Subject::Powerline, command),
    };
    let builder = builder.nonce(Nonce::from_bytes(&[nonce; 12]));
    let builder = match end {
        Some(end) => builder.not_before(at(end.min(0))).expires(at(end)),
        None => builder,
    };
    builder.sign(&from.key()).unwrap().verify().unwrap()
}

fn revocation(of: Cid, by: Principal, at_hand: &[&Verified<Delegation>]) -> VerifiedRevocation {
    let mut evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
    for token in at_hand {
        evidence = evidence.verified(Verified::clone(token));
    }
    Revocation::builder(of, by.did()).sign(&by.key()).unwrap().verify(&evidence).unwrap()
}

fn receipt(ran: Cid, value: i64, end: Option<i64>) -> VerifiedReceipt {
    let builder = Receipt::builder(ran, Results::Ok(value.into())).nonce(Nonce::empty());
    let builder = match end {
        Some(end) => builder.expires(at(end)),
        None => builder,
    };
    builder.sign(&ALICE.key()).unwrap()
}

fn cids<'a>(tokens: impl IntoIterator<Item = &'a Verified<Delegation>>) -> Vec<Cid> {
    tokens.into_iter().map(|token| token.cid()).collect()
}

fn to(whom: Principal, about: About) -> Query {
    Query { end: End::To(whom.did()), about }
}

fn by(whom: Principal, about: About) -> Query {
    Query { end: End::By(whom.did()), about }
}

/// All parts of a listing, in parts of this size, each no larger.
fn all(store: &dyn Store, query: &Query, most: usize) -> Vec<Cid> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.delegations(query, cursor.as_ref(), most).unwrap();
        assert!(page.items.len() <= most);
        found.extend(page.items.iter().map(Token::cid));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

fn revocations(store: &dyn Store, most: usize) -> Vec<(Cid, Did)> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.revocations(cursor.as_ref(), most).unwrap();
        assert!(page.items.len() <= most);
        found.extend(
            page.items.iter().map(|kept| (kept.revocation.revoked(), kept.revocation.subject().clone())),
        );
        match page.next {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

fn delegations_come_back_once_each(store: &dyn Store) {
    let tokens: Vec<_> = (0..5).map(|nonce| grant(ALICE, BOB, Some(ALICE), Some(100), nonce)).collect();
    assert_eq!(store.put_delegations(&tokens[..3]).unwrap(), 3);
    assert_eq!(store.put_delegations(&tokens).unwrap(), 2, "three were known");
    assert_eq!(store.put_delegations(&[tokens[0].clone(), tokens[0].clone()]).unwrap(), 0);
    let twice = grant(ALICE, CAROL, Some(ALICE), None, 9);
    assert_eq!(store.put_delegations(&[twice.clone(), twice.clone()]).unwrap(), 1, "one, said twice");
    assert_eq!(store.put_delegations(&[]).unwrap(), 0);
    for token in &tokens {
        let kept = store.delegation(&token.cid()).unwrap().unwrap();
        assert_eq!(kept.as_bytes(), token.as_bytes());
        assert!(kept.verify().is_ok());
    }
    assert_eq!(store.delegation(&Cid::of(b"another")).unwrap(), None);
    assert!(store.remove_delegation(&tokens[1].cid()).unwrap());
    assert!(!store.remove_delegation(&tokens[1].cid()).unwrap());
    assert_eq!(store.delegation(&tokens[1].cid()).unwrap(), None);
    assert_eq!(all(store, &to(BOB, About::Anyone), 10).len(), 4);
    assert_eq!(store.put_delegations(&tokens).unwrap(), 1, "what was forgotten can come again");
}

fn listings_have_the_latest_end_first(store: &dyn Store) {
    let ends = [Some(300), None, Some(-7), Some(100), Some(0), Some(100), None, Some(i64::from(u32::MAX))];
    let tokens: Vec<_> =
        ends.into_iter().zip(0..).map(|(end, nonce)| grant(ALICE, BOB, Some(ALICE), end, nonce)).collect();
    let powerline = grant(ALICE, BOB, None, Some(50), 0);
    let of_carol = grant(ALICE, BOB, Some(CAROL), Some(10), 0);
    let to_carol = grant(ALICE, CAROL, Some(ALICE), None, 0);
    let by_carol = grant(CAROL, BOB, Some(ALICE), None, 0);
    store.put_delegations(&tokens).unwrap();
    let others = [powerline.clone(), of_carol.clone(), to_carol.clone(), by_carol.clone()];
    store.put_delegations(&others).unwrap();

    let mut expected: Vec<_> = tokens.iter().collect();
    // Unending ones before all, then the latest end; the CID decides between equals.
    expected.sort_by_key(|token| (token.expires().map_or(i64::MIN, |end| -end.as_seconds()), token.cid()));
    let from_alice = cids(expected.iter().copied());
    // The one by Carol never ends either.
    expected.push(&by_carol);
    expected.sort_by_key(|token| (token.expires().map_or(i64::MIN, |end| -end.as_seconds()), token.cid()));
    let to_bob = cids(expected);
    for most in [1, 2, 3, 100] {
        assert_eq!(all(store, &to(BOB, About::Subject(ALICE.did())), most), to_bob, "in parts of {most}");
        let mut given = all(store, &by(ALICE, About::Subject(ALICE.did())), most);
        given.retain(|cid| *cid != to_carol.cid());
        assert_eq!(given, from_alice, "in parts of {most}");
        assert_eq!(all(store, &to(BOB, About::Powerlines), most), [powerline.cid()]);
        assert_eq!(all(store, &by(ALICE, About::Powerlines), most), [powerline.cid()]);
        assert_eq!(all(store, &to(BOB, About::Subject(CAROL.did())), most), [of_carol.cid()]);
        assert_eq!(all(store, &by(CAROL, About::Anyone), most), [by_carol.cid()]);
        assert_eq!(all(store, &to(MALLORY, About::Anyone), most), []);
        assert_eq!(all(store, &to(BOB, About::Subject(MALLORY.did())), most), []);
        let anyone = all(store, &to(BOB, About::Anyone), most);
        assert_eq!(anyone, all(store, &to(BOB, About::Anyone), 7), "in an order that stays the same");
        assert_eq!(anyone.iter().collect::<BTreeSet<_>>().len(), tokens.len() + 3, "powerlines as well");
    }
}

fn a_cursor_survives_what_it_points_at(store: &dyn Store) {
    let tokens: Vec<_> =
        (0..6).map(|nonce| grant(ALICE, BOB, Some(ALICE), Some(600 - i64::from(nonce)), nonce)).collect();
    store.put_delegations(&tokens).unwrap();
    for query in [to(BOB, About::Subject(ALICE.did())), by(ALICE, About::Anyone)] {
        store.put_delegations(&tokens).unwrap();
        let first = store.delegations(&query, None, 2).unwrap();
        let cursor = first.next.unwrap();
        for token in &tokens[..3] {
            store.remove_delegation(&token.cid()).unwrap();
        }
        let rest = store.delegations(&query, Some(&cursor), 10).unwrap();
        assert_eq!(rest.items.iter().map(Token::cid).collect::<Vec<_>>(), cids(&tokens[3..]));
        assert_eq!(rest.next, None);
        // One that came meanwhile and stands before it is not seen, one after it is.
        let late = grant(ALICE, BOB, Some(ALICE), Some(590), 77);
        let early = grant(ALICE, BOB, Some(ALICE), Some(9_999), 78);
        store.put_delegations(&[late.clone(), early.clone()]).unwrap();
        let rest = store.delegations(&query, Some(&cursor), 10).unwrap();
        assert_eq!(rest.items.last().map(Token::cid), Some(late.cid()));
        assert_eq!(rest.items.len(), 4);
        store.remove_delegation(&late.cid()).unwrap();
        store.remove_delegation(&early.cid()).unwrap();
    }
    let made_up = Cursor(b"not a cursor".to_vec());
    let query = to(BOB, About::Anyone);
    assert!(matches!(store.delegations(&query, Some(&made_up), 1), Err(StoreError::Cursor)));
    assert!(matches!(store.revocations(Some(&made_up), 1), Err(StoreError::Cursor)));
    assert!(matches!(store.entries(Some(&made_up), 1), Err(StoreError::Cursor)));
}

fn delegations_are_swept_when_they_have_ended(store: &dyn Store) {
    let ends = [Some(99), Some(100), Some(101), None, Some(-5)];
    let tokens: Vec<_> =
        ends.into_iter().zip(0..).map(|(end, nonce)| grant(ALICE, BOB, Some(ALICE), end, nonce)).collect();
    store.put_delegations(&tokens).unwrap();
    assert_eq!(store.sweep_delegations(at(100)).unwrap(), 2);
    assert_eq!(store.sweep_delegations(at(100)).unwrap(), 0);
    assert_eq!(store.delegation(&tokens[0].cid()).unwrap(), None);
    assert!(store.delegation(&tokens[1].cid()).unwrap().is_some(), "in its last second");
    assert_eq!(all(store, &to(BOB, About::Anyone), 2), cids([&tokens[3], &tokens[2], &tokens[1]]));
    assert_eq!(store.sweep_delegations(Timestamp::MAX).unwrap(), 2);
    assert_eq!(all(store, &by(ALICE, About::Anyone), 2), [tokens[3].cid()], "the unending one is left");
}

fn revocations_count_for_their_subject_alone(store: &dyn Store) {
    let token = grant(ALICE, BOB, Some(ALICE), None, 0);
    let other = grant(ALICE, BOB, Some(ALICE), None, 1);
    assert!(!store.is_revoked(&token.cid(), &ALICE.did()).unwrap());
    let spurious = revocation(token.cid(), MALLORY, &[]);
    assert_eq!(store.put_revocation(&spurious, Some(Quota::USUAL)).unwrap(), Added::New);
    assert!(!store.is_revoked(&token.cid(), &ALICE.did()).unwrap(), "another's revokes nothing of hers");
    let real = revocation(token.cid(), ALICE, &[&token]);
    assert_eq!(store.put_revocation(&real, None).unwrap(), Added::New, "and hides nothing");
    assert_eq!(store.put_revocation(&real, None).unwrap(), Added::Known);
    assert!(store.is_revoked(&token.cid(), &ALICE.did()).unwrap());
    assert!(store.is_revoked(&token.cid(), &MALLORY.did()).unwrap(), "known, for what it is worth");
    assert!(!store.is_revoked(&other.cid(), &ALICE.did()).unwrap());
    assert!(!store.is_revoked(&token.cid(), &BOB.did()).unwrap());

    let page = store.revocations(None, 10).unwrap();
    let kept = page.items.iter().find(|kept| *kept.revocation.subject() == ALICE.did()).unwrap();
    assert_eq!(kept.revocation.token().as_bytes(), real.revocation().token().as_bytes());
    assert_eq!(kept.delegations, [Token::clone(&token)], "with what it takes to judge it elsewhere");
    assert_eq!(page.items.len(), 2);
}

fn revocations_are_listed_in_parts(store: &dyn Store) {
    let mut expected = BTreeSet::new();
    for nonce in 0..4 {
        let token = grant(ALICE, BOB, Some(ALICE), None, nonce);
        for whom in [ALICE, MALLORY, CAROL] {
            store.put_revocation(&revocation(token.cid(), whom, &[]), None).unwrap();
            expected.insert((token.cid(), whom.did()));
        }
    }
    let order = revocations(store, 100);
    assert_eq!(order.len(), 12);
    assert_eq!(order.iter().cloned().collect::<BTreeSet<_>>(), expected);
    for most in [1, 2, 5, 12] {
        assert_eq!(revocations(store, most), order, "in parts of {most}");
    }
}

fn quotas_are_for_what_nobody_asked_for(store: &dyn Store) {
    let quota = Some(Quota { each: 2, all: 3 });
    let tokens: Vec<_> = (0..5).map(|nonce| grant(ALICE, BOB, Some(ALICE), Some(100), nonce)).collect();
    let put = |nonce: usize, whom, quota| {
        store.put_revocation(&revocation(tokens[nonce].cid(), whom, &[&tokens[nonce]]), quota).unwrap()
    };
    assert_eq!(put(0, MALLORY, quota), Added::New);
    assert_eq!(put(1, MALLORY, quota), Added::New);
    assert_eq!(put(2, MALLORY, quota), Added::OverQuota, "two of each");
    assert_eq!(put(0, MALLORY, quota), Added::Known);
    assert_eq!(put(0, CAROL, quota), Added::New);
    assert_eq!(put(1, CAROL, quota), Added::OverQuota, "three of all");
    assert_eq!(put(0, ALICE, None), Added::New, "what is wanted always has room");
    assert_eq!(put(1, ALICE, None), Added::New);
    assert_eq!(revocations(store, 10).len(), 5, "and nothing was lost for it");
    // One of those that counted is wanted after all: it counts no longer, once.
    assert_eq!(put(0, MALLORY, None), Added::Known);
    assert_eq!(put(0, MALLORY, None), Added::Known);
    assert_eq!(put(2, MALLORY, quota), Added::New);
    assert_eq!(put(3, MALLORY, quota), Added::OverQuota);
    // What is swept makes room.
    assert_eq!(store.sweep_revocations(at(101)).unwrap(), 6);
    assert_eq!(put(3, MALLORY, quota), Added::New);
    assert_eq!(put(4, MALLORY, quota), Added::New);
    assert_eq!(put(0, MALLORY, quota), Added::OverQuota);
    assert_eq!(put(0, CAROL, quota), Added::New);
    assert_eq!(put(1, CAROL, quota), Added::OverQuota);
}

fn revocations_of_what_never_ends_are_never_swept(store: &dyn Store) {
    let ending = grant(ALICE, BOB, Some(ALICE), Some(100), 0);
    let unending = grant(ALICE, BOB, Some(ALICE), None, 1);
    let known = grant(ALICE, BOB, Some(ALICE), Some(100), 2);
    let later = grant(ALICE, BOB, Some(ALICE), Some(100), 3);
    let unknown = grant(ALICE, BOB, Some(ALICE), Some(100), 4);
    store.put_delegations(std::slice::from_ref(&known)).unwrap();
    store.put_revocation(&revocation(ending.cid(), ALICE, &[&ending]), None).unwrap();
    store.put_revocation(&revocation(unending.cid(), ALICE, &[&unending]), None).unwrap();
    store.put_revocation(&revocation(known.cid(), ALICE, &[]), None).unwrap();
    for whom in [ALICE, MALLORY] {
        store.put_revocation(&revocation(later.cid(), whom, &[]), None).unwrap();
        store.put_revocation(&revocation(unknown.cid(), whom, &[]), None).unwrap();
    }
    assert_eq!(store.sweep_revocations(at(100)).unwrap(), 0, "in the last second of each");
    assert_eq!(store.sweep_revocations(at(101)).unwrap(), 2, "at hand when it came, or known to the store");
    // Whether the delegation itself was forgotten meanwhile does not matter.
    store.put_delegations(&[later.clone(), unending.clone()]).unwrap();
    store.remove_delegation(&later.cid()).unwrap();
    assert_eq!(store.sweep_revocations(at(101)).unwrap(), 2, "both of the one that came later");
    assert_eq!(store.sweep_revocations(Timestamp::MAX).unwrap(), 0);
    assert!(store.is_revoked(&unending.cid(), &ALICE.did()).unwrap());
    assert!(store.is_revoked(&unknown.cid(), &ALICE.did()).unwrap(), "nobody here knows when it ends");
    assert!(!store.is_revoked(&ending.cid(), &ALICE.did()).unwrap());
}

fn the_host_says_how_fresh_revocations_are(store: &dyn Store) {
    assert_eq!(store.synced_at().unwrap(), None);
    store.set_synced_at(at(100)).unwrap();
    let token = grant(ALICE, BOB, Some(ALICE), None, 0);
    store.put_revocation(&revocation(token.cid(), ALICE, &[]), None).unwrap();
    assert_eq!(store.synced_at().unwrap(), Some(at(100)), "what comes in does not refresh it");
    store.set_synced_at(at(90)).unwrap();
    assert_eq!(store.synced_at().unwrap(), Some(at(90)), "as the host says");
}

fn entry(invocation: &str, request: &str, until: i64) -> ReplayEntry {
    ReplayEntry {
        invocation: Cid::of(invocation.as_bytes()),
        request: Cid::of(request.as_bytes()),
        until: at(until),
    }
}

fn seen(invocation: &str, receipt: Option<Cid>, running: bool) -> Begun {
    Begun::Seen { invocation: Cid::of(invocation.as_bytes()), receipt, running }
}

fn nothing_begins_twice(store: &dyn Store) {
    let now = at(1_000);
    assert_eq!(store.begin(&entry("a", "1", 1_100), now, 0).unwrap(), Begun::Fresh);
    assert_eq!(store.begin(&entry("a", "1", 1_100), now, 0).unwrap(), seen("a", None, true));
    assert_eq!(store.begin(&entry("b", "1", 1_100), now, 0).unwrap(), seen("a", None, true), "signed anew");
    assert_eq!(store.begin(&entry("a", "2", 1_100), now, 0).unwrap(), seen("a", None, true));
    assert_eq!(store.begin(&entry("c", "3", 1_100), now, 0).unwrap(), Begun::Fresh);
    let receipt = receipt(Cid::of(b"task"), 12, None);
    store.finish(&Cid::of(b"a"), &receipt).unwrap();
    assert_eq!(store.begin(&entry("b", "1", 1_100), now, 0).unwrap(), seen("a", Some(receipt.cid()), false));
    assert_eq!(store.receipt(&receipt.cid()).unwrap().as_ref(), Some(&*receipt), "kept in the same step");
    assert_eq!(store.begin(&entry("c", "3", 1_100), now, 0).unwrap(), seen("c", None, true));
    store.abandon(&Cid::of(b"c")).unwrap();
    assert_eq!(
        store.begin(&entry("c", "3", 1_100), now, 0).unwrap(),
        seen("c", None, false),
        "over, and not known how"
    );
    store.abandon(&Cid::of(b"nothing")).unwrap();
    store.finish(&Cid::of(b"nothing"), &receipt).unwrap();
    assert_eq!(store.begin(&entry("nothing", "4", 1_100), now, 0).unwrap(), Begun::Fresh);
}

fn a_clock_set_back_is_noticed(store: &dyn Store) {
    assert_eq!(store.latest_time().unwrap(), None);
    assert_eq!(store.begin(&entry("a", "1", 2_000), at(1_000), 60).unwrap(), Begun::Fresh);
    assert_eq!(store.latest_time().unwrap(), Some(at(1_000)));
    assert_eq!(store.begin(&entry("b", "2", 2_000), at(940), 60).unwrap(), Begun::Fresh, "within the margin");
    assert_eq!(store.latest_time().unwrap(), Some(at(1_000)), "and the latest is the latest");
    let set_back = Begun::ClockSetBack { latest: at(1_000) };
    assert_eq!(store.begin(&entry("c", "3", 2_000), at(939), 60).unwrap(), set_back);
    assert_eq!(
        store.begin(&entry("a", "1", 2_000), at(939), 60).unwrap(),
        set_back,
        "of what was seen as well"
    );
    assert_eq!(
        store.begin(&entry("c", "3", 2_000), at(1_001), 60).unwrap(),
        Begun::Fresh,
        "nothing was begun"
    );
    assert_eq!(store.begin(&entry("a", "1", 2_000), at(1_500), 60).unwrap(), seen("a", None, true));
    assert_eq!(store.latest_time().unwrap(), Some(at(1_500)), "a repeated one moves the time as well");
}

fn replays_are_swept_by_the_latest_time_seen(store: &dyn Store) {
    assert_eq!(store.sweep_replays(0).unwrap(), 0, "no time was seen");
    store.begin(&entry("a", "1", 1_000), at(900), 0).unwrap();
    store.begin(&entry("b", "2", 1_100), at(900), 0).unwrap();
    store.begin(&entry("c", "3", 1_000), at(900), 0).unwrap();
    // Signed anew, and longer.
    store.begin(&entry("d", "3", 5_000), at(900), 0).unwrap();
    assert_eq!(store.sweep_replays(0).unwrap(), 0);
    store.begin(&entry("z", "9", 9_000), at(1_010), 0).unwrap();
    assert_eq!(store.sweep_replays(10).unwrap(), 0, "in the last second of the margin");
    assert_eq!(store.sweep_replays(9).unwrap(), 1);
    assert_eq!(store.begin(&entry("b", "2", 1_100), at(1_010), 0).unwrap(), seen("b", None, true));
    assert_eq!(store.begin(&entry("c", "3", 1_000), at(1_010), 0).unwrap(), seen("c", None, true));
    assert_eq!(
        store.begin(&entry("e", "1", 9_000), at(1_010), 0).unwrap(),
        Begun::Fresh,
        "the request is forgotten too"
    );
    assert_eq!(store.begin(&entry("a", "8", 9_000), at(1_010), 0).unwrap(), Begun::Fresh);
    store.begin(&entry("y", "7", 9_000), at(5_001), 0).unwrap();
    assert_eq!(store.sweep_replays(0).unwrap(), 2);
    assert_eq!(store.begin(&entry("e", "1", 9_000), at(5_001), 0).unwrap(), seen("e", None, true));
}

fn of_many_at_once_one_begins(store: &dyn Store) {
    const EACH: usize = 200;
    let entries: Vec<_> =
        (0..EACH).map(|number| entry(&format!("inv {number}"), &format!("req {number}"), 2_000)).collect();
    let receipts: Vec<_> = (0..EACH).map(|number| receipt(Cid::of(b"task"), number as i64, None)).collect();
    let fresh: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|thread| {
                let (entries, receipts) = (&entries, &receipts);
                scope.spawn(move || {
                    let mut fresh = 0;
                    for step in 0..EACH {
                        // Half of them go the other way round.
                        let number = if thread % 2 == 0 { step } else { EACH - 1 - step };
                        match store.begin(&entries[number], at(1_000 + step as i64 % 3), 60).unwrap() {
                            Begun::Fresh => {
                                fresh += 1;
                                store.finish(&entries[number].invocation, &receipts[number]).unwrap();
                            }
                            Begun::Seen { invocation, receipt, running } => {
                                assert_eq!(invocation, entries[number].invocation);
                                assert_ne!(receipt.is_some(), running, "none is lost between the two");
                            }
                            other @ Begun::ClockSetBack { .. } => panic!("{other:?}"),
                        }
                    }
                    fresh
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(fresh, EACH);
    assert_eq!(store.receipts_of(&Cid::of(b"task"), &ALICE.did(), 1_000).unwrap().len(), EACH);
}

fn receipts_come_by_cid_and_by_task(store: &dyn Store) {
    let (one, other) = (Cid::of(b"one"), Cid::of(b"other"));
    let kept = [receipt(one, 1, Some(100)), receipt(one, 2, None), receipt(other, 1, Some(99))];
    for receipt in &kept {
        assert!(store.put_receipt(receipt).unwrap());
        assert!(!store.put_receipt(receipt).unwrap());
    }
    assert_eq!(store.receipt(&kept[0].cid()).unwrap().as_ref(), Some(&*kept[0]));
    assert_eq!(store.receipt(&one).unwrap(), None);
    let of = |task, most| {
        store
            .receipts_of(&task, &ALICE.did(), most)
            .unwrap()
            .iter()
            .map(Receipt::cid)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(of(one, 9), [kept[0].cid(), kept[1].cid()].into());
    assert_eq!(of(one, 1).len(), 1);
    // Those of strangers stand apart.
    let strange =
        Receipt::builder(one, Results::Ok(3.into())).nonce(Nonce::empty()).sign(&BOB.key()).unwrap();
    assert!(store.put_receipt(&strange).unwrap());
    assert_eq!(of(one, 9), [kept[0].cid(), kept[1].cid()].into());
    assert_eq!(store.receipts_of(&one, &BOB.did(), 9).unwrap(), [Receipt::clone(&strange)]);
    assert_eq!(of(other, 9), [kept[2].cid()].into());
    assert_eq!(of(Cid::of(b"third"), 9), BTreeSet::new());
    assert_eq!(store.sweep_receipts(at(100)).unwrap(), 1);
    assert_eq!(of(other, 9), BTreeSet::new());
    assert_eq!(store.sweep_receipts(Timestamp::MAX).unwrap(), 1);
    assert_eq!(of(one, 9), [kept[1].cid()].into(), "what is upheld for ever stays");
}

fn names_are_one_each(store: &dyn Store) {
    store.set_name("carol", Some(&CAROL.did())).unwrap();
    store.set_name("bob", Some(&ALICE.did())).unwrap();
    store.set_name("bob", Some(&BOB.did())).unwrap();
    store.set_name("bobby", Some(&BOB.did())).unwrap();
    store.set_name("", Some(&"did:web:example.com".parse().unwrap())).unwrap();
    store.set_name("nobody", None).unwrap();
    store.set_name("carol", None).unwrap();
    let names = store.names().unwrap();
    let names: Vec<_> = names.iter().map(|(name, did)| (name.as_str(), did.to_string())).collect();
    let web = "did:web:example.com".to_owned();
    assert_eq!(names, [("", web), ("bob", BOB.text()), ("bobby", BOB.text())]);
}

fn the_log_keeps_the_order(store: &dyn Store) {
    let whole = AuditEntry {
        at: at(-3),
        invocation: Some(Cid::of(b"inv")),
        issuer: Some(BOB.did()),
        subject: Some(ALICE.did()),
        command: Some("/photos/read".parse().unwrap()),
        verdict: AuditVerdict::Executed,
        chain: vec![Cid::of(b"root"), Cid::of(b"leaf")],
        arguments: Some("{\"a\":1}".into()),
    };
    let bare = AuditEntry {
        at: at(7),
        invocation: None,
        issuer: None,
        subject: None,
        command: None,
        verdict: AuditVerdict::Denied(Code::BadSignature),
        chain: Vec::new(),
        arguments: None,
    };
    let waiting = AuditEntry { verdict: AuditVerdict::NotExecuted, arguments: None, ..whole.clone() };
    let entries = [whole.clone(), bare, waiting, whole];
    for entry in &entries {
        store.record(entry).unwrap();
    }
    for most in 1..6 {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = store.entries(cursor.as_ref(), most).unwrap();
            found.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, entries, "in parts of {most}");
    }
    // Whoever has read to the end goes on from there once there is more.
    let page = store.entries(None, 3).unwrap();
    store.record(&entries[1]).unwrap();
    assert_eq!(store.entries(page.next.as_ref(), 9).unwrap().items, [entries[3].clone(), entries[1].clone()]);
}

macro_rules! each {
    ($store:ident: $($case:ident,)+) => { $(#[test] fn $case() { super::$case(&super::$store()); })+ };
}

macro_rules! suite {
    ($($store:ident,)+) => { $(mod $store {
        each! {
            $store:
            delegations_come_back_once_each,
            listings_have_the_latest_end_first,
            a_cursor_survives_what_it_points_at,
            delegations_are_swept_when_they_have_ended,
            revocations_count_for_their_subject_alone,
            revocations_are_listed_in_parts,
            quotas_are_for_what_nobody_asked_for,
            revocations_of_what_never_ends_are_never_swept,
            the_host_says_how_fresh_revocations_are,
            nothing_begins_twice,
            a_clock_set_back_is_noticed,
            replays_are_swept_by_the_latest_time_seen,
            of_many_at_once_one_begins,
            receipts_come_by_cid_and_by_task,
            names_are_one_each,
            the_log_keeps_the_order,
        }
    })+ };
}

fn memory() -> MemoryStore {
    MemoryStore::new()
}

fn redb() -> RedbStore {
    RedbStore::on_backend(::redb::backends::InMemoryBackend::new()).unwrap()
}

// A store is the name of a function that makes an empty one.
suite! {
    memory,
    redb,
}
