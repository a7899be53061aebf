//! The parts of which a decision is made, and making tokens.

use std::hint::black_box;

use allod::ucan::policy::{Arguments, Budget, Truth};
use allod::{Algorithm, Cid, Command, Delegation, Did, Invocation, Policy, Signer as _, SigningKey, Token};
use allod_bench::allocations;
use allod_bench::chain::{self, Chain};
use allod_bench::floor::{Check, Warm};
use allod_bench::turns::Turns;
use sha2::{Digest, Sha256};

/// What is measured with.
pub struct Materials {
    delegation: Token<Delegation>,
    invocation: Token<Invocation>,
    policy: Policy,
    command: Command,
    key: SigningKey,
    audience: Did,
    check: Check,
    warm: Warm,
}

impl Materials {
    pub fn new() -> Self {
        let chain = Chain::of(1, Algorithm::Ed25519);
        let [delegation] = <[_; 1]>::try_from(chain.links).unwrap();
        let check = Check::of(&delegation);
        Self {
            invocation: chain.invocation,
            policy: chain::policy(),
            command: "/photos".parse().unwrap(),
            key: chain::key(Algorithm::Ed25519, 0),
            audience: chain::key(Algorithm::Ed25519, 1).did(),
            warm: check.key(),
            check,
            delegation,
        }
    }

    pub fn add<'a>(&'a self, turns: &mut Turns<'a>) {
        turns.add("decode a delegation", || self.decode());
        turns.add("SHA-256 of a delegation", || {
            black_box(Sha256::digest(black_box(self.delegation.as_bytes())));
        });
        turns.add("CID of a delegation", || {
            black_box(Cid::of(black_box(self.delegation.as_bytes())));
        });
        let did = self.audience.to_string();
        turns.add("read a did:key", move || {
            black_box(Did::parse(black_box(&did)).unwrap());
        });
        turns.add("decompress a key", || {
            black_box(black_box(&self.audience).public_key().unwrap());
        });
        turns.add("verify strictly by the library", || assert!(black_box(&self.check).strict(&self.warm)));
        let (key, signature) = (self.key.public_key(), self.delegation.signature_bytes().try_into().unwrap());
        turns.add("verify a signature", move || {
            key.verify(black_box(self.delegation.signed_bytes()), &signature).unwrap();
        });
        turns.add("evaluate a policy", || self.evaluate());
        let arguments = Arguments::new(self.invocation.arguments());
        turns.add("evaluate a policy, arguments looked through", move || {
            let truth = black_box(&self.policy).evaluate(black_box(arguments), &mut Budget::new());
            assert_eq!(truth, Ok(Truth::True));
        });
        turns.add("sign", || {
            black_box(self.key.sign(black_box(self.delegation.signed_bytes())).unwrap());
        });
        turns.add("issue a delegation", || self.issue(&self.audience));
        let read: Did = self.audience.to_string().parse().unwrap();
        turns.add("issue a delegation to a DID from elsewhere", move || self.issue(&read));
        turns.add("issue a delegation to oneself", || self.issue(self.delegation.issuer()));
    }

    fn decode(&self) {
        black_box(Token::<Delegation>::parse(black_box(self.delegation.as_bytes())).unwrap());
    }

    fn evaluate(&self) {
        let arguments = black_box(self.invocation.arguments());
        assert_eq!(self.policy.evaluate(arguments, &mut Budget::new()), Ok(Truth::True));
    }

    fn issue(&self, audience: &Did) {
        let subject = self.delegation.issuer().clone();
        let link = Delegation::builder(audience.clone(), subject, self.command.clone());
        let link = link.policy(self.policy.clone()).expires(chain::now());
        black_box(link.sign(&self.key).unwrap());
    }

    /// How often memory is asked for, as JSON.
    pub fn allocations(&self) -> String {
        let decode = allocations::during(|| self.decode());
        let evaluate = allocations::during(|| self.evaluate());
        let issue = allocations::during(|| self.issue(&self.audience));
        format!(
            "{{\"decode a delegation\": {decode}, \"evaluate a policy\": {evaluate}, \"issue a delegation\": {issue}}}"
        )
    }
}
