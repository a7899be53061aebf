//! Making tokens: what is refused, what is pointed out, and signatures made elsewhere.

use allod::identity::{AgreementSecretKey, Did, Signer};
use allod::ucan::Outcome;
use allod::wire::{Item, value};
use allod::{
    Algorithm, BuildError, Cid, Delegation, Invocation, Ipld, Issuer, Lint, Nonce, Policy, Receipt, Results,
    Revocation, SigningKey, Subject, Timestamp, Version,
};

fn key(algorithm: Algorithm, seed: u8) -> SigningKey {
    SigningKey::from_seed(algorithm, &[seed; 32]).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

const ALL: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1];

#[test]
fn what_a_builder_makes_says_what_was_asked_for() {
    for algorithm in ALL {
        let (alice, bob) = (key(algorithm, 1), key(Algorithm::Ed25519, 2));
        let policy = Policy::from_json(r#"[["==", ".a", 1], ["like", ".b", "x*"]]"#).unwrap();
        let token = Delegation::builder(bob.did(), alice.did(), "/photos".parse().unwrap())
            .policy(policy.clone())
            .not_before(at(5))
            .expires(at(10))
            .meta("note", "hello")
            .nonce(Nonce::from_bytes(b"once"))
            .sign(&alice)
            .unwrap();
        assert_eq!(token.issuer(), &alice.did());
        assert_eq!(token.audience(), &bob.did());
        assert_eq!(token.subject(), &Subject::Did(alice.did()));
        assert_eq!(token.command().as_str(), "/photos");
        assert_eq!(token.policy(), &policy);
        assert_eq!((token.not_before(), token.expires()), (Some(at(5)), Some(at(10))));
        assert_eq!(token.nonce().as_bytes(), b"once");
        assert_eq!(token.meta().unwrap().as_map().unwrap().get("note").unwrap().as_str(), Some("hello"));
        assert_eq!(token.cid(), Cid::of(token.as_bytes()));
        assert_eq!(token.version(), Version::V1);
        token.verify().unwrap();
    }
}

#[test]
fn invocations_carry_every_field() {
    let (album, bob) = (key(Algorithm::Ed25519, 1), key(Algorithm::P256, 2));
    let proof = Cid::of(b"proof");
    let token = Invocation::builder(album.did(), "/photos/read".parse().unwrap())
        .audience(album.did())
        .arguments(std::collections::BTreeMap::from([("n", 1), ("m", 2)]))
        .argument("s", "text")
        .proofs([proof])
        .not_before(at(1))
        .expires(at(9))
        .issued_at(at(2))
        .cause(Cid::of(b"receipt"))
        .meta("trace", 7)
        .version(Version::Rc1)
        .sign(&bob)
        .unwrap();
    assert_eq!(token.executor(), &album.did());
    let args = value::from_view(token.arguments());
    let expected = [("n", Ipld::Integer(1)), ("m", Ipld::Integer(2)), ("s", Ipld::String("text".into()))];
    assert_eq!(args, Ipld::Map(expected.into_iter().map(|(k, v)| (k.into(), v)).collect()));
    assert_eq!(token.proofs(), [proof]);
    assert_eq!(
        (token.not_before(), token.expires(), token.issued_at()),
        (Some(at(1)), Some(at(9)), Some(at(2)))
    );
    assert_eq!(token.cause(), Some(Cid::of(b"receipt")));
    assert_eq!(token.version(), Version::Rc1);
    assert_eq!(token.nonce().as_bytes().len(), Nonce::RANDOM_LENGTH);
    token.verify().unwrap();
}

fn item(value: &Ipld) -> Item {
    Item::parse(value::encode(value).unwrap()).unwrap()
}

#[test]
fn what_is_encoded_already_makes_the_same_token() {
    let (album, bob) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 2));
    let map = |entries: &[(&str, Ipld)]| {
        Ipld::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let link = Ipld::Link(Cid::of(b"photo").into());
    let args = item(&map(&[("photo", link.clone()), ("n", 1.into())]));
    let meta = item(&map(&[("why", "x".into())]));
    let builder = || {
        let builder = Invocation::builder(album.did(), "/photos/read".parse().unwrap());
        builder.nonce(Nonce::from_bytes(b"once"))
    };
    let made = || builder().argument("photo", link.clone()).argument("n", 1).meta("why", "x");
    let encoded = || builder().with_encoded_arguments(args.clone()).with_encoded_meta(meta.clone());
    let sign = |builder: allod::InvocationBuilder| builder.sign(&bob).unwrap();
    assert_eq!(sign(encoded()), sign(made()));
    assert_eq!(encoded().encoded_arguments().unwrap(), args);
    assert_eq!(made().encoded_arguments().unwrap(), args);
    // What is said afterwards is added, or stands in the place of what it is called like.
    let more = |builder: allod::InvocationBuilder| {
        sign(builder.argument("n", 2).argument("m", 3).meta("who", "y").meta("why", "z"))
    };
    assert_eq!(more(encoded()), more(made()));
    // It replaces what was said before, and nothing is no metadata.
    let nothing = item(&map(&[]));
    let replaced = made().argument("x", 1).meta("x", 1);
    let replaced = replaced.with_encoded_arguments(args.clone()).with_encoded_meta(meta.clone());
    assert_eq!(sign(replaced), sign(made()));
    let empty = made().with_encoded_arguments(nothing.clone()).with_encoded_meta(nothing.clone());
    assert_eq!(sign(empty), sign(builder()));

    let grant = || {
        Delegation::builder(bob.did(), album.did(), "/photos".parse().unwrap()).nonce(Nonce::from_bytes(b"1"))
    };
    let sign = |builder: allod::DelegationBuilder| builder.sign(&album).unwrap();
    assert_eq!(sign(grant().with_encoded_meta(meta.clone())), sign(grant().meta("why", "x")));
    assert_eq!(sign(grant().meta("x", 1).with_encoded_meta(nothing)), sign(grant()));
    let revoke = || Revocation::builder(Cid::of(b"grant"), album.did());
    let sign = |builder: allod::ucan::RevocationBuilder| builder.sign(&album).unwrap();
    assert_eq!(sign(revoke().with_encoded_meta(meta)), sign(revoke().meta("why", "x")));

    // Anything but a map is refused, whatever is added to it.
    let list = || item(&Ipld::List(vec![1.into()]));
    let refused = builder().with_encoded_arguments(list()).argument("n", 1);
    assert_eq!(refused.encoded_arguments(), Err(BuildError::ArgumentsNotMap));
    assert_eq!(refused.sign(&bob), Err(BuildError::ArgumentsNotMap));
    let refused = builder().with_encoded_meta(list()).meta("n", 1).sign(&bob);
    assert_eq!(refused, Err(BuildError::MetadataNotMap));
    assert_eq!(grant().with_encoded_meta(list()).sign(&album), Err(BuildError::MetadataNotMap));
    // Nor does a token get deeper than it may be.
    let deep = (0..63).fold(Ipld::Null, |inner, _| Ipld::List(vec![inner]));
    let deep = builder().with_encoded_arguments(item(&map(&[("deep", deep)]))).sign(&bob);
    assert!(matches!(deep, Err(BuildError::Token(_))), "{deep:?}");
}

