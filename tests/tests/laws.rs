//! Laws: what holds for every world, whatever is in it.

use allod::identity::{Did, DidDocument, SigningKey};
use allod::wire::{Cid, Ipld, value as dag_cbor};
use allod::{AnyToken, Command, Container, ContainerWriter, Encoding, Evidence, Invocation, Policy, Token};
use allod_model::Verdict;
use allod_tests::differential::{Case, Delivery, Draws, Setting, State, Twist, case, case_with, real, value};
use proptest::collection::vec;
use proptest::prelude::*;

fn choices() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 0..400)
}

fn world(choices: &[u16]) -> Case {
    case(&mut Draws::from_tape(choices.to_vec()))
}

fn allowed(case: &Case) -> bool {
    matches!(real(case), Verdict::Allow { .. })
}

/// Something that can only take away.
fn twist() -> impl Strategy<Value = Twist> {
    prop_oneof![
        vec(any::<u16>(), 0..40).prop_map(|choices| {
            let mut draws = Draws::from_tape(choices);
            let about = value(&mut draws, 2);
            let literal = value(&mut draws, 1);
            let field = draws.pick(&[".a", ".b?", ".title", ".", ".a[0]", ".[]"]);
            let statement =
                [Ipld::String(draws.pick(&["==", "!="]).into()), Ipld::String(field.into()), literal];
            let plain = Ipld::List(statement.to_vec());
            match draws.below(4) {
                0 => Twist::Statement(plain),
                1 => Twist::Statement(Ipld::List(vec![Ipld::String("not".into()), plain])),
                2 => Twist::Statement(Ipld::List(vec![Ipld::String("or".into()), Ipld::List(vec![plain])])),
                _ => Twist::Statement(Ipld::List(vec!["==".to_owned().into(), ".".to_owned().into(), about])),
            }
        }),
        prop_oneof![
            Just(1_800_000_000_i64),
            1_799_999_900..1_800_000_100_i64,
            Just(0),
            Just(-1),
            any::<i32>().prop_map(i64::from)
        ]
        .prop_map(Twist::Expiry),
        prop_oneof![Just("/more"), Just("/x/y"), Just("/thumb")].prop_map(Twist::Command),
    ]
}

