//! Proof discovery: held against a search through everything, against the authorizer, and against those who would
//! make it slow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use allod::store::{
    About, Added, Answer, Ask, Cursor, DelegationStore, End, FindChain, Found, Goal, KeptRevocation, Page,
    Query, Quota, RevocationStore, Search, Step, StoreError, find_chain,
};
use allod::ucan::policy::{Budget, Truth};
use allod::wire::{Item, value};
use allod::{
    Algorithm, Authorizer, Cid, Command, Decision, Delegation, Did, Evidence, Invocation, Ipld,
    MemoryResolver, MemoryStore, Nonce, Policy, RevocationSet, SigningKey, Subject, Subjects, Timestamp,
    Token, Verified, VerifiedRevocation, Window,
};

fn key(number: u32) -> SigningKey {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_seed(Algorithm::Ed25519, &seed).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

fn command(text: &str) -> Command {
    text.parse().unwrap()
}

fn arguments(json: &str) -> Item {
    let value: Ipld = allod::wire::dag_json::parse(json).unwrap();
    Item::parse(value::encode(&value).unwrap()).unwrap()
}

/// A store of delegations and of who revoked what, on the test's word; it counts what it is asked.
#[derive(Default)]
struct Shelf {
    delegations: MemoryStore,
    /// Delegations that were never verified, as if somebody else had written the file.
    planted: BTreeMap<Did, Vec<Token<Delegation>>>,
    revoked: BTreeSet<(Cid, Did)>,
    asks: AtomicU64,
    listed: AtomicU64,
}

impl Shelf {
    fn keep(&self, token: &Token<Delegation>) {
        self.delegations.put_delegations(&[token.clone().verify().unwrap()]).unwrap();
    }

    fn counts(&self) -> (u64, u64) {
        (self.asks.swap(0, Ordering::Relaxed), self.listed.swap(0, Ordering::Relaxed))
    }

    fn view(&self) -> RevocationSet {
        let mut view = RevocationSet::new();
        self.revoked.iter().for_each(|(cid, did)| view.danger_insert(*cid, did.clone()));
        view
    }
}

impl DelegationStore for Shelf {
    fn put_delegations(&self, tokens: &[Verified<Delegation>]) -> Result<usize, StoreError> {
        self.delegations.put_delegations(tokens)
    }

    fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError> {
        self.asks.fetch_add(1, Ordering::Relaxed);
        let planted = self.planted.values().flatten().find(|token| token.cid() == *cid);
        Ok(self.delegations.delegation(cid)?.or_else(|| planted.cloned()))
    }

    fn delegations(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Token<Delegation>>, StoreError> {
        self.asks.fetch_add(1, Ordering::Relaxed);
        let mut page = self.delegations.delegations(query, after, most)?;
        if let (End::To(did), None, About::Subject(_)) = (&query.end, after, &query.about) {
            page.items.extend(self.planted.get(did).into_iter().flatten().cloned());
        }
        self.listed.fetch_add(page.items.len() as u64, Ordering::Relaxed);
        Ok(page)
    }

    fn remove_delegation(&self, cid: &Cid) -> Result<bool, StoreError> {
        self.delegations.remove_delegation(cid)
    }

    fn sweep_delegations(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.delegations.sweep_delegations(time)
    }
}

impl RevocationStore for Shelf {
    fn put_revocation(&self, _: &VerifiedRevocation, _: Option<Quota>) -> Result<Added, StoreError> {
        unimplemented!("the test says what is revoked")
    }

    fn is_revoked(&self, delegation: &Cid, subject: &Did) -> Result<bool, StoreError> {
        self.asks.fetch_add(1, Ordering::Relaxed);
        Ok(self.revoked.contains(&(*delegation, subject.clone())))
    }

    fn revocations(&self, _: Option<&Cursor>, _: usize) -> Result<Page<KeptRevocation>, StoreError> {
        Ok(Page::default())
    }

    fn sweep_revocations(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }

    fn synced_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    fn set_synced_at(&self, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Chance that comes out the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// A link, as far as it is not usual: unending, about the album, `/photos`, no policy.
struct Link<'a> {
    from: &'a SigningKey,
    to: &'a SigningKey,
    about: Subject,
    command: &'a str,
    expires: Option<i64>,
    begins: Option<i64>,
    policy: &'a str,
    number: u32,
}

impl<'a> Link<'a> {
    fn new(from: &'a SigningKey, to: &'a SigningKey, about: impl Into<Subject>) -> Self {
        let about = about.into();
        Self { from, to, about, command: "/photos", expires: None, begins: None, policy: "[]", number: 0 }
    }

    fn sign(self) -> Token<Delegation> {
        let builder = Delegation::builder(self.to.did(), self.about, command(self.command))
            .policy(self.policy.parse::<Policy>().unwrap())
            .nonce(Nonce::from_bytes(&self.number.to_be_bytes()));
        let builder = match self.expires {
            Some(seconds) => builder.expires(now().plus(seconds)),
            None => builder,
        };
        let builder = match self.begins {
            Some(seconds) => builder.not_before(now().plus(seconds)),
            None => builder,
        };
        builder.sign(self.from).unwrap()
    }
}

fn chain(found: Found) -> Vec<Token<Delegation>> {
    match found {
        Found::Chain(chain) => chain.into_iter().map(Verified::into_token).collect(),
        other => panic!("{other:?}"),
    }
}

fn miss(found: Found) -> allod::store::NearestMiss {
    match found {
        Found::None(miss) => miss,
        other => panic!("{other:?}"),
    }
}

/// Whether an executor takes these proofs.
fn accepted(
    invoker: &SigningKey,
    goal: (&Did, &str, &str),
    proofs: &[Token<Delegation>],
    view: &RevocationSet,
    tolerance: u32,
) -> Result<(), String> {
    let (subject, what, json) = goal;
    let value = allod::wire::dag_json::parse(json).unwrap();
    let invocation = Invocation::builder(subject.clone(), command(what))
        .arguments(value)
        .proofs(proofs.iter().map(Token::cid))
        .expires(now())
        .nonce(Nonce::from_bytes(&[1]))
        .sign(invoker)
        .unwrap();
    let evidence = Evidence::new(now(), view).tolerance(tolerance);
    let evidence = proofs.iter().fold(evidence, |evidence, link| evidence.delegation(link.clone()));
    match Authorizer::new(subject.clone(), Subjects::itself()).decide(&invocation, &evidence) {
        Decision::Allow(_) => Ok(()),
        Decision::Deny(denial) => Err(denial.to_string()),
    }
}

#[test]
fn the_subject_needs_no_proof() {
    let album = key(0);
    let shelf = Shelf::default();
    let found = shelf.find_chain(&album.did(), &album.did(), &command("/photos"), None, now()).unwrap();
    assert!(chain(found).is_empty());
    assert_eq!(shelf.counts(), (0, 0));
}

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
                    let (link, by) = (chance.of(&links).cid(), chance.of(&people).did());
                    shelf.revoked.insert((link, by));
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
    for seed in 0..3000 {
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
    assert!(chains > 1000 && long > 150 && none > 1000, "{chains} chains, {long} long, {none} none");
}