#[test]
fn a_result_that_is_encoded_already_makes_the_same_receipt() {
    let album = key(Algorithm::Ed25519, 1);
    let value = Ipld::List(vec![1.into(), "x".into(), Ipld::Link(Cid::of(b"photo").into())]);
    let encoded = item(&value);
    let sign = |out: Results| {
        let builder = Receipt::builder(Cid::of(b"task"), out).nonce(Nonce::from_bytes(b"once"));
        builder.sign(&album).unwrap()
    };
    let ok = sign(Outcome::Ok(encoded.view()).into());
    assert_eq!(ok, sign(Results::Ok(value.clone())));
    assert_eq!(sign(Outcome::Error(encoded.view()).into()), sign(Results::Error(value)));
    assert_eq!(sign(ok.outcome().into()), ok, "as another receipt says");
}

#[test]
fn a_builder_tells_what_it_is_of() {
    let (album, bob) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 2));
    let grant = Delegation::builder(bob.did(), album.did(), "/photos".parse().unwrap());
    assert_eq!((grant.audience(), grant.subject()), (&bob.did(), &Subject::Did(album.did())));
    assert_eq!(grant.command().as_str(), "/photos");
    let request = Invocation::builder(album.did(), "/photos/read".parse().unwrap());
    assert_eq!((request.subject(), request.command().as_str()), (&album.did(), "/photos/read"));
    assert_eq!((request.ends(), request.expires(at(9)).ends()), (None, Some(at(9))));
}

