//! Tokens that are issued: the very bytes, the very signatures, and to whom nothing is issued.

use allod::identity::{
    Algorithm, Did, PublicKey, Signature, SignatureError, Signer, SigningError, SigningKey,
};
use allod::ucan::TokenKind;
use allod::wire::multibase::base58btc_encode;
use allod::wire::{Ipld, dag_json, varint};
use allod::{
    BuildError, Cid, Delegation, Invocation, Nonce, Policy, Subject, Timestamp, Token, VerifyError, Version,
};
use allod_tests::forge::{Forge, Principal, ed, k256, p256};

const EVERYONE: [Principal; 3] = [ed(1), p256(2), k256(3)];

fn grant(to: &Did, about: &Did) -> allod::DelegationBuilder {
    Delegation::builder(to.clone(), about.clone(), "/photos/read".parse().unwrap())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

#[test]
fn what_is_built_verifies_and_is_read_back_for_each_pair_of_keys() {
    for issuer in EVERYONE {
        for other in EVERYONE {
            let (issuer, other) = (issuer.key(), other.did());
            let policy = Policy::from_json(r#"[["==", ".a", 1]]"#).unwrap();
            let token = grant(&other, &issuer.did())
                .policy(policy.clone())
                .not_before(at(5))
                .expires(at(10))
                .meta("note", "for you")
                .nonce(Nonce::from_bytes(b"n"))
                .sign(&issuer)
                .unwrap();
            let read = Token::<Delegation>::parse(token.as_bytes()).unwrap().verify().unwrap();
            assert_eq!((read.issuer(), read.audience()), (&issuer.did(), &other));
            assert_eq!(*read.subject(), Subject::Did(issuer.did()));
            assert_eq!(read.command().as_str(), "/photos/read");
            assert_eq!(*read.policy(), policy);
            assert_eq!((read.not_before(), read.expires()), (Some(at(5)), Some(at(10))));
            assert_eq!(read.nonce().as_bytes(), b"n");
            assert_eq!(read.cid(), token.cid());

            let token = Invocation::builder(issuer.did(), "/photos/read".parse().unwrap())
                .audience(other.clone())
                .argument("a", 1)
                .proofs([token.cid()])
                .cause(Cid::of(b"receipt"))
                .issued_at(at(4))
                .not_before(at(5))
                .expires(at(10))
                .nonce(Nonce::empty())
                .sign(&issuer)
                .unwrap();
            let read = Token::<Invocation>::parse(token.as_bytes()).unwrap().verify().unwrap();
            assert_eq!((read.issuer(), read.subject()), (&issuer.did(), &issuer.did()));
            assert_eq!((read.audience(), read.executor()), (Some(&other), &other));
            assert_eq!(read.proofs(), token.proofs());
            assert_eq!(read.cause(), Some(Cid::of(b"receipt")));
            assert_eq!((read.issued_at(), read.not_before()), (Some(at(4)), Some(at(5))));
            assert_eq!(dag_json::print(read.arguments()), r#"{"a":1}"#);
            assert!(read.nonce().as_bytes().is_empty());
        }
    }
}

#[test]
fn without_more_a_token_never_ends_and_says_so() {
    let (alice, bob) = (ed(1).key(), p256(2).did());
    let bare = grant(&bob, &alice.did()).nonce(Nonce::empty()).sign(&alice).unwrap();
    assert_eq!(bare.expires(), None);
    // The forge writes every required field, `exp: null` among them, and nothing else.
    let mut expected = Forge::delegation(ed(1), &bob.to_string(), Some(&ed(1).text()), "/photos/read");
    expected.set("nonce", Ipld::Bytes(vec![]));
    assert_eq!(bare.as_bytes(), expected.bytes());

    let bare = Invocation::builder(alice.did(), "/photos/read".parse().unwrap())
        .nonce(Nonce::empty())
        .sign(&alice)
        .unwrap();
    let mut expected = Forge::invocation(ed(1), &ed(1).text(), "/photos/read", &[]);
    expected.set("nonce", Ipld::Bytes(vec![]));
    assert_eq!(bare.as_bytes(), expected.bytes());
    assert_eq!(bare.executor(), bare.subject());
}

#[test]
fn what_is_issued_carries_the_header_of_its_key() {
    for (issuer, header) in
        EVERYONE.into_iter().zip(["3401ed01ed011371", "3401ec0180241271", "3401ec01e7011271"])
    {
        let token = grant(&ed(9).did(), &issuer.did()).sign(&issuer.key()).unwrap();
        // The signed part begins with a map of two, its key `h`, and eight bytes.
        let expected = hex::decode(format!("a2616848{header}")).unwrap();
        assert!(token.signed_bytes().starts_with(&expected), "{}", issuer.algorithm);
        assert_eq!(token.signature_bytes().len(), 64);
    }
}

#[test]
fn a_powerline_is_written_as_an_explicit_null() {
    let (alice, bob) = (ed(1).key(), p256(2).did());
    let built = Delegation::builder(bob.clone(), Subject::Powerline, "/".parse().unwrap())
        .nonce(Nonce::empty())
        .sign(&alice)
        .unwrap();
    let mut expected = Forge::delegation(ed(1), &bob.to_string(), None, "/");
    expected.set("nonce", Ipld::Bytes(vec![]));
    assert_eq!(built.as_bytes(), expected.bytes());
}

#[test]
fn a_nonce_is_twelve_random_bytes_unless_one_is_given() {
    let (alice, bob) = (ed(1).key(), p256(2).did());
    let nonces: std::collections::BTreeSet<Vec<u8>> = (0..50)
        .map(|_| {
            let token = grant(&bob, &alice.did()).sign(&alice).unwrap();
            token.nonce().as_bytes().to_vec()
        })
        .chain((0..50).map(|_| {
            let token = Invocation::builder(alice.did(), "/a".parse().unwrap()).sign(&alice).unwrap();
            token.nonce().as_bytes().to_vec()
        }))
        .collect();
    assert_eq!(nonces.len(), 100);
    assert!(nonces.iter().all(|nonce| nonce.len() == 12));
    for given in [Nonce::empty(), Nonce::from_bytes(&[7]), Nonce::from_bytes(&[7; 100])] {
        let token = grant(&bob, &alice.did()).nonce(given.clone()).sign(&alice).unwrap();
        assert_eq!(*token.nonce(), given);
    }
}

#[test]
fn two_tokens_with_the_same_claims_have_two_cids() {
    let (alice, bob) = (ed(1).key(), p256(2).did());
    let make = || grant(&bob, &alice.did()).sign(&alice).unwrap().cid();
    assert_ne!(make(), make());
    let invoke = || Invocation::builder(alice.did(), "/a".parse().unwrap()).sign(&alice).unwrap().cid();
    assert_ne!(invoke(), invoke());
}

#[test]
fn version_1_0_0_is_written_and_rc_1_on_request() {
    let (alice, bob) = (ed(1).key(), p256(2).did());
    let has = |bytes: &[u8], tag: &str| bytes.windows(tag.len()).any(|window| window == tag.as_bytes());
    let rc_tag = "ucan/dlg@1.0.0-rc.1";
    let token = grant(&bob, &alice.did()).sign(&alice).unwrap();
    assert_eq!(token.version(), Version::V1);
    assert!(has(token.as_bytes(), "ucan/dlg@1.0.0") && !has(token.as_bytes(), rc_tag));
    let token = grant(&bob, &alice.did()).version(Version::Rc1).sign(&alice).unwrap();
    assert_eq!(token.version(), Version::Rc1);
    assert!(has(token.as_bytes(), rc_tag));
    let token = Invocation::builder(alice.did(), "/a".parse().unwrap());
    assert_eq!(token.clone().sign(&alice).unwrap().version(), Version::V1);
    let token = token.version(Version::Rc1).sign(&alice).unwrap();
    assert!(has(token.as_bytes(), TokenKind::Invocation.tag(Version::Rc1)));
    assert!(has(token.as_bytes(), "ucan/inv@1.0.0-rc.1"));
}

/// A did:key of these bytes, whatever they are.
fn did_key(multicodec: u64, key: &[u8]) -> Did {
    let mut bytes = Vec::new();
    varint::write(multicodec, &mut bytes);
    bytes.extend(key);
    Did::parse(&format!("did:key:z{}", base58btc_encode(&bytes))).unwrap()
}

/// A compressed point whose x is on no point of the curve.
fn off_curve(algorithm: Algorithm) -> [u8; 33] {
    let mut key = [0; 33];
    key[0] = 2;
    (1..=u8::MAX)
        .map(|x| {
            key[32] = x;
            key
        })
        .find(|key| PublicKey::from_bytes(algorithm, key).is_err())
        .expect("half of all x are on no point")
}

#[test]
fn nothing_is_issued_to_a_key_that_nobody_can_sign_with() {
    let alice = ed(1).key();
    let mut one = [0; 32];
    one[0] = 1;
    for weak in [
        did_key(0xed, &one),
        did_key(0xed, &[0; 32]),
        did_key(0x1200, &off_curve(Algorithm::P256)),
        did_key(0xe7, &off_curve(Algorithm::Secp256k1)),
    ] {
        let refused = BuildError::WeakAudience { audience: weak.clone() };
        assert_eq!(grant(&weak, &alice.did()).sign(&alice), Err(refused.clone()));
        let invocation = Invocation::builder(alice.did(), "/a".parse().unwrap()).audience(weak);
        assert_eq!(invocation.sign(&alice), Err(refused));
    }
    let encryption = did_key(0xec, &[9; 32]);
    let refused = BuildError::AudienceCannotSign { audience: encryption.clone() };
    assert_eq!(grant(&encryption, &alice.did()).sign(&alice), Err(refused));
}

/// Replaces `s` by its other value.
fn flip_s(algorithm: Algorithm, s: &mut [u8]) {
    let order = match algorithm {
        Algorithm::P256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        Algorithm::Secp256k1 => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        Algorithm::Ed25519 => unreachable!("EdDSA has no high s"),
    };
    let mut borrow = 0_i16;
    for (digit, order) in s.iter_mut().zip(hex::decode(order).unwrap()).rev() {
        let difference = i16::from(order) - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
}

#[test]
fn attach_returns_no_token_without_a_strict_check() {
    for principal in EVERYONE {
        let key = principal.key();
        let unsigned =
            || grant(&ed(9).did(), &key.did()).nonce(Nonce::empty()).to_sign(key.public_key()).unwrap();
        let sound = key.sign(unsigned().bytes_to_sign()).unwrap().as_bytes().to_vec();
        let bad = Err(BuildError::Verify(VerifyError::BadSignature { issuer: key.did() }));
        let mut flipped = sound.clone();
        flipped[5] ^= 1;
        assert_eq!(unsigned().attach(&flipped), bad);
        // Someone else's signature, and the issuer's over something else.
        let other = Principal { seed: 77, ..principal }.key();
        let theirs = other.sign(unsigned().bytes_to_sign()).unwrap();
        assert_eq!(unsigned().attach(theirs.as_bytes()), bad);
        let elsewhere = key.sign(b"something else").unwrap();
        assert_eq!(unsigned().attach(elsewhere.as_bytes()), bad);
        for length in [0, 1, 63, 65, 200] {
            let mut wrong = sound.clone();
            wrong.resize(length, 0);
            assert!(unsigned().attach(&wrong).is_err(), "{length}");
        }
        assert!(unsigned().attach(&sound).is_ok());
    }
}

#[test]
fn every_signer_writes_the_low_s() {
    for principal in [p256(5), k256(6)] {
        let key = principal.key();
        for index in 0..64_u8 {
            let signature = key.sign(&[index]).unwrap();
            assert_eq!(key.public_key().verify(&[index], &signature), Ok(()));
            let mut high = *signature.as_bytes();
            flip_s(principal.algorithm, &mut high[32..]);
            assert!(signature.as_bytes()[32..] < high[32..], "s is not above half the order");
            let refused = key.public_key().verify(&[index], &Signature::from_bytes(high));
            assert_eq!(refused, Err(SignatureError::HighS));
        }
    }
}

/// A key in some device that gives the high s.
struct HighS(SigningKey);

impl Signer for HighS {
    fn issuer(&self) -> Did {
        self.0.did()
    }

    fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
        let mut signature = *self.0.sign(message)?.as_bytes();
        flip_s(self.0.algorithm(), &mut signature[32..]);
        Ok(Signature::from_bytes(signature))
    }
}

#[test]
fn a_signer_that_gives_the_high_s_makes_the_same_token_as_one_that_gives_the_low() {
    for principal in [p256(5), k256(6)] {
        let signer = HighS(principal.key());
        let grant = || grant(&ed(9).did(), &signer.issuer()).nonce(Nonce::from_bytes(b"fixed"));
        let token = grant().sign(&signer).unwrap();
        assert_eq!(token.cid(), grant().sign(&signer.0).unwrap().cid());
        token.verify().unwrap();
    }
}
