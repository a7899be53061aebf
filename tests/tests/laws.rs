//! Laws: what holds for every world, whatever is in it.

use allod::identity::{Did, DidDocument, SigningKey};
use allod::validation::{Outcome, RevocationSet, RevocationView, Standing};
use allod::wire::{Cid, Ipld, value as dag_cbor};
use allod::{
    AnyToken, Code, Command, Container, ContainerWriter, Encoding, Evidence, Invocation, Policy, Token,
};
use allod_model::Verdict;
use allod_tests::differential::{Case, Delivery, Draws, Setting, State, Twist, case, case_with, real, value};
use allod_tests::forge::Forge;
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

/// Which delegations, and by whom.
fn pairs() -> impl Strategy<Value = Vec<(u8, u8)>> {
    vec((0_u8..4, 0_u8..3), 0..8)
}

/// Revocations of this world's links, by people of the world.
fn own_revocations(case: &Case, choices: &[Vec<u16>]) -> Vec<Vec<u8>> {
    let cids: Vec<_> = case.world.tokens.iter().map(|token| token.cid).collect();
    let make = |choices: &Vec<u16>| {
        let mut draws = Draws::from_tape(choices.clone());
        let by = allod_tests::forge::ed(u8::try_from(1 + draws.below(12)).unwrap());
        let mut forge = Forge::invocation(by, &by.text(), "/ucan/revoke", &[]);
        let of = Ipld::Link(*cids.get(draws.below(cids.len().max(1)))?);
        forge.set("args", Ipld::Map([("revoke".to_owned(), of)].into()));
        Some(forge.bytes())
    };
    choices.iter().filter_map(make).collect()
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
    fn a_revocation_token_never_turns_deny_into_allow_not_even_in_time(
        choices in choices(), others in vec(vec(any::<u16>(), 0..400), 1..4), later in 0_i64..10_000_000_000,
    ) {
        let mut case = world(&choices);
        let mut more = case.clone();
        // Of this world and of others, sound and broken.
        more.revocations.extend(others.iter().flat_map(|choices| world(choices).revocations));
        more.revocations.extend(own_revocations(&case, &others));
        prop_assert!(!allowed(&more) || allowed(&case));
        let now = (case.world.now + later).min((1 << 53) - 1);
        (case.world.now, more.world.now) = (now, now);
        prop_assert!(!allowed(&more) || allowed(&case), "later");
    }

    #[test]
    fn in_whatever_order_and_however_often_revocations_come_the_decision_is_the_same(
        choices in choices(), others in vec(vec(any::<u16>(), 0..400), 1..4), order in any::<u64>(),
    ) {
        let mut case = world(&choices);
        case.revocations.extend(own_revocations(&case, &others));
        let before = real(&case);
        let copies = case.revocations.clone();
        case.revocations.extend(copies);
        let mut draws = Draws::from_seed(order);
        for at in 0..case.revocations.len() {
            let other = draws.below(case.revocations.len());
            case.revocations.swap(at, other);
        }
        prop_assert_eq!(real(&case), before);
    }

    #[test]
    fn a_revocation_counts_where_a_link_is_revoked_with_it_alone_and_is_ignored_where_none_is(
        choices in choices(), others in vec(vec(any::<u16>(), 0..400), 1..3),
    ) {
        let mut case = world(&choices);
        case.revocations.extend(own_revocations(&case, &others));
        let Delivery::Tokens(_, invocation) = &case.delivery else { return Ok(()) };
        let Ok(invocation) = Token::<Invocation>::parse(&invocation[..]) else { return Ok(()) };
        // A link that cannot be read is revoked by nobody in a trace.
        let setting = Setting::of(&case);
        for bytes in &case.revocations {
            let mut alone = case.clone();
            alone.revocations = vec![bytes.clone()];
            let (evidence, sifted) = setting.evidence_of(&alone).unwrap();
            let evidence = evidence.with_revocations(&sifted.counting);
            let decision = setting.authorizer.decide(&invocation, &evidence);
            let bites = decision.trace().failures().any(|finding| finding.code() == Code::Revoked);
            prop_assert_eq!(sifted.counting.len(), 1 - sifted.ignored.len());
            let whole = decision.trace().checks().iter().all(|check| !matches!(check.outcome, Outcome::NotReached));
            prop_assert!(bites == sifted.ignored.is_empty() || (!whole && !bites));
        }
    }

    #[test]
    fn sets_of_revocations_merge_in_any_order_and_grouping(
        one in pairs(), two in pairs(), three in pairs(),
    ) {
        let set = |pairs: &[(u8, u8)]| {
            let mut set = RevocationSet::new();
            for (of, by) in pairs {
                set.danger_insert(Cid::of(&[*of]), allod_tests::forge::ed(1 + by).did());
            }
            set
        };
        let merged = |sets: &[&RevocationSet]| {
            let mut all = RevocationSet::new();
            sets.iter().for_each(|set| all.merge(set));
            all
        };
        let (a, b, c) = (set(&one), set(&two), set(&three));
        let (ab, bc) = (merged(&[&a, &b]), merged(&[&b, &c]));
        prop_assert_eq!(merged(&[&ab, &c]), merged(&[&a, &bc]), "associative");
        prop_assert_eq!(&ab, &merged(&[&b, &a]), "commutative");
        prop_assert_eq!(&merged(&[&a, &a]), &a, "idempotent");
        prop_assert_eq!(&merged(&[&ab, &a, &b]), &ab);
        prop_assert!(ab.len() >= a.len().max(b.len()) && ab.len() <= a.len() + b.len(), "it only grows");
        let (cid, did) = (Cid::of(&[0]), allod_tests::forge::ed(1).did());
        let known = [&a, &b].iter().any(|set| set.standing(&cid, &did) == Standing::Revoked);
        prop_assert_eq!(ab.standing(&cid, &did) == Standing::Revoked, known);
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