#[test]
fn the_task_is_the_same_whoever_asks() {
    let album = key(Algorithm::Ed25519, 1);
    let ask = |who: &SigningKey, nonce: Nonce| {
        Invocation::builder(album.did(), "/x".parse().unwrap())
            .argument("a", 1)
            .nonce(nonce)
            .sign(who)
            .unwrap()
    };
    let (one, two) =
        (ask(&key(Algorithm::P256, 2), Nonce::empty()), ask(&key(Algorithm::Ed25519, 3), Nonce::empty()));
    assert_ne!(one.cid(), two.cid());
    assert_eq!(one.task().cid(), two.task().cid());
    assert_ne!(one.task().cid(), ask(&album, Nonce::from_bytes(b"1")).task().cid());
    let by_hand = Ipld::Map(
        [
            ("sub".into(), Ipld::String(album.did().to_string())),
            ("cmd".into(), Ipld::String("/x".into())),
            ("args".into(), Ipld::Map([("a".into(), Ipld::Integer(1))].into())),
            ("nonce".into(), Ipld::Bytes(vec![])),
        ]
        .into(),
    );
    assert_eq!(one.task().cid(), Cid::of(&value::encode(&by_hand).unwrap()));
}

#[test]
fn nonces_are_random_unless_given() {
    let alice = key(Algorithm::Ed25519, 1);
    let make = || Delegation::builder(alice.did(), alice.did(), "/x".parse().unwrap()).sign(&alice).unwrap();
    let (one, two) = (make(), make());
    assert_eq!(one.nonce().as_bytes().len(), 12);
    assert_ne!(one.cid(), two.cid());
}

#[test]
fn what_a_validator_would_refuse_is_refused() {
    let alice = key(Algorithm::Ed25519, 1);
    let bob = key(Algorithm::P256, 2);
    let to = |audience: Did| Delegation::builder(audience, alice.did(), "/x".parse().unwrap());
    // The point of order one.
    let mut weak = vec![0xed, 0x01, 1];
    weak.resize(34, 0);
    let weak = Did::parse(&format!("did:key:z{}", allod::wire::multibase::base58btc_encode(&weak))).unwrap();
    assert!(
        matches!(to(weak.clone()).sign(&alice), Err(BuildError::WeakAudience { audience }) if audience == weak)
    );
    let sealed = AgreementSecretKey::from_bytes(&[9; 32]).public_key().did();
    assert!(matches!(to(sealed).sign(&alice), Err(BuildError::AudienceCannotSign { .. })));
    assert!(matches!(
        to(bob.did()).not_before(at(10)).expires(at(9)).sign(&alice),
        Err(BuildError::EmptyWindow)
    ));
    assert!(matches!(to(bob.did()).meta("x", f64::NAN).sign(&alice), Err(BuildError::Value(_))));
    assert!(matches!(
        to(bob.did()).nonce(Nonce::from_bytes(&[0; 70_000])).sign(&alice),
        Err(BuildError::Token(allod::TokenError::TooLarge { .. }))
    ));
    let invoke = |command: &str| Invocation::builder(alice.did(), command.parse().unwrap());
    assert!(matches!(invoke("/").sign(&bob), Err(BuildError::TopInvoked)));
    assert!(matches!(invoke("/x").arguments([1, 2]).sign(&bob), Err(BuildError::ArgumentsNotMap)));
    assert!(matches!(invoke("/x").argument("x", f64::INFINITY).sign(&bob), Err(BuildError::Value(_))));
    let many = (0..17_u8).map(|n| Cid::of(&[n]));
    assert!(matches!(
        invoke("/x").proofs(many).sign(&bob),
        Err(BuildError::TooManyProofs { links: 17, most: 16 })
    ));
    let deep = (0..64).fold(Ipld::Null, |inner, _| Ipld::List(vec![inner]));
    assert!(invoke("/x").argument("deep", deep).sign(&bob).is_err());
}

#[test]
fn a_mismatch_with_the_delegation_built_on_is_refused() {
    let [album, alice, bob] = [1, 2, 3].map(|seed| key(Algorithm::Ed25519, seed));
    let proof =
        Delegation::builder(alice.did(), album.did(), "/photos".parse().unwrap()).sign(&album).unwrap();
    let hand_on =
        || Delegation::builder(bob.did(), album.did(), "/photos/read".parse().unwrap()).under(&proof);
    assert!(hand_on().sign(&alice).is_ok());
    assert!(matches!(hand_on().sign(&bob), Err(BuildError::NotTheAudience { .. })));
    let other = Delegation::builder(bob.did(), alice.did(), "/photos".parse().unwrap()).under(&proof);
    assert!(matches!(other.sign(&alice), Err(BuildError::OtherSubject)));
}

