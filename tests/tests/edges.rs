//! The edges of containers, key files and names that no vector reaches.

use allod::container::{ContainerWriteError, ContainerWriter};
use allod::identity::{AgreementSecretKey, Pkcs8Error};
use allod::limits::{Limits, MAX_CONTAINER, MAX_CONTAINER_TOKENS, MAX_TOKEN};
use allod::ucan::{AnyToken, Branch};
use allod::wire::{Ipld, View, value};
use allod::{
    Algorithm, Authorizer, Cid, Code, Container, ContainerError, Delegation, Encoding, Evidence, SigningKey,
    Subjects, Timestamp, TokenError,
};
use allod_tests::forge::{Forge, ed};

fn container(tokens: usize, size: usize) -> Vec<u8> {
    let tokens = (0..tokens).map(|_| Ipld::Bytes(vec![7; size])).collect();
    let cbor = value::encode(&Ipld::Map([("ctn-v1".to_owned(), Ipld::List(tokens))].into())).unwrap();
    [&[Encoding::Raw.header()], cbor.as_slice()].concat()
}

#[test]
fn a_container_is_read_up_to_its_limits_and_no_further() {
    assert!(Container::read(&container(MAX_CONTAINER_TOKENS, 1)).is_ok());
    let many = Container::read(&container(MAX_CONTAINER_TOKENS + 1, 1)).unwrap_err();
    assert_eq!((&many, many.code()), (&ContainerError::TooManyTokens, Code::BudgetExceeded));
    // The map, the list and the token's own head take some bytes.
    assert!(Container::read(&container(1, MAX_CONTAINER - 20)).is_ok());
    for size in [MAX_CONTAINER, 2 * MAX_CONTAINER + 1] {
        let large = Container::read(&container(1, size)).unwrap_err();
        assert_eq!((&large, large.code()), (&ContainerError::TooLarge, Code::TooLarge));
        assert!(large.remedy().contains("fewer or smaller"));
    }
}

/// Of a map and a list of one entry each, and one token of so many bytes.
const AROUND: usize = 1 + 7 + 1 + 5;

/// To the byte, in reading and in writing.
#[test]
fn a_container_may_be_as_large_as_it_may_be() {
    let full = ContainerWriter::new().bytes(&vec![7; MAX_CONTAINER - AROUND]);
    let more = ContainerWriter::new().bytes(&vec![7; MAX_CONTAINER - AROUND + 1]);
    for encoding in Encoding::ALL {
        let written = full.write(encoding).unwrap();
        assert_eq!(Container::read(&written).unwrap().len(), 1, "{encoding}");
        assert_eq!(more.write(encoding), Err(ContainerWriteError::TooLarge), "{encoding}");
    }
    assert!(Container::read(&container(1, MAX_CONTAINER - AROUND)).is_ok());
    let refused = Container::read(&container(1, MAX_CONTAINER - AROUND + 1)).unwrap_err();
    assert_eq!(refused, ContainerError::TooLarge);
    let tokens = (0..MAX_CONTAINER_TOKENS)
        .fold(ContainerWriter::new(), |writer, number| writer.bytes(&number.to_be_bytes()));
    assert!(tokens.write(Encoding::Raw).is_ok());
    // Text is looked at as long as it could hold a container, and no longer.
    let text = |length: usize| [&b"B"[..], &vec![b'!'; length]].concat();
    assert_eq!(Container::read(&text(2 * MAX_CONTAINER)).unwrap_err(), ContainerError::Base64);
    assert_eq!(Container::read(&text(2 * MAX_CONTAINER + 1)).unwrap_err(), ContainerError::TooLarge);
}

#[test]
fn what_is_wrong_with_a_container_says_what_to_do() {
    let cid = Cid::of(b"x");
    let inner = TokenError::TooLarge { size: 1 };
    for (error, code, remedy) in [
        (ContainerError::Empty, Code::Malformed, "write the container again"),
        (ContainerError::NoInvocation, Code::Malformed, "along with its delegations"),
        (ContainerError::SeveralInvocations, Code::Malformed, "by its CID"),
        (ContainerError::NotThere { cid }, Code::Malformed, "a token that the container holds"),
        (ContainerError::GzipNotBuilt, Code::Malformed, "build with the feature"),
        (ContainerError::TooLarge, Code::TooLarge, "fewer or smaller"),
        (ContainerError::TooManyTokens, Code::BudgetExceeded, "fewer or smaller"),
        (ContainerError::NotAnInvocation { cid, error: inner }, Code::TooLarge, Code::TooLarge.remedy()),
    ] {
        assert_eq!(error.code(), code, "{error}");
        assert!(error.remedy().contains(remedy), "{error}: {}", error.remedy());
    }
}

#[test]
fn builders_say_what_they_are() {
    let key = ed(1).key();
    let revocation = allod::Revocation::builder(Cid::of(b"x"), key.did());
    assert!(format!("{revocation:?}").starts_with("RevocationBuilder"));
    let writer = ContainerWriter::new().bytes(b"x");
    assert_eq!(format!("{writer:?}"), "ContainerWriter(1 tokens)");
    for (branch, name) in [(Branch::Ok, "ok"), (Branch::Error, "error"), (Branch::Any, "*")] {
        assert_eq!((branch.name(), branch.to_string()), (name, name.to_owned()));
    }
}

#[test]
fn a_container_that_nobody_would_read_is_not_written() {
    let numbered = |number: usize| number.to_be_bytes();
    let many = (0..=MAX_CONTAINER_TOKENS)
        .fold(ContainerWriter::new(), |writer, number| writer.bytes(&numbered(number)));
    assert_eq!(many.write(Encoding::Raw), Err(ContainerWriteError::TooManyTokens));
    let large = ContainerWriter::new().bytes(&vec![7; MAX_CONTAINER]);
    for encoding in Encoding::ALL {
        assert_eq!(large.write(encoding), Err(ContainerWriteError::TooLarge), "{encoding}");
    }
}

