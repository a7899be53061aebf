//! What is said where there is no chain.

use allod::store::{Gap, NearestMiss, Reason};

use crate::gathering::*;

/// The album, Alice, Bob and others, by name.
const NAMES: [&str; 4] = ["the album", "Alice", "Bob", "Carol"];

fn people() -> [SigningKey; 4] {
    std::array::from_fn(|number| key(number as u32))
}

fn named(miss: &NearestMiss) -> String {
    let people = people();
    miss.words(|did| {
        let place = people.iter().position(|key| key.did() == *did);
        place.map_or_else(|| did.short(), |place| NAMES[place].into())
    })
}

/// What is missing for Bob to do this with the album.
fn missed(shelf: &Shelf, what: &str, json: &str) -> NearestMiss {
    let [album, _, bob, _] = people();
    let found = shelf.find_chain(&bob.did(), &album.did(), &command(what), Some(&arguments(json)), now());
    miss(found.unwrap())
}

fn shelf(links: impl IntoIterator<Item = Token<Delegation>>) -> Shelf {
    let shelf = Shelf::default();
    links.into_iter().for_each(|link| shelf.keep(&link));
    shelf
}

/// Album → Alice → Bob; the second link as said.
fn line(second: impl FnOnce(Link<'_>) -> Link<'_>) -> Vec<Token<Delegation>> {
    let [album, alice, bob, _] = people();
    let second = second(Link { command: "/photos/read", ..Link::new(&alice, &bob, album.did()) });
    vec![Link::new(&album, &alice, album.did()).sign(), second.sign()]
}

#[test]
fn another_command() {
    let links = line(|link| Link { expires: Some(86_400), ..link });
    let miss = missed(&shelf(links.clone()), "/photos/delete", "{}");
    assert_eq!(named(&miss), "Bob has /photos/read until 2027-01-16 08:00:00 UTC, not /photos/delete");
    let [album, alice, bob, _] = people();
    assert_eq!((miss.holder(), miss.subject()), (&bob.did(), &album.did()));
    assert_eq!(miss.held(), Some(&command("/photos/read")));
    assert_eq!(miss.command(), &command("/photos/delete"));
    assert_eq!(miss.until(), Some(now().plus(86_400)));
    let flaw = miss.flaw().unwrap();
    assert_eq!((flaw.index, flaw.delegation, &flaw.issuer), (1, links[1].cid(), &alice.did()));
    assert_eq!(flaw.reason, Reason::Command { held: command("/photos/read") });
    assert_eq!(miss.flawed().unwrap().chain, [links[0].cid(), links[1].cid()]);
    let unending = missed(&shelf(line(|link| link)), "/photos/delete", "{}");
    assert_eq!(named(&unending), "Bob has /photos/read without end, not /photos/delete");
    let disjoint = missed(&shelf(line(|link| Link { command: "/files", ..link })), "/photos", "{}");
    assert_eq!(named(&disjoint), "what Alice gave Bob is for /files, not for /photos");
}

#[test]
fn another_time() {
    let ended = missed(&shelf(line(|link| Link { expires: Some(-86_400), ..link })), "/photos/read", "{}");
    assert_eq!(
        named(&ended),
        "Bob had /photos/read, but what Alice gave Bob ended on 2027-01-14 08:00:00 UTC"
    );
    let begins = missed(&shelf(line(|link| Link { begins: Some(86_400), ..link })), "/photos/read", "{}");
    assert_eq!(
        named(&begins),
        "Bob has /photos/read, but what Alice gave Bob begins on 2027-01-16 08:00:00 UTC"
    );
}

#[test]
fn a_revocation_by_the_issuer_the_subject_or_one_between() {
    let [album, alice, bob, carol] = people();
    let links = line(|link| link);
    for (by, name) in [(&album, "the album"), (&alice, "Alice")] {
        let mut shelf = shelf(links.clone());
        shelf.revoked.insert((links[1].cid(), by.did()));
        let miss = missed(&shelf, "/photos/read", "{}");
        assert_eq!(
            named(&miss),
            format!("Bob had /photos/read, but what Alice gave Bob was revoked by {name}")
        );
    }
    let longer = [
        Link::new(&album, &carol, album.did()).sign(),
        Link::new(&carol, &alice, album.did()).sign(),
        Link::new(&alice, &bob, album.did()).sign(),
    ];
    let mut shelf = shelf(longer.clone());
    shelf.revoked.insert((longer[2].cid(), carol.did()));
    let miss = missed(&shelf, "/photos/read", "{}");
    assert_eq!(named(&miss), "Bob had /photos, but what Alice gave Bob was revoked by Carol");
}

#[test]
fn a_policy_without_a_word_of_the_arguments() {
    let links = line(|link| Link { policy: r#"[["==",".season","summer"]]"#, ..link });
    let miss = missed(&shelf(links), "/photos/read", r#"{"season":"s3cret"}"#);
    let words = named(&miss);
    assert_eq!(
        words,
        "Bob has /photos/read without end, but the policy of what Alice gave Bob is not satisfied: statement [0] is not true: `.season` is \"summer\""
    );
    assert!(!format!("{miss:?}{miss}").contains("s3cret"));
    let Reason::Policy(failure) = &miss.flaw().unwrap().reason else { panic!("{miss:?}") };
    assert_eq!(failure.found(), "\"s3cret\"");
}

#[test]
fn no_line_at_all() {
    let [album, alice, bob, carol] = people();
    let nothing = missed(&shelf([]), "/photos", "{}");
    assert_eq!(named(&nothing), "nothing leads from the album to Bob: Bob holds nothing about it");
    assert!(
        matches!(nothing.gap(), Gap::HoldsNothing) && nothing.flaw().is_none() && nothing.held().is_none()
    );
    // About another subject: nothing about this one.
    let other = missed(&shelf([Link::new(&carol, &bob, carol.did()).sign()]), "/photos", "{}");
    assert!(matches!(other.gap(), Gap::HoldsNothing));
    let ends = [Link::new(&alice, &bob, album.did()).sign(), Link::new(&album, &carol, album.did()).sign()];
    let ends = missed(&shelf(ends), "/photos", "{}");
    assert_eq!(
        named(&ends),
        "nothing leads from the album to Bob: the line ends at Alice, who holds nothing about it"
    );
    let powerline = missed(&shelf([Link::new(&album, &bob, Subject::Powerline).sign()]), "/photos", "{}");
    assert_eq!(
        named(&powerline),
        "nothing leads from the album to Bob: the line begins with a powerline of the album, which begins no chain"
    );
}

#[test]
fn the_least_of_several_is_told_and_a_whole_chain_before_a_gap() {
    let [album, alice, bob, carol] = people();
    let about = || album.did();
    let all = [
        // A line that ends nowhere, valid as far as it goes.
        Link::new(&carol, &bob, about()).sign(),
        // Another command.
        Link { command: "/photos/write", number: 1, ..Link::new(&album, &bob, about()) }.sign(),
        // Revoked.
        Link { number: 2, ..Link::new(&album, &bob, about()) }.sign(),
        // Ended.
        Link { expires: Some(-100), number: 3, ..Link::new(&album, &bob, about()) }.sign(),
        // Satisfied by other arguments.
        Link { policy: r#"[["==",".a",1]]"#, number: 4, ..Link::new(&album, &bob, about()) }.sign(),
        Link::new(&album, &alice, about()).sign(),
    ];
    for (kept, expected) in
        [(1, "holds nothing"), (2, "not /photos/read"), (3, "revoked"), (4, "ended"), (5, "policy")]
    {
        let mut shelf = shelf(all.iter().take(kept).cloned());
        shelf.revoked.insert((all[2].cid(), album.did()));
        let words = named(&missed(&shelf, "/photos/read", "{}"));
        assert!(words.contains(expected), "{kept}: {words}");
    }
}

#[test]
fn there_is_an_end_to_looking_for_what_comes_nearest() {
    let [album, _, bob, _] = people();
    let mut search = Search::new(Goal::new(bob.did(), album.did(), command("/photos"), now()));
    let mut asks = 0_u64;
    let found = loop {
        let Step::Ask(ask) = search.step() else { break search.step() };
        asks += 1;
        assert!(matches!(ask, Ask::Delegations { .. }));
        // There is no chain; and then a listing without end.
        let next = (asks > 4).then(|| Cursor(vec![]));
        search.answer(Answer::Delegations(Page { items: vec![], next })).unwrap();
    };
    let Step::Done(Found::None(miss)) = found else { panic!("{found:?}") };
    assert_eq!(
        named(&miss),
        "Bob holds no valid chain for /photos on the album; there are too many delegations to say what comes nearest"
    );
    assert!(asks < allod::limits::MAX_MISS_STEPS + 10, "{asks}");
}
