//! Small worlds, looked through by brute force as well.

use crate::gathering::*;

/// A world by chance: edges between a few people, most of them sound, and revocations by anyone.
struct World {
    people: Vec<SigningKey>,
    shelf: Shelf,
    links: Vec<Token<Delegation>>,
}

/// The people: the first is the subject, the last is the invoker.
const ASKED: &str = "/photos/read";
const ARGUMENTS: &str = r#"{"season":"summer"}"#;
const TOLERANCE: u32 = 10;

impl World {
    fn new(chance: &mut Chance) -> Self {
        let count = 4 + chance.below(4);
        let people: Vec<_> = (0..count).map(|number| key(number as u32)).collect();
        let subject = people[0].did();
        let mut shelf = Shelf::default();
        let mut links = Vec::new();
        let flaws = *chance.of(&[0, 4, 12, 30]);
        let (powerlines, revoked) = (*chance.of(&[5, 40]), *chance.of(&[0, 10, 40]));
        let mut pairs = Vec::new();
        // Lines from the subject to the invoker, and links anywhere.
        for _ in 0..chance.below(4) {
            let mut at = 0;
            for _ in 0..chance.below(4) {
                let next = chance.below(count);
                pairs.push((at, next));
                at = next;
            }
            pairs.push((at, count - 1));
        }
        for _ in 0..chance.below(12) {
            pairs.push((chance.below(count), chance.below(count)));
        }
        pairs.truncate(14);
        for (number, (from, to)) in pairs.into_iter().enumerate() {
            let about = match () {
                () if chance.percent(powerlines) => Subject::Powerline,
                () if chance.percent(flaws / 4) => Subject::Did(people[1].did()),
                () => Subject::Did(subject.clone()),
            };
            let flawed = |chance: &mut Chance| chance.percent(flaws);
            let command = match flawed(chance) {
                true => *chance.of(&["/photos/write", "/other", "/photos/read/one"]),
                false => *chance.of(&["/", "/photos", "/photos/read"]),
            };
            let expires = match flawed(chance) {
                true => Some(*chance.of(&[-11, -1000])),
                false => *chance.of(&[None, Some(-10), Some(0), Some(100), Some(200), Some(300), Some(400)]),
            };
            let begins = match (flawed(chance), expires) {
                (true, None) => Some(*chance.of(&[11, 1000])),
                (false, None) => *chance.of(&[None, Some(10), Some(-50)]),
                _ => None,
            };
            let policy = match flawed(chance) {
                true => *chance.of(&[r#"[["==",".season","winter"]]"#, r#"[["!=",".missing",1]]"#]),
                false => *chance.of(&["[]", "[]", r#"[["==",".season","summer"]]"#]),
            };
            let (from, to, number) = (&people[from], &people[to], number as u32);
            links.push(Link { from, to, about, command, expires, begins, policy, number }.sign());
        }
        links.iter().for_each(|link| shelf.keep(link));
        if !links.is_empty() {
            for _ in 0..links.len() {
                if chance.percent(revoked) {
                    // Often by somebody who could stand in the middle above it.
                    let (link, other) = (chance.of(&links), chance.of(&links));
                    let by =
                        if chance.percent(60) { other.issuer().clone() } else { chance.of(&people).did() };
                    if by != *link.issuer() || chance.percent(30) {
                        shelf.revoked.insert((link.cid(), by));
                    }
                }
            }
        }
        Self { people, shelf, links }
    }

    fn subject(&self) -> Did {
        self.people[0].did()
    }

    fn invoker(&self) -> &SigningKey {
        self.people.last().unwrap()
    }

    fn goal(&self) -> Goal {
        Goal::new(self.invoker().did(), self.subject(), command(ASKED), now()).tolerance(TOLERANCE)
    }

    /// The best chain, by looking at every one: how long it is, and when it ends.
    fn best(&self, policies: bool) -> Option<(usize, i64)> {
        let arguments = arguments(ARGUMENTS);
        let sound: Vec<_> = self
            .links
            .iter()
            .filter(|link| {
                let window = Window { not_before: link.not_before(), expires: link.expires() };
                let policy = link.policy().evaluate(arguments.view(), &mut Budget::new());
                link.command().covers(&command(ASKED))
                    && window.position(now(), TOLERANCE) == allod::ucan::time::Position::Within
                    && (!policies || policy == Ok(Truth::True))
                    && link.subject().did().is_none_or(|about| *about == self.subject())
            })
            .collect();
        let mut best = None;
        self.extend(&sound, &self.subject(), &mut Vec::new(), &mut best);
        best.map(|(length, std::cmp::Reverse(end))| (length, end))
    }

    fn extend<'a>(
        &self,
        sound: &[&'a Token<Delegation>],
        holder: &Did,
        taken: &mut Vec<&'a Token<Delegation>>,
        best: &mut Option<(usize, std::cmp::Reverse<i64>)>,
    ) {
        if !taken.is_empty() && *holder == self.invoker().did() {
            let end = |link: &&Token<Delegation>| link.expires().map_or(i64::MAX, Timestamp::as_seconds);
            let this = (taken.len(), std::cmp::Reverse(taken.iter().map(end).min().unwrap()));
            *best = Some(best.map_or(this, |best| best.min(this)));
        }
        if taken.len() == 16 {
            return;
        }
        for link in sound {
            let begins = !taken.is_empty() || link.subject().did().is_some();
            if link.issuer() != holder || !begins || taken.contains(link) {
                continue;
            }
            taken.push(link);
            let revoked =
                taken.iter().any(|above| self.shelf.revoked.contains(&(link.cid(), above.issuer().clone())));
            if !revoked {
                self.extend(sound, link.audience(), taken, best);
            }
            taken.pop();
        }
    }
}

/// Of a chain that was found: how long it is, and when it ends.
fn measure(chain: &[Token<Delegation>]) -> (usize, i64) {
    let ends = chain.iter().map(|link| link.expires().map_or(i64::MAX, Timestamp::as_seconds));
    (chain.len(), ends.min().unwrap())
}

#[test]
fn in_small_worlds_it_finds_what_brute_force_finds() {
    let (mut chains, mut long, mut none) = (0, 0, 0);
    for seed in 0..1500 {
        let world = World::new(&mut Chance(seed));
        for policies in [true, false] {
            let goal = world.goal();
            let goal = if policies { goal.arguments(arguments(ARGUMENTS)) } else { goal };
            let expected = world.best(policies);
            match find_chain(&world.shelf, goal, &MemoryResolver::new()).unwrap() {
                Found::Chain(found) => {
                    let found: Vec<_> = found.into_iter().map(Verified::into_token).collect();
                    assert_eq!(Some(measure(&found)), expected, "world {seed}: {found:#?}");
                    if policies {
                        let goal = (&world.subject(), ASKED, ARGUMENTS);
                        let view = world.shelf.view();
                        let taken = accepted(world.invoker(), goal, &found, &view, TOLERANCE);
                        assert_eq!(taken, Ok(()), "world {seed}");
                    }
                    chains += 1;
                    long += usize::from(found.len() > 2);
                }
                Found::None(miss) => {
                    assert_eq!(expected, None, "world {seed}: {miss}");
                    none += 1;
                }
                other => panic!("world {seed}: {other:?}"),
            }
        }
    }
    assert!(chains > 500 && long > 100 && none > 500, "{chains} chains, {long} long, {none} none");
}
