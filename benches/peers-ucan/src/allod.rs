//! allod's side of the comparison.

use std::hint::black_box;

use allod::{
    Algorithm, Authorizer, Command, Delegation, Did, RevocationSet, SigningKey, Subjects, Timestamp,
};
use allod_bench::chain::{self, Chain, Received};
use allod_bench::turns::Turns;

use crate::{LATER, LENGTHS};

pub fn add(turns: &mut Turns<'_>) {
    for number in LENGTHS {
        let people: Vec<SigningKey> =
            (0..=number).map(|number| chain::key(Algorithm::Ed25519, number)).collect();
        let names: Vec<Did> = people.iter().map(|person| person.did()).collect();
        let (policy, later) = (chain::policy(), Timestamp::from_seconds(LATER.into()).unwrap());
        let command: Command = "/photos".parse().unwrap();
        turns.add(format!("allod for ucan create {number}"), move || {
            for (issuer, audience) in people.iter().zip(&names[1..]) {
                let link = Delegation::builder(audience.clone(), names[0].clone(), command.clone());
                let link = link.policy(policy.clone()).expires(later).sign(issuer).unwrap();
                black_box(link.as_bytes().to_vec());
            }
        });
        let chain = Chain::of(number - 1, Algorithm::Ed25519);
        let authorizer = Authorizer::new(chain.people[0].did(), Subjects::itself());
        let revocations = RevocationSet::default();
        let allows = move |received: &Received| {
            authorizer.decide_bytes(&received.invocation, &received.evidence(&revocations)).is_allowed()
        };
        let received = chain.received();
        assert!(allows(&received));
        for place in 0..number {
            assert!(!allows(&tampered(&chain, place)));
        }
        turns.add(format!("allod for ucan verify {number}"), move || {
            assert!(allows(black_box(&received)));
        });
    }
}

/// The request with another signature in this place, the invocation's last.
fn tampered(chain: &Chain, place: usize) -> Received {
    let mut received = chain.received();
    let signature =
        chain.links.get(place).map_or(chain.invocation.signature_bytes(), |link| link.signature_bytes());
    let token = received.links.get_mut(place).unwrap_or(&mut received.invocation);
    let at = token.windows(64).position(|bytes| bytes == signature).unwrap();
    token[at + 5] ^= 1;
    received
}
