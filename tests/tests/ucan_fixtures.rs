//! The fixtures of the UCAN text itself, 1.0.0: every invocation with its verdict and its kind of failure,
//! and the delegation's very bytes. (Its policies are in `policy_fixtures.rs`.)

use allod::identity::{Algorithm, Did, SigningKey};
use allod::wire::{Ipld, dag_json};
use allod::{
    AnyToken, Authorizer, Cid, Code, Delegation, Evidence, Nonce, Policy, Subjects, Timestamp, Token,
};
use allod_tests::shared_vectors;
use data_encoding::BASE64;

fn fixture(file: &str) -> Option<Ipld> {
    let folder = shared_vectors(&format!("UCAN fixtures, {file}"))?;
    let text = std::fs::read_to_string(folder.join("ucan-1.0.0").join(file)).unwrap();
    Some(dag_json::parse(&text).unwrap())
}

fn list(value: &Ipld, member: &str) -> Vec<Ipld> {
    match value.get(member) {
        Ok(Some(Ipld::List(items))) => items.clone(),
        other => panic!("{member} is a list: {other:?}"),
    }
}

fn text<'a>(value: &'a Ipld, member: &str) -> &'a str {
    match value.get(member) {
        Ok(Some(Ipld::String(text))) => text,
        other => panic!("{member} is a string: {other:?}"),
    }
}

fn integer(value: &Ipld, member: &str) -> i64 {
    match value.get(member) {
        Ok(Some(Ipld::Integer(integer))) => i64::try_from(*integer).unwrap(),
        other => panic!("{member} is a whole number: {other:?}"),
    }
}

fn bytes(value: &Ipld) -> Vec<u8> {
    match value {
        Ipld::Bytes(bytes) => bytes.clone(),
        other => panic!("bytes: {other:?}"),
    }
}

/// The codes that an error name of the fixtures stands for.
fn codes(error: &str) -> &'static [Code] {
    match error {
        // No proof at all, or a powerline where a root should be.
        "InvalidClaim" => &[Code::NoProof, Code::PowerlineRoot],
        "UnavailableProof" => &[Code::ProofMissing],
        "Expired" => &[Code::Expired],
        "TooEarly" => &[Code::NotYetValid],
        "InvalidAudience" => &[Code::BrokenChain],
        "InvalidSubject" => &[Code::WrongSubject],
        "InvalidSignature" => &[Code::BadSignature],
        "MatchError" => &[Code::PolicyUnsatisfied],
        other => panic!("an error name that is not known: {other}"),
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn twenty_of_twenty_invocations_come_out_as_the_text_says() {
    let Some(fixture) = fixture("invocation.json") else {
        return;
    };
    let mut seen = [0, 0];
    for (valid, member) in [(true, "valid"), (false, "invalid")] {
        for case in list(&fixture, member) {
            let name = text(&case, "name");
            let invocation = bytes(case.get("invocation").unwrap().unwrap());
            let AnyToken::Invocation(token) = AnyToken::parse(invocation.clone()).unwrap() else {
                panic!("{name}: an invocation");
            };
            let subjects = Subjects::of([token.subject().clone()]);
            let authorizer = Authorizer::new(token.executor().clone(), subjects);
            let now = Timestamp::from_seconds(integer(&case, "time")).unwrap();
            let proofs = list(&case, "proofs");
            let evidence = proofs
                .iter()
                .fold(Evidence::danger_without_revocations(now).tolerance(0), |evidence, proof| {
                    evidence.bytes(bytes(proof))
                });
            let decision = authorizer.decide_bytes(&invocation, &evidence);
            if valid {
                assert!(decision.is_allowed(), "{name}: {decision:?}");
                assert_eq!(decision.grant().unwrap().chain().len(), proofs.len(), "{name}");
            } else {
                let error = text(case.get("error").unwrap().unwrap(), "name");
                let denial = decision.denial().unwrap_or_else(|| panic!("{name} is allowed"));
                assert!(codes(error).contains(&denial.code()), "{name}, {error}: {denial}");
                // Two fixtures share a name of error; their codes differ.
                match name {
                    "no proof" => assert_eq!(denial.code(), Code::NoProof),
                    "invalid powerline" => assert_eq!(denial.code(), Code::PowerlineRoot),
                    _ => {}
                }
            }
            seen[usize::from(!valid)] += 1;
        }
    }
    assert_eq!(seen, [7, 13]);
}

/// A private key as the fixtures write it: base64 of the multicodec 0x1300 and the seed.
fn principal(fixture: &Ipld, name: &str) -> SigningKey {
    let principals = fixture.get("principals").unwrap().unwrap();
    let key = BASE64.decode(text(principals, name).as_bytes()).unwrap();
    let seed = key.strip_prefix(&[0x80, 0x26]).expect("an Ed25519 private key");
    SigningKey::from_seed(Algorithm::Ed25519, seed.try_into().unwrap()).unwrap()
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn the_delegation_is_rebuilt_byte_for_byte_from_its_key_and_its_fields() {
    let Some(fixture) = fixture("delegation.json") else {
        return;
    };
    let everyone = ["alice", "bob", "carol"].map(|name| principal(&fixture, name));
    let cases = list(&fixture, "valid");
    assert_eq!(cases.len(), 1);
    for case in cases {
        let token = BASE64.decode(text(&case, "token").as_bytes()).unwrap();
        let envelope = case.get("envelope").unwrap().unwrap();
        let payload = envelope.get("payload").unwrap().unwrap();

        let parsed = Token::<Delegation>::parse(token.clone()).unwrap();
        assert_eq!(parsed.cid(), text(&case, "cid").parse::<Cid>().unwrap());
        assert_eq!(parsed.signature_bytes(), BASE64.decode(text(envelope, "signature").as_bytes()).unwrap());
        assert_eq!(parsed.issuer().to_string(), text(payload, "iss"));
        assert_eq!(parsed.audience().to_string(), text(payload, "aud"));
        assert_eq!(parsed.subject().did().unwrap().to_string(), text(payload, "sub"));
        assert_eq!(parsed.command().as_str(), text(payload, "cmd"));
        assert_eq!(Some(&parsed.policy().to_ipld()), payload.get("pol").unwrap());
        assert_eq!(parsed.expires().unwrap().as_seconds(), integer(payload, "exp"));
        parsed.verify().unwrap();

        let issuer = everyone
            .iter()
            .find(|key| key.did().to_string() == text(payload, "iss"))
            .expect("one of the principals issued it");
        let nonce = BASE64.decode(text(payload, "nonce").as_bytes()).unwrap();
        let rebuilt = Delegation::builder(
            Did::parse(text(payload, "aud")).unwrap(),
            Did::parse(text(payload, "sub")).unwrap(),
            text(payload, "cmd").parse().unwrap(),
        )
        .policy(Policy::from_ipld(payload.get("pol").unwrap().unwrap()).unwrap())
        .expires(Timestamp::from_seconds(integer(payload, "exp")).unwrap())
        .nonce(Nonce::from_bytes(&nonce))
        .sign(issuer)
        .unwrap();
        assert_eq!(rebuilt.as_bytes(), token);
    }
}
