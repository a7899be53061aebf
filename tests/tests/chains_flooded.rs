//! Those who would make a search slow: it is counted, not timed, what that costs.

use crate::gathering::*;

/// The steps a search takes, and what it finds.
fn search(shelf: &Shelf, goal: Goal) -> (Found, u64) {
    let mut search = Search::new(goal);
    let found = loop {
        let answer = match search.step() {
            Step::Done(found) => break found,
            Step::Ask(Ask::Delegations { query, after, most }) => {
                Answer::Delegations(shelf.delegations(&query, after.as_ref(), most).unwrap())
            }
            Step::Ask(Ask::Revoked(pairs)) => {
                Answer::Revoked(pairs.iter().map(|(cid, did)| shelf.is_revoked(cid, did).unwrap()).collect())
            }
            Step::Ask(Ask::Tokens(cids)) => {
                Answer::Tokens(cids.iter().map(|cid| shelf.delegation(cid).unwrap()).collect())
            }
        };
        search.answer(answer).unwrap();
    };
    (found, search.steps())
}

/// Album → Alice → Bob → Carol, who wants to read.
struct Line {
    people: [SigningKey; 4],
    shelf: Shelf,
}

impl Line {
    fn new() -> Self {
        let people: [_; 4] = std::array::from_fn(|number| key(number as u32));
        let shelf = Shelf::default();
        for pair in people.windows(2) {
            shelf.keep(&Link { expires: Some(100), ..Link::new(&pair[0], &pair[1], people[0].did()) }.sign());
        }
        Self { people, shelf }
    }

    fn about(&self) -> Did {
        self.people[0].did()
    }

    fn goal(&self) -> Goal {
        Goal::new(self.people[3].did(), self.about(), command("/photos/read"), now())
    }

    /// What it takes to find the one chain: steps, asks, and tokens listed.
    fn cost(&self) -> (u64, u64, u64) {
        self.shelf.counts();
        let (found, steps) = search(&self.shelf, self.goal());
        assert_eq!(chain(found).len(), 3);
        let (asks, listed) = self.shelf.counts();
        (steps, asks, listed)
    }
}

#[test]
fn what_is_unrelated_costs_nothing() {
    let line = Line::new();
    let before = line.cost();
    let strangers: Vec<_> = (100..120).map(key).collect();
    for number in 0..2000 {
        let (from, to) = (&strangers[number as usize % 20], &strangers[number as usize / 20 % 20]);
        let about = strangers[number as usize % 7].did();
        line.shelf.keep(&Link { number, ..Link::new(from, to, about) }.sign());
    }
    // Also what the same people gave each other about others.
    for number in 0..500 {
        let [_, alice, bob, carol] = &line.people;
        let about = strangers[number as usize % 20].did();
        line.shelf.keep(&Link { number, ..Link::new(alice, bob, about.clone()) }.sign());
        line.shelf.keep(&Link { number, ..Link::new(bob, carol, about) }.sign());
    }
    assert_eq!(line.cost(), before);
}

#[test]
fn many_hostile_delegations_to_the_invoker_about_the_subject_cost_no_more_than_a_page() {
    let mut costs = Vec::new();
    for many in [1000_u32, 100_000] {
        let line = Line::new();
        let carol = &line.people[3];
        let mallory = key(50);
        for number in 0..many {
            // Half of them from one hand, half each from another; none of them ends.
            let from = if number % 2 == 0 { key(1000 + number) } else { key(50) };
            line.shelf.keep(&Link { number, ..Link::new(&from, carol, line.about()) }.sign());
        }
        line.shelf.keep(&Link::new(carol, &mallory, line.about()).sign());
        costs.push(line.cost());
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].0 < 300, "{costs:?}");
}

#[test]
fn a_subject_with_many_grantees_is_not_listed_to_the_end() {
    let mut costs = Vec::new();
    for many in [1000_u32, 3000] {
        let line = Line::new();
        for number in 0..many {
            line.shelf.keep(
                &Link { number, ..Link::new(&line.people[0], &key(1000 + number), line.about()) }.sign(),
            );
        }
        costs.push(line.cost());
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].0 < 300, "{costs:?}");
}