#[test]
fn a_container_answers_for_what_it_holds() {
    let token = Forge::delegation(ed(1), "did:web:a.example", None, "/x").bytes();
    let container = ContainerWriter::new().bytes(&token).write(Encoding::Base64).unwrap();
    let container = Container::read(&container).unwrap();
    let cid = Cid::of(&token);
    assert!(container.contains(&cid) && !container.contains(&Cid::of(b"another")) && !container.is_empty());
    assert_eq!(container.cids().collect::<Vec<_>>(), [cid]);
    assert!(cid.to_string().ends_with(cid.short().trim_start_matches('…')));
    assert_eq!(AnyToken::parse(&*token).unwrap().cid(), cid);
    let none = container.invocation().unwrap_err();
    assert_eq!((&none, none.code()), (&ContainerError::NoInvocation, Code::Malformed));
    let empty = ContainerWriter::new().write(Encoding::Raw).unwrap();
    assert!(Container::read(&empty).unwrap().is_empty());
}

#[test]
fn every_encoding_says_whether_it_is_text_and_has_a_name() {
    let names: std::collections::BTreeSet<_> = Encoding::ALL.map(|encoding| encoding.to_string()).into();
    assert_eq!(names.len(), Encoding::ALL.len());
    for encoding in Encoding::ALL {
        let written = ContainerWriter::new().bytes(&[0xff; 300]).write(encoding).unwrap();
        assert_eq!(encoding.is_text(), written.is_ascii(), "{encoding}");
        assert_eq!(encoding.is_text(), encoding.to_string().contains("base64"), "{encoding}");
    }
}

#[test]
fn a_token_over_the_limit_is_refused_before_it_is_looked_at() {
    let large = vec![0; MAX_TOKEN + 1];
    assert_eq!(AnyToken::parse(large.as_slice()), Err(TokenError::TooLarge { size: MAX_TOKEN + 1 }));
}

#[test]
fn a_host_can_give_policies_less_to_work_with() {
    let mut link = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), "/x");
    let policy = allod::Policy::from_json(r#"[["==", ".a", 1], ["==", ".a", 1], ["==", ".a", 1]]"#).unwrap();
    link.set("pol", policy.to_ipld());
    let mut invocation = Forge::invocation(ed(2), &ed(1).text(), "/x", &[link.cid()]);
    invocation.set("args", Ipld::Map([("a".to_owned(), Ipld::Integer(1))].into()));
    let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH).bytes(link.bytes());
    let decide = |limits| {
        let authorizer = Authorizer::new(ed(1).did(), Subjects::itself()).limits(limits);
        authorizer.decide_bytes(&invocation.bytes(), &evidence).denial().map(allod::Denial::code)
    };
    assert_eq!(decide(Limits::default()), None);
    assert_eq!(decide(Limits::new().danger_policy_budget(3, 10_000)), None);
    assert_eq!(decide(Limits::new().danger_policy_budget(2, 10_000)), Some(Code::BudgetExceeded));
    assert_eq!(decide(Limits::new().danger_policy_budget(3, 3)), Some(Code::BudgetExceeded));
}

/// The curve is named outside and inside of the structure.
#[test]
fn a_key_file_that_names_two_curves_is_refused() {
    let key = SigningKey::from_seed(Algorithm::P256, &[7; 32]).unwrap();
    let seed = key.danger_export_seed();
    let inner = |curve: &[u8]| {
        let named = [&[0xa0, u8::try_from(curve.len()).unwrap()], curve].concat();
        let body = [&[0x02, 1, 1, 0x04, 32], seed.as_slice(), &named].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    };
    let file = |curve: &[u8]| {
        let inner = inner(curve);
        let algorithm =
            b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        let length = [0x04, u8::try_from(inner.len()).unwrap()];
        let body = [&[0x02, 1, 0], algorithm.as_slice(), &length, &inner].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    };
    let own = SigningKey::from_pkcs8_der(&file(b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")).unwrap();
    assert_eq!(own.did(), key.did());
    let other = SigningKey::from_pkcs8_der(&file(b"\x06\x05\x2b\x81\x04\x00\x0a")).err();
    assert_eq!(other, Some(Pkcs8Error::UnsupportedAlgorithm));
}

#[test]
fn two_agreement_keys_that_are_made_differ() {
    let [one, two] = [(); 2].map(|()| AgreementSecretKey::generate().unwrap());
    assert_ne!(one.public_key(), two.public_key());
    assert_ne!(*one.danger_export(), [0; 32]);
}

#[test]
fn tokens_are_equal_when_their_bytes_are() {
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32]).unwrap();
    let [one, two] = [(); 2]
        .map(|()| Delegation::builder(key.did(), key.did(), "/x".parse().unwrap()).sign(&key).unwrap());
    assert!(one != two && one == one.clone(), "their nonces differ");
    assert_eq!(&*one.bytes(), one.as_bytes());
    assert!(View::parse(one.as_bytes()).is_ok());
}

/// RFC 7748, 5: what is exported is what other libraries derive from the same seed.
#[test]
fn an_agreement_key_from_an_identity_is_exported_clamped() {
    for seed in 0..32 {
        let key = SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
        let exported = key.agreement_key().unwrap().danger_export();
        assert_eq!((exported[0] & 0b111, exported[31] & 0b1100_0000), (0, 0b0100_0000), "seed {seed}");
    }
}
