//! What is done by another implementation of signatures: built with the feature `graviola` or `aws-lc-rs`. It prints one
//! JSON object.

use std::hint::black_box;

use allod::{Algorithm, Authorizer, Delegation, RevocationSet, Signer as _, Subjects};
use allod_bench::chain::{self, Chain};
use allod_bench::floor::Check;
use allod_bench::turns::{Turns, rounds};

fn main() {
    let by = Algorithm::P256.verified_by();
    assert_ne!(
        by, "p256",
        "this processor lacks what the other implementation needs, or no feature asks for it"
    );
    let chains = [1, 3].map(|links| Chain::of(links, Algorithm::P256));
    let (received, none) = (chains.each_ref().map(Chain::received), RevocationSet::default());
    let checks: Vec<_> =
        chains[1].links.iter().map(Check::of).chain([Check::of(&chains[1].invocation)]).collect();
    let [from, to] = [0, 1].map(|number| chain::key(Algorithm::Ed25519, number));
    let (subject, audience, policy) = (from.did(), to.did(), chain::policy());
    let mut turns = Turns::new();
    for (links, received) in [1, 3].into_iter().zip(&received) {
        let authorizer = Authorizer::new(received.executor.clone(), Subjects::itself());
        let none = &none;
        turns.add(format!("decide {links} of P-256 by {by}"), move || {
            let evidence = received.evidence(none);
            assert!(authorizer.decide_bytes(black_box(&received.invocation), &evidence).is_allowed());
        });
    }
    turns.add(format!("floor 3 of P-256 beside {by}"), || {
        assert!(checks.iter().all(|check| black_box(check).cold()))
    });
    turns.add(format!("sign by {by}"), || {
        black_box(from.sign(black_box(chains[0].links[0].signed_bytes())).unwrap());
    });
    turns.add(format!("issue a delegation, signed by {by}"), || {
        let link = Delegation::builder(audience.clone(), subject.clone(), "/photos".parse().unwrap());
        black_box(link.policy(policy.clone()).expires(chain::now()).sign(&from).unwrap());
    });
    println!("{{\"medians\": {}}}", turns.measured(rounds(60)).to_json());
}
