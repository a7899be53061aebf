//! What was once asked for and not kept.

use allod::identity::{Algorithm, Did, PublicKey, Signature, Signer, SigningError, SigningKey};
use allod::validation::Rule;
use allod::{Authorizer, BuildError, Delegation, Evidence, Subjects, Timestamp, Token};
use allod_tests::forge::{Forge, ed};

/// A key in some device that is out of order.
struct Broken(SigningKey);

impl Signer for Broken {
    fn issuer(&self) -> Did {
        self.0.did()
    }

    fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }

    fn sign(&self, _message: &[u8]) -> Result<Signature, SigningError> {
        self.0.sign(b"something else")
    }
}

/// DESIGN section 4: a builder refuses what a validator would refuse. `attach` does, `sign` takes whatever
/// a `Signer` gives (`core/src/ucan/build/unsigned.rs`, `Unsigned::sign`).
#[test]
fn sign_returns_no_token_that_does_not_verify() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1] {
        let signer = Broken(SigningKey::from_seed(algorithm, &[5; 32]).unwrap());
        let token = Delegation::builder(ed(9).did(), signer.issuer(), "/a".parse().unwrap()).sign(&signer);
        assert!(matches!(token, Err(BuildError::Verify(_))), "{algorithm}");
        let other = signer.acting_as(Did::parse("did:web:photos.example").unwrap());
        let token = Delegation::builder(ed(9).did(), other.issuer(), "/a".parse().unwrap()).sign(&other);
        assert!(matches!(token, Err(BuildError::Verify(_))), "{algorithm}, for another");
    }
}

/// `spec/decisions.md`, failure codes: the caller sees code, CID and remedy, so that a denial does not tell
/// a stranger what the policy says. The remedy of `policy-unsatisfied` says it in words, and proofs need
/// not have come from the caller (`core/src/validation/chain.rs`, `policy_finding`).
#[test]
fn a_public_denial_does_not_say_what_the_policy_says() {
    let (album, bob) = (ed(1), ed(2));
    let mut link = Forge::delegation(album, &bob.text(), Some(&album.text()), "/photos");
    let policy = allod::wire::dag_json::parse(r#"[["==", ".project", "wintermute"]]"#).unwrap();
    link.set("pol", policy);
    let invocation = Forge::invocation(bob, &album.text(), "/photos", &[link.cid()]);
    // The executor had the delegation: the caller sent the invocation only.
    let now = Timestamp::from_seconds(1_800_000_000).unwrap();
    let evidence = Evidence::danger_without_revocations(now).delegation(Token::parse(link.bytes()).unwrap());
    let decision =
        Authorizer::new(album.did(), Subjects::itself()).decide_bytes(&invocation.bytes(), &evidence);
    let public = decision.denial().unwrap().public().to_string();
    assert!(public.starts_with("policy-unsatisfied"));
    assert!(!public.contains("wintermute") && !public.contains("project"), "{public}");
}

/// Issue 2: the complete ordered trace, every rule passed, failed or not reached.
#[test]
fn the_trace_of_what_does_not_decode_lists_every_rule_as_not_reached() {
    let now = Timestamp::from_seconds(1_800_000_000).unwrap();
    let decision = Authorizer::new(ed(1).did(), Subjects::itself())
        .decide_bytes(&b"no token"[..], &Evidence::danger_without_revocations(now));
    for rule in [Rule::ChainLength, Rule::ProofsGiven, Rule::Command, Rule::Policy, Rule::Revocation] {
        assert!(decision.trace().checks().iter().any(|check| check.rule == rule), "{rule:?}");
    }
}
