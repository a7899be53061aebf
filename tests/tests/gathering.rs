//! Proof discovery: what its tests share. They are in `chains_chosen`, `chains_flooded`, `chains_missed` and
//! `small_worlds`.

pub(crate) use std::collections::{BTreeMap, BTreeSet};
pub(crate) use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use allod::store::{
    About, Added, Answer, Ask, Cursor, DelegationStore, End, FindChain, Found, Goal, KeptRevocation, Page,
    Query, Quota, RevocationStore, Search, Step, StoreError, find_chain,
};
pub(crate) use allod::ucan::policy::{Budget, Truth};
pub(crate) use allod::wire::{Item, value};
pub(crate) use allod::{
    Algorithm, Authorizer, Cid, Command, Decision, Delegation, Did, Evidence, Invocation, Ipld,
    MemoryResolver, MemoryStore, Nonce, Policy, RevocationSet, SigningKey, Subject, Subjects, Timestamp,
    Token, Verified, VerifiedRevocation, Window,
};

pub(crate) fn key(number: u32) -> SigningKey {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_seed(Algorithm::Ed25519, &seed).unwrap()
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

pub(crate) fn command(text: &str) -> Command {
    text.parse().unwrap()
}

pub(crate) fn arguments(json: &str) -> Item {
    let value: Ipld = allod::wire::dag_json::parse(json).unwrap();
    Item::parse(value::encode(&value).unwrap()).unwrap()
}

/// A store of delegations and of who revoked what, on the test's word; it counts what it is asked.
#[derive(Default)]
pub(crate) struct Shelf {
    delegations: MemoryStore,
    /// Delegations that were never verified, as if somebody else had written the file.
    pub(crate) planted: BTreeMap<Did, Vec<Token<Delegation>>>,
    pub(crate) revoked: BTreeSet<(Cid, Did)>,
    asks: AtomicU64,
    listed: AtomicU64,
}

impl Shelf {
    pub(crate) fn keep(&self, token: &Token<Delegation>) {
        self.delegations.put_delegations(&[token.clone().verify().unwrap()]).unwrap();
    }

    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.asks.swap(0, Ordering::Relaxed), self.listed.swap(0, Ordering::Relaxed))
    }

    pub(crate) fn view(&self) -> RevocationSet {
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
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// A link, as far as it is not usual: unending, about the album, `/photos`, no policy.
pub(crate) struct Link<'a> {
    pub(crate) from: &'a SigningKey,
    pub(crate) to: &'a SigningKey,
    pub(crate) about: Subject,
    pub(crate) command: &'a str,
    pub(crate) expires: Option<i64>,
    pub(crate) begins: Option<i64>,
    pub(crate) policy: &'a str,
    pub(crate) number: u32,
}

impl<'a> Link<'a> {
    pub(crate) fn new(from: &'a SigningKey, to: &'a SigningKey, about: impl Into<Subject>) -> Self {
        let about = about.into();
        Self { from, to, about, command: "/photos", expires: None, begins: None, policy: "[]", number: 0 }
    }

    pub(crate) fn sign(self) -> Token<Delegation> {
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

pub(crate) fn chain(found: Found) -> Vec<Token<Delegation>> {
    match found {
        Found::Chain(chain) => chain.into_iter().map(Verified::into_token).collect(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn miss(found: Found) -> allod::store::NearestMiss {
    match found {
        Found::None(miss) => miss,
        other => panic!("{other:?}"),
    }
}

/// Whether an executor takes these proofs.
pub(crate) fn accepted(
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