#[test]
fn a_middleman_who_takes_back_what_many_hands_of_theirs_gave_does_not_stall_it() {
    let line = Line::new();
    let mut shelf = line.shelf;
    let [album, alice, bob, carol] = &line.people;
    // Mallory was given something, by a shorter way, hands it to many hands, and takes back what those give on.
    let mallory = key(50);
    shelf.keep(&Link { number: 1, ..Link::new(album, &mallory, album.did()) }.sign());
    for number in 0..300 {
        let hand = key(1000 + number);
        shelf.keep(&Link { number, ..Link::new(&mallory, &hand, album.did()) }.sign());
        let last = Link { number, ..Link::new(&hand, carol, album.did()) }.sign();
        shelf.keep(&last);
        shelf.revoked.insert((last.cid(), mallory.did()));
    }
    let goal = Goal::new(carol.did(), album.did(), command("/photos"), now());
    let (found, steps) = search(&shelf, goal);
    let found = chain(found);
    assert_eq!(
        found.iter().map(|link| link.issuer().clone()).collect::<Vec<_>>(),
        [album.did(), alice.did(), bob.did()]
    );
    assert!(steps < 20_000, "{steps}");
}

#[test]
fn a_circle_ends() {
    let [album, alice, bob, carol]: [_; 4] = std::array::from_fn(|number| key(number as u32));
    let shelf = Shelf::default();
    for (from, to) in [(&alice, &bob), (&bob, &carol), (&carol, &alice), (&alice, &alice), (&carol, &carol)] {
        shelf.keep(&Link::new(from, to, album.did()).sign());
        shelf.keep(&Link::new(from, to, Subject::Powerline).sign());
    }
    shelf.keep(&Link::new(&album, &key(9), album.did()).sign());
    let (found, steps) = search(&shelf, Goal::new(carol.did(), album.did(), command("/photos"), now()));
    assert!(miss(found).to_string().ends_with("the line goes round in a circle"));
    assert!(steps < 200, "{steps}");
}

#[test]
fn the_end_of_the_budget_is_told_as_such_and_never_as_none() {
    let line = Line::new();
    let (_, whole) = search(&line.shelf, line.goal());
    let mut found = Vec::new();
    for steps in 0..whole + 2 {
        match search(&line.shelf, line.goal().steps(steps)) {
            (Found::OutOfBudget { steps: taken }, _) => assert!(taken > steps && found.is_empty()),
            (Found::Chain(chain), _) => found.push(chain.len()),
            (Found::None(miss), _) => panic!("{steps}: {miss}"),
        }
    }
    assert!(found.len() >= 2 && found.iter().all(|links| *links == 3), "{found:?}");
    // Both a hub and a heap: neither half comes to an end.
    for number in 0..200 {
        let (album, carol) = (&line.people[0], &line.people[3]);
        line.shelf.keep(&Link { number, ..Link::new(album, &key(1000 + number), line.about()) }.sign());
        line.shelf.keep(&Link { number, ..Link::new(&key(2000 + number), carol, line.about()) }.sign());
    }
    let (found, steps) = search(&line.shelf, line.goal().steps(100));
    assert!(matches!(found, Found::OutOfBudget { .. }));
    assert!((100..200).contains(&steps), "{steps}");
    assert_eq!(chain(search(&line.shelf, line.goal()).0).len(), 3);
}

#[test]
fn a_host_raises_the_budget_only_by_name() {
    let line = Line::new();
    let asked = |goal: Goal| format!("{goal:?}").contains("steps: 1000000");
    assert!(asked(line.goal()) && asked(line.goal().steps(u64::MAX)));
    assert!(!asked(line.goal().steps(999)) && !asked(line.goal().danger_steps_of(u64::MAX)));
}

#[test]
fn a_store_that_never_ends_a_listing_ends_the_budget() {
    let line = Line::new();
    let mut search = Search::new(line.goal().steps(1000));
    let mut asks = 0;
    let found = loop {
        let Step::Ask(ask) = search.step() else { break search.step() };
        asks += 1;
        search
            .answer(match ask {
                Ask::Delegations { .. } => {
                    Answer::Delegations(Page { items: vec![], next: Some(Cursor(vec![])) })
                }
                Ask::Revoked(pairs) => Answer::Revoked(vec![false; pairs.len()]),
                Ask::Tokens(cids) => Answer::Tokens(vec![None; cids.len()]),
            })
            .unwrap();
    };
    assert!(matches!(found, Step::Done(Found::OutOfBudget { .. })) && asks < 1100, "{found:?}");
}
