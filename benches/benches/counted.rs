//! What is counted in instructions: `counted NAME` does the thing of that name once, under callgrind, which counts what
//! happens below `counted`; without a name, it lists the names.

use std::hint::black_box;

use allod::ucan::policy::{Budget, Truth};
use allod::{Algorithm, Authorizer, Cache, Delegation, RevocationSet, Signer as _, Subjects, Token};
use allod_bench::chain::{self, Chain};
use allod_bench::floor::Check;

type Thing = (&'static str, fn() -> Box<dyn FnMut()>);

const THINGS: &[Thing] = &[
    ("decode a delegation", || {
        let chain = Chain::of(1, Algorithm::Ed25519);
        Box::new(move || {
            black_box(Token::<Delegation>::parse(black_box(chain.links[0].as_bytes())).unwrap());
        })
    }),
    ("evaluate a policy", || {
        let (chain, policy) = (Chain::of(1, Algorithm::Ed25519), chain::policy());
        Box::new(move || {
            let truth = policy.evaluate(chain.invocation.arguments(), &mut Budget::new());
            assert_eq!(truth, Ok(Truth::True));
        })
    }),
    ("decide on 3 links", || {
        let received = Chain::of(3, Algorithm::Ed25519).received();
        let authorizer = Authorizer::new(received.executor.clone(), Subjects::itself());
        Box::new(move || {
            let none = RevocationSet::default();
            let evidence = received.evidence(&none);
            assert!(authorizer.decide_bytes(&received.invocation, &evidence).is_allowed());
        })
    }),
    ("decide on a container of 3 links", || {
        let chain = Chain::of(3, Algorithm::Ed25519);
        let container = chain.container();
        let authorizer = Authorizer::new(chain.people[0].did(), Subjects::itself());
        Box::new(move || {
            let none = RevocationSet::default();
            let evidence = allod::Evidence::new(chain::now(), &none);
            assert!(authorizer.decide_container(&chain::read(&container), &evidence).is_allowed());
        })
    }),
    ("decide on 3 links, everything known", || everything_known(3)),
    ("decide on 10 links, everything known", || everything_known(10)),
    ("decide on 3 links of secp256k1", || {
        let received = Chain::of(3, Algorithm::Secp256k1).received();
        let authorizer = Authorizer::new(received.executor.clone(), Subjects::itself());
        Box::new(move || {
            let none = RevocationSet::default();
            let evidence = received.evidence(&none);
            assert!(authorizer.decide_bytes(&received.invocation, &evidence).is_allowed());
        })
    }),
    ("floor of 3 links of secp256k1", || {
        let chain = Chain::of(3, Algorithm::Secp256k1);
        let checks: Vec<_> =
            chain.links.iter().map(Check::of).chain([Check::of(&chain.invocation)]).collect();
        Box::new(move || assert!(checks.iter().all(Check::cold)))
    }),
    ("issue a delegation", || {
        let people = [chain::key(Algorithm::Ed25519, 0), chain::key(Algorithm::Ed25519, 1)];
        let (audience, subject) = (people[1].did(), people[0].did());
        Box::new(move || {
            let link = Delegation::builder(audience.clone(), subject.clone(), "/photos".parse().unwrap())
                .policy(chain::policy())
                .expires(chain::now());
            black_box(link.sign(&people[0]).unwrap());
        })
    }),
    ("sign", || {
        let (key, message) = (chain::key(Algorithm::Ed25519, 0), [7; 300]);
        Box::new(move || {
            black_box(key.sign(black_box(&message)).unwrap());
        })
    }),
    ("verify a signature", || {
        let (key, message) = (chain::key(Algorithm::Ed25519, 0), [7; 300]);
        let signature = key.sign(&message).unwrap();
        let key = key.public_key();
        Box::new(move || key.verify(black_box(&message), &signature).unwrap())
    }),
];

fn everything_known(links: usize) -> Box<dyn FnMut()> {
    let (received, cache) = (Chain::of(links, Algorithm::Ed25519).received(), Cache::default());
    let authorizer = Authorizer::new(received.executor.clone(), Subjects::itself());
    Box::new(move || {
        let none = RevocationSet::default();
        let evidence = received.evidence(&none).cache(&cache);
        assert!(authorizer.decide_bytes(&received.invocation, &evidence).is_allowed());
    })
}

#[inline(never)]
#[unsafe(no_mangle)]
fn counted(thing: &mut dyn FnMut()) {
    thing();
    black_box(());
}

fn main() {
    let asked = std::env::args().nth(1).filter(|name| !name.starts_with("--"));
    let Some(asked) = asked else {
        return THINGS.iter().for_each(|(name, _)| println!("{name}"));
    };
    let (_, prepare) = THINGS.iter().find(|(name, _)| *name == asked).expect("one of the names");
    let mut thing = prepare();
    // What is made once and kept is there before anything is counted.
    thing();
    counted(&mut thing);
}
