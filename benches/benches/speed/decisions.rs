//! Decisions: cold, with keys known, with all but the invocation known, and with everything known.

use std::cell::{Cell, RefCell};
use std::hint::black_box;

use allod::{Algorithm, Authorizer, Cache, Delegation, Evidence, Invocation, RevocationSet, Subjects, Token};
use allod_bench::chain::{self, Chain, Received};
use allod_bench::floor::{Check, Warm};
use allod_bench::turns::Turns;

const LENGTHS: [usize; 4] = [1, 2, 5, 10];
/// How many different requests are decided in turn, where what is decided must not have been decided before.
const MANY: usize = 300;

/// What is decided.
pub struct Worlds {
    none: RevocationSet,
    chains: Vec<World>,
}

struct World {
    name: String,
    received: Received,
    container: Vec<u8>,
    authorizer: Authorizer,
    checks: Vec<Check>,
    keys: Vec<Warm>,
    /// The same people with other delegations.
    others: Vec<Received>,
    /// Other invocations of the same delegations.
    invocations: Vec<Vec<u8>>,
    invocation: Token<Invocation>,
}

impl World {
    fn new(links: usize, algorithm: Algorithm, name: String) -> Self {
        let chain = Chain::of(links, algorithm);
        let many = if algorithm == Algorithm::Ed25519 { MANY } else { 0 };
        let checks: Vec<_> =
            chain.links.iter().map(Check::of).chain([Check::of(&chain.invocation)]).collect();
        let received = chain.received();
        Self {
            name,
            container: chain.container(),
            authorizer: Authorizer::new(received.executor.clone(), Subjects::itself()),
            keys: checks.iter().map(Check::key).collect(),
            checks,
            others: (0..many).map(|number| Chain::numbered(links, algorithm, number).received()).collect(),
            invocations: (0..many as u64)
                .map(|number| chain.another(number + 1).as_bytes().to_vec())
                .collect(),
            invocation: chain.invocation.clone(),
            received,
        }
    }

    fn add<'a>(&'a self, none: &'a RevocationSet, turns: &mut Turns<'a>) {
        let Self { name, received, authorizer, .. } = self;
        turns.add(format!("decide {name}"), move || {
            let evidence = received.evidence(none);
            assert!(authorizer.decide_bytes(black_box(&received.invocation), &evidence).is_allowed());
        });
        turns.add(format!("floor {name}"), || {
            assert!(self.checks.iter().all(|check| black_box(check).cold()));
        });
        if self.others.is_empty() {
            return;
        }
        turns.add(format!("decide a container {name}"), move || {
            let container = chain::read(black_box(&self.container));
            let evidence = Evidence::new(chain::now(), none);
            assert!(authorizer.decide_container(&container, &evidence).is_allowed());
        });
        turns.add(format!("floor, keys known {name}"), || {
            let mut checks = self.checks.iter().zip(&self.keys);
            assert!(checks.all(|(check, key)| black_box(check).warm(key)));
        });
        // So small that of so many requests hardly a signature is remembered until its turn comes again; but the keys are.
        let (keys, next) = (Cache::of_bytes(0), Cell::new(0));
        turns.add(format!("decide, keys known {name}"), move || {
            let received = &self.others[next.replace((next.get() + 1) % MANY)];
            let evidence = received.evidence(none).cache(&keys);
            assert!(authorizer.decide_bytes(black_box(&received.invocation), &evidence).is_allowed());
        });
        let (cache, next) = (RefCell::new(Cache::default()), Cell::new(0));
        turns.add(format!("decide, proofs known {name}"), move || {
            if next.replace((next.get() + 1) % MANY) == 0 {
                // The invocations have all been seen: another memory, which knows the delegations.
                let fresh = Cache::default();
                let evidence = received.evidence(none).cache(&fresh);
                assert!(authorizer.decide_bytes(&received.invocation, &evidence).is_allowed());
                cache.replace(fresh);
            }
            let evidence = received.evidence(none).cache(&cache.borrow());
            let invocation = &self.invocations[next.get()];
            assert!(authorizer.decide_bytes(black_box(invocation), &evidence).is_allowed());
        });
    }

    /// The same decision again and again: with tokens that the host keeps decoded and verified, and from bytes.
    fn add_repeated<'a>(&'a self, none: &'a RevocationSet, turns: &mut Turns<'a>) {
        let Self { name, received, authorizer, .. } = self;
        let cache = Cache::default();
        let evidence = Evidence::new(chain::now(), none).cache(&cache);
        let verified = received
            .links
            .iter()
            .map(|link| Token::<Delegation>::parse(&link[..]).unwrap().verify().unwrap());
        let (evidence, again) = (verified.fold(evidence, Evidence::verified), cache);
        turns.add(format!("decide, everything known {name}"), move || {
            assert!(authorizer.decide(black_box(&self.invocation), &evidence).is_allowed());
        });
        turns.add(format!("decide from bytes, everything known {name}"), move || {
            let evidence = received.evidence(none).cache(&again);
            assert!(authorizer.decide_bytes(black_box(&received.invocation), &evidence).is_allowed());
        });
    }
}

impl Worlds {
    pub fn new() -> Self {
        let ed25519 = LENGTHS.map(|links| World::new(links, Algorithm::Ed25519, links.to_string()));
        let others = [Algorithm::P256, Algorithm::Secp256k1]
            .map(|algorithm| World::new(3, algorithm, format!("3 of {algorithm}")));
        let three = World::new(3, Algorithm::Ed25519, "3".into());
        Self {
            none: RevocationSet::default(),
            chains: ed25519.into_iter().chain(others).chain([three]).collect(),
        }
    }

    pub fn add<'a>(&'a self, turns: &mut Turns<'a>) {
        self.chains.iter().for_each(|world| world.add(&self.none, turns));
        if let Some(three) = self.chains.last() {
            three.add_repeated(&self.none, turns);
        }
    }
}