#[test]
fn what_is_legal_but_risky_is_pointed_out() {
    let [album, alice, bob] = [1, 2, 3].map(|seed| key(Algorithm::Ed25519, seed));
    let builder =
        |subject: Subject, command: &str| Delegation::builder(bob.did(), subject, command.parse().unwrap());
    let own = || Subject::Did(album.did());
    assert_eq!(builder(own(), "/photos").expires(at(9)).lints(), []);
    assert_eq!(builder(own(), "/photos").lints(), [Lint::NeverExpires]);
    assert_eq!(builder(own(), "/").expires(at(9)).lints(), [Lint::EverythingDelegated]);
    assert_eq!(builder(Subject::Powerline, "/photos").expires(at(9)).lints(), [Lint::Powerline]);
    let proof = Delegation::builder(alice.did(), album.did(), "/photos/read".parse().unwrap())
        .expires(at(5))
        .sign(&album)
        .unwrap();
    assert_eq!(
        builder(own(), "/photos").expires(at(9)).under(&proof).lints(),
        [
            Lint::WiderThanProof { proof: "/photos/read".parse().unwrap() },
            Lint::OutlastsProof { proof: at(5) }
        ]
    );
    assert_eq!(
        builder(Subject::Powerline, "/photos").expires(at(5)).under(&proof).lints(),
        [Lint::Powerline],
        "a powerline may be wider: it waits for others"
    );
    for (policy, risky) in [
        (r#"[["==", ".a", 1]]"#, false),
        (r#"[["!=", ".a", 1]]"#, true),
        (r#"[["not", ["==", ".a", 1]]]"#, true),
        (r#"[["!=", ".a?", 1]]"#, false),
    ] {
        let policy = Policy::from_json(policy).unwrap();
        let lints = builder(own(), "/photos").expires(at(9)).policy(policy.clone()).lints();
        assert_eq!(lints.iter().any(|lint| matches!(lint, Lint::Policy(_))), risky, "{policy}");
        assert!(lints.iter().all(|lint| !lint.to_string().is_empty()));
    }
    assert_eq!(Invocation::builder(album.did(), "/x".parse().unwrap()).lints(), [Lint::NeverExpires]);
}

/// DER of two integers, as hardware gives it.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let mut digits: Vec<u8> = half.iter().copied().skip_while(|digit| *digit == 0).collect();
        if digits.first().is_none_or(|digit| digit & 0x80 != 0) {
            digits.insert(0, 0);
        }
        [vec![2, u8::try_from(digits.len()).unwrap()], digits].concat()
    };
    let body = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, u8::try_from(body.len()).unwrap()], body].concat()
}

/// The other `s` of a signature.
fn other_s(algorithm: Algorithm, raw: &[u8]) -> Vec<u8> {
    let order = match algorithm {
        Algorithm::P256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        _ => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    };
    let mut out = raw.to_vec();
    let mut borrow = 0_i16;
    for (digit, order) in out[32..].iter_mut().zip(hex::decode(order).unwrap()).rev() {
        let difference = i16::from(order) - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    out
}

#[test]
fn a_signature_made_elsewhere_finishes_the_same_token_in_whatever_form_it_comes() {
    for algorithm in ALL {
        let alice = key(algorithm, 1);
        let bob = key(Algorithm::Ed25519, 2);
        let builder = || {
            Delegation::builder(bob.did(), alice.did(), "/x".parse().unwrap())
                .nonce(Nonce::from_bytes(b"fixed"))
        };
        let here = builder().sign(&alice).unwrap();
        let unsigned = || builder().to_sign(alice.public_key()).unwrap();
        let signature = alice.sign(unsigned().bytes_to_sign()).unwrap();
        let raw = signature.as_bytes().to_vec();
        let mut forms = vec![raw.clone()];
        if algorithm != Algorithm::Ed25519 {
            let high = other_s(algorithm, &raw);
            forms.extend([der(&raw), der(&high), high]);
        }
        for form in forms {
            let token = unsigned().attach(&form).unwrap();
            assert_eq!(token.as_bytes(), here.as_bytes(), "{algorithm}: one token, one CID");
        }
        let stranger = key(algorithm, 9).sign(unsigned().bytes_to_sign()).unwrap();
        assert!(matches!(unsigned().attach(stranger.as_bytes()), Err(BuildError::Verify(_))));
        for bad in [&raw[..63], &[][..], &[0; 64][..], &[0x30; 70][..]] {
            assert!(unsigned().attach(bad).is_err());
        }
    }
}

#[test]
fn an_issuer_s_key_has_to_be_the_one_in_its_name() {
    let (alice, bob) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 2));
    assert!(matches!(Issuer::new(alice.did(), bob.public_key()), Err(BuildError::NotTheIssuersKey { .. })));
    let acting = (&bob).acting_as(alice.did());
    assert!(Delegation::builder(bob.did(), alice.did(), "/x".parse().unwrap()).sign(&acting).is_err());
    let site = Did::parse("did:web:example.com").unwrap();
    let issuer = Issuer::new(site.clone(), bob.public_key()).unwrap();
    assert_eq!((issuer.did(), issuer.key()), (&site, &bob.public_key()));
}