/// The tokens of a world and its invocation, where it came as tokens.
fn tokens(case: &Case) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    match &case.delivery {
        Delivery::Tokens(tokens, invocation) => {
            Some((tokens.iter().map(|(bytes, _)| bytes.clone()).collect(), invocation.clone()))
        }
        Delivery::Container(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_takes_away_never_turns_deny_into_allow(choices in choices(), twist in twist(), at in 0_usize..9) {
        let twisted = case_with(&mut Draws::from_tape(choices.clone()), Some((at, &twist)));
        prop_assert!(!allowed(&twisted) || allowed(&world(&choices)), "{twist:?}");
    }

    #[test]
    fn a_revocation_never_turns_deny_into_allow(choices in choices(), of in 0_usize..9, by in 0_usize..9) {
        let mut case = world(&choices);
        let before = allowed(&case);
        let dids: Vec<String> = case.world.names.keys().cloned().collect();
        let cids: Vec<_> = case.world.tokens.iter().map(|token| token.cid).collect();
        prop_assume!(!cids.is_empty() && !dids.is_empty());
        case.world.revoked.push((cids[of % cids.len()], dids[by % dids.len()].clone()));
        prop_assert!(!allowed(&case) || before);
        // Nor does not finding out.
        let known = case.world.revoked.pop().unwrap();
        case.world.unavailable.push(known);
        prop_assert!(!allowed(&case) || before);
    }

    #[test]
    fn what_is_revoked_stays_so_however_late(choices in choices(), later in 0_i64..10_000_000_000) {
        let mut case = world(&choices);
        // Of an allowed world, everything is revoked by whoever issued it.
        let Verdict::Allow { chain, .. } = real(&case) else { return Ok(()) };
        prop_assume!(!chain.is_empty());
        let issuers: Vec<String> = case.world.names.keys().cloned().collect();
        for cid in &chain {
            case.world.revoked.extend(issuers.iter().map(|issuer| (*cid, issuer.clone())));
        }
        let denied = real(&case);
        prop_assert!(matches!(&denied, Verdict::Deny { code: "revoked", .. }), "{denied:?}");
        case.world.now = (case.world.now + later).min((1 << 53) - 1);
        prop_assert!(!allowed(&case));
    }

    #[test]
    fn a_bit_flipped_anywhere_denies(choices in choices(), which in any::<usize>(), bit in any::<usize>()) {
        let mut case = world(&choices);
        let Verdict::Allow { chain, .. } = real(&case) else { return Ok(()) };
        let Delivery::Tokens(tokens, invocation) = &mut case.delivery else { return Ok(()) };
        let used = |bytes: &Vec<u8>| chain.iter().any(|cid| cid.to_bytes() == Cid::of(bytes).to_bytes());
        // A token may have come twice; the flipped one then is a bystander.
        let mut distinct: Vec<Vec<u8>> = tokens.iter().map(|(bytes, _)| bytes.clone()).filter(used).collect();
        distinct.sort();
        distinct.dedup();
        let which = which % (distinct.len() + 1);
        let flip = |bytes: &mut Vec<u8>| {
            let at = bit % (bytes.len() * 8);
            bytes[at / 8] ^= 1 << (at % 8);
        };
        match distinct.get(which) {
            None => flip(invocation),
            Some(chosen) => {
                for (bytes, _) in tokens.iter_mut().filter(|(bytes, _)| bytes == chosen) {
                    flip(bytes);
                }
            }
        }
        prop_assert!(!allowed(&case));
    }

    #[test]
    fn in_whatever_order_and_state_tokens_come_the_decision_is_the_same(choices in choices(), order in any::<u64>()) {
        let mut case = world(&choices);
        let before = real(&case);
        prop_assert_eq!(&real(&case), &before, "the same input, the same answer");
        let Delivery::Tokens(tokens, _) = &mut case.delivery else { return Ok(()) };
        let copies = tokens.clone();
        tokens.extend(copies);
        let mut draws = Draws::from_seed(order);
        for at in 0..tokens.len() {
            let other = draws.below(tokens.len());
            tokens.swap(at, other);
            tokens[at].1 = draws.pick(&[State::Bytes, State::Decoded, State::Verified]);
        }
        prop_assert_eq!(real(&case), before);
    }

    #[test]
    fn a_container_decides_as_its_tokens_do_in_any_encoding_and_order(choices in choices(), order in any::<u64>()) {
        let case = world(&choices);
        let Some((mut all, invocation)) = tokens(&case) else { return Ok(()) };
        // A container has to tell which of its tokens is asked for.
        let Ok(sound) = Token::<Invocation>::parse(invocation.clone()) else { return Ok(()) };
        let invocations = all.iter().any(|bytes| matches!(AnyToken::parse(bytes.clone()), Ok(AnyToken::Invocation(_)) | Err(_)));
        prop_assume!(!invocations && !sound.command().is_reserved());
        let loose = real(&case);
        all.push(invocation);
        all.extend(all.clone());
        let mut draws = Draws::from_seed(order);
        for at in 0..all.len() {
            let other = draws.below(all.len());
            all.swap(at, other);
        }
        let writer = all.iter().fold(ContainerWriter::new(), |writer, bytes| writer.bytes(bytes));
        let mut case = case;
        for encoding in Encoding::ALL {
            let bytes = writer.write(encoding).unwrap();
            let read = Container::read(&bytes).unwrap();
            let again = ContainerWriter::new().all(read.tokens().map(|(_, token)| token)).write(encoding).unwrap();
            prop_assert_eq!(&again, &bytes, "written, read and written again");
            case.delivery = Delivery::Container(bytes);
            prop_assert_eq!(&real(&case), &loose);
        }
    }

    #[test]
    fn what_came_along_besides_changes_nothing(
        choices in choices(), others in choices(), noise in vec(any::<u8>(), 0..60), order in any::<u64>(),
    ) {
        let mut case = world(&choices);
        let before = real(&case);
        let Delivery::Tokens(tokens, invocation) = &mut case.delivery else { return Ok(()) };
        // Tokens of another world, by some of the same people, and what is none.
        let bystanders = match world(&others).delivery {
            Delivery::Tokens(tokens, invocation) => tokens.into_iter().chain([(invocation, State::Bytes)]).collect(),
            Delivery::Container(bytes) => vec![(bytes, State::Bytes)],
        };
        let named = |bytes: &[u8]| match Token::<Invocation>::parse(&invocation[..]) {
            Ok(invocation) => invocation.proofs().contains(&Cid::of(bytes)),
            Err(_) => false,
        };
        let mut draws = Draws::from_seed(order);
        for (bytes, state) in bystanders.into_iter().chain([(noise, State::Bytes)]) {
            if !named(&bytes) {
                tokens.insert(draws.below(tokens.len() + 1), (bytes, state));
            }
        }
        prop_assert_eq!(real(&case), before);
    }

    #[test]
    fn values_and_their_bytes_are_one_to_one(choices in vec(any::<u16>(), 0..200), bit in any::<usize>()) {
        let value = value(&mut Draws::from_tape(choices), 4);
        let bytes = dag_cbor::encode(&value).unwrap();
        prop_assert_eq!(dag_cbor::decode(&bytes).unwrap(), value.clone());
        // Other bytes are another value, or none.
        let mut other = bytes.clone();
        let at = bit % (other.len() * 8);
        other[at / 8] ^= 1 << (at % 8);
        if let Ok(decoded) = dag_cbor::decode(&other) {
            prop_assert_eq!(dag_cbor::encode(&decoded).unwrap(), other);
            prop_assert_ne!(format!("{decoded:?}"), format!("{value:?}"));
        }
        let json = allod::wire::dag_json::to_string(&value).unwrap();
        prop_assert_eq!(allod::wire::dag_json::parse(&json).unwrap(), value);
    }

    #[test]
    fn tokens_keep_their_bytes_and_what_they_say_is_in_them(choices in choices()) {
        let case = world(&choices);
        let Some((mut all, invocation)) = tokens(&case) else { return Ok(()) };
        all.push(invocation);
        for bytes in all {
            let Ok(token) = AnyToken::parse(bytes.clone()) else { continue };
            prop_assert_eq!(token.as_bytes(), &bytes[..]);
            let decoded = dag_cbor::decode(&bytes).unwrap();
            prop_assert_eq!(dag_cbor::encode(&decoded).unwrap(), bytes.clone(), "decoded and encoded again");
            if let AnyToken::Delegation(token) = token {
                let policy = dag_cbor::decode(token.policy().as_cbor()).unwrap();
                prop_assert_eq!(&Policy::from_ipld(&policy).unwrap(), token.policy());
                prop_assert_eq!(&Did::parse(&token.issuer().to_string()).unwrap(), token.issuer());
                prop_assert_eq!(&token.command().as_str().parse::<Command>().unwrap(), token.command());
            }
        }
    }

    #[test]
    fn names_are_one_to_one(seed in any::<[u8; 32]>(), bytes in vec(any::<u8>(), 0..40)) {
        for algorithm in allod::Algorithm::ALL {
            let Ok(key) = SigningKey::from_seed(algorithm, &seed) else { continue };
            let did = key.did();
            prop_assert_eq!(&Did::parse(&did.to_string()), &Ok(did.clone()));
            prop_assert_eq!(did.public_key().map(|key| key.did()), Ok(did.clone()));
            let document = DidDocument::for_key(&did).unwrap();
            prop_assert_eq!(DidDocument::parse(&document.to_json(), &did), Ok(document));
        }
        let cid = Cid::of(&bytes);
        prop_assert_eq!(cid.to_string().parse::<Cid>(), Ok(cid));
        prop_assert_eq!(Cid::from_bytes(&cid.to_bytes()), Ok(cid));
    }
}

#[test]
fn every_single_bit_of_an_allowed_chain_counts() {
    // The first allowed world of two links that came as tokens, all of quick keys.
    let mut cases = (0..).map(|seed| case(&mut Draws::from_seed(seed)));
    let case = cases.find(|case| match (real(case), &case.delivery) {
        (Verdict::Allow { chain, .. }, Delivery::Tokens(tokens, _)) => chain.len() == 2 && tokens.len() == 2,
        _ => false,
    });
    let case = case.expect("there are such worlds");
    let Some((tokens, invocation)) = tokens(&case) else { unreachable!("it came as tokens") };
    let setting = Setting::of(&case);
    let decide = |tokens: &[Vec<u8>], invocation: &[u8]| {
        let evidence = tokens
            .iter()
            .fold(setting.evidence(), |evidence: Evidence<'_>, bytes| evidence.bytes(&bytes[..]));
        setting.authorizer.decide_bytes(invocation, &evidence).is_allowed()
    };
    assert!(decide(&tokens, &invocation));
    let mut flips = 0;
    for which in 0..3 {
        let mut all = [tokens[0].clone(), tokens[1].clone(), invocation.clone()];
        for at in 0..all[which].len() * 8 {
            all[which][at / 8] ^= 1 << (at % 8);
            assert!(!decide(&all[..2], &all[2]), "bit {at} of token {which} can be flipped");
            all[which][at / 8] ^= 1 << (at % 8);
            flips += 1;
        }
    }
    assert!(flips > 3_000, "{flips}");
}
