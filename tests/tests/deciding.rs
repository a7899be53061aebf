//! Deciding, as a host does it: what is needed, what is allowed, and what a chain allows in general.

use allod::identity::{Did, DidDocument, Signer};
use allod::limits::Limits;
use allod::validation::{Outcome, Rule, Standing};
use allod::{
    Algorithm, Authority, Authorizer, Code, Decision, Delegation, Evidence, Invocation, Policy,
    RevocationSet, RevocationView, SigningKey, Subject, Subjects, Timestamp, Token,
};

fn key(seed: u8) -> SigningKey {
    let algorithm = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1][usize::from(seed) % 3];
    SigningKey::from_seed(algorithm, &[seed; 32]).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

fn now() -> Timestamp {
    at(1_800_000_000)
}

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(now()).tolerance(0)
}

/// Album → Alice → Bob → phone.
struct World {
    album: SigningKey,
    alice: SigningKey,
    bob: SigningKey,
    phone: SigningKey,
    chain: Vec<Token<Delegation>>,
}

impl World {
    fn new() -> Self {
        let (album, alice, bob, phone) = (key(3), key(4), key(5), key(6));
        let subject = album.did();
        let grant = |from: &SigningKey, to: &SigningKey, command: &str, days: i64| {
            Delegation::builder(to.did(), subject.clone(), command.parse().unwrap())
                .policy(Policy::builder().equal(".season", "summer").build().unwrap())
                .expires(now().plus(days * 86_400))
                .sign(from)
                .unwrap()
        };
        let chain = vec![
            grant(&album, &alice, "/photos", 30),
            grant(&alice, &bob, "/photos/read", 7),
            grant(&bob, &phone, "/photos/read", 9),
        ];
        Self { album, alice, bob, phone, chain }
    }

    fn invoke(&self, command: &str) -> Token<Invocation> {
        Invocation::builder(self.album.did(), command.parse().unwrap())
            .argument("season", "summer")
            .proofs(self.chain.iter().map(Token::cid))
            .expires(now().plus(60))
            .sign(&self.phone)
            .unwrap()
    }

    fn evidence<'a>(&self, evidence: Evidence<'a>) -> Evidence<'a> {
        self.chain.iter().fold(evidence, |evidence, link| evidence.delegation(link.clone()))
    }

    fn authorizer(&self) -> Authorizer {
        Authorizer::new(self.album.did(), Subjects::itself())
    }
}

fn code(decision: &Decision) -> Option<Code> {
    decision.denial().map(allod::Denial::code)
}

#[test]
fn a_grant_says_what_was_granted_and_every_rule_passed() {
    let world = World::new();
    let invocation = world.invoke("/photos/read");
    let decision = world.authorizer().decide(&invocation, &world.evidence(evidence()));
    let grant = decision.grant().expect("allowed");
    assert_eq!(grant.issuer(), &world.phone.did());
    assert_eq!(grant.subject(), &world.album.did());
    assert_eq!(grant.command().as_str(), "/photos/read");
    assert_eq!(grant.arguments().as_map().unwrap().get("season").unwrap().as_str(), Some("summer"));
    assert_eq!(grant.chain().len(), 3);
    assert_eq!(grant.until(), Some(now().plus(60)), "the invocation ends first");
    assert!(grant.trace().checks().iter().all(|check| matches!(check.outcome, Outcome::Passed)));
}

#[test]
fn what_was_verified_before_is_not_needed_again() {
    let world = World::new();
    let verified: Vec<_> = world.chain.iter().map(|link| link.clone().verify().unwrap()).collect();
    let evidence = verified.into_iter().fold(evidence(), Evidence::verified);
    assert!(world.authorizer().decide(&world.invoke("/photos/read"), &evidence).is_allowed());
}

#[test]
fn a_denial_explains_itself_and_tells_the_other_side_less() {
    let world = World::new();
    let invocation = Invocation::builder(world.album.did(), "/photos/read".parse().unwrap())
        .argument("season", "a secret winter")
        .proofs(world.chain.iter().map(Token::cid))
        .sign(&world.phone)
        .unwrap();
    let decision = world.authorizer().decide(&invocation, &world.evidence(evidence()));
    let denial = decision.denial().expect("denied");
    assert_eq!(denial.code(), Code::PolicyUnsatisfied);
    assert_eq!(denial.link(), Some(0));
    assert_eq!(denial.cid(), Some(world.chain[0].cid()));
    let finding = denial.finding();
    assert!(finding.expected_value().unwrap().contains("summer"), "{finding:?}");
    assert_eq!(finding.found_value(), Some("\"a secret winter\""));
    assert!(finding.remedy().contains(&world.album.did().to_string()), "{}", finding.remedy());
    let everything_but_found = format!("{denial} {denial:?} {finding} {finding:?} {}", denial.public());
    assert!(
        !everything_but_found.contains("secret"),
        "arguments only come out by name: {everything_but_found}"
    );
}

#[test]
fn an_expired_link_is_reported_with_its_end_and_whom_to_ask() {
    let world = World::new();
    let late = Evidence::danger_without_revocations(now().plus(8 * 86_400)).tolerance(0);
    let invocation = Invocation::builder(world.album.did(), "/photos/read".parse().unwrap())
        .argument("season", "summer")
        .proofs(world.chain.iter().map(Token::cid))
        .sign(&world.phone)
        .unwrap();
    let decision = world.authorizer().decide(&invocation, &world.evidence(late));
    let denial = decision.denial().expect("denied");
    assert_eq!((denial.code(), denial.link()), (Code::Expired, Some(1)));
    assert!(denial.remedy().contains(&world.alice.did().to_string()));
    assert!(denial.remedy().contains("2027-01-22"), "{}", denial.remedy());
}

#[test]
fn the_trace_shows_the_faults_after_the_first() {
    let world = World::new();
    let late = Evidence::danger_without_revocations(now().plus(40 * 86_400)).tolerance(0);
    let decision = world.authorizer().decide(&world.invoke("/photos/delete"), &world.evidence(late));
    let found: Vec<_> = decision.trace().failures().map(|finding| (finding.code(), finding.link())).collect();
    assert_eq!(
        found,
        [
            (Code::Expired, None),
            (Code::Expired, Some(0)),
            (Code::Expired, Some(1)),
            (Code::Expired, Some(2)),
            (Code::CommandNotCovered, Some(1)),
            (Code::CommandNotCovered, Some(2)),
        ]
    );
    assert_eq!(code(&decision), Some(Code::Expired));
}

#[test]
fn tokens_that_nobody_refers_to_are_listed_and_change_nothing() {
    let world = World::new();
    let stray = Delegation::builder(world.bob.did(), Subject::Powerline, "/x".parse().unwrap())
        .sign(&world.alice)
        .unwrap();
    let evidence = world.evidence(evidence()).bytes(&b"nonsense"[..]).delegation(stray.clone());
    let decision = world.authorizer().decide(&world.invoke("/photos/read"), &evidence);
    assert!(decision.is_allowed());
    let mut unused: Vec<_> = decision.trace().unused().collect();
    let mut expected = vec![stray.cid(), allod::Cid::of(b"nonsense")];
    unused.sort();
    expected.sort();
    assert_eq!(unused, expected);
}

#[test]
fn needs_lists_what_to_fetch_until_nothing_is_missing() {
    let world = World::new();
    let invocation = world.invoke("/photos/read");
    let needs = world.authorizer().needs(&invocation, &evidence());
    let cids: Vec<_> = world.chain.iter().map(Token::cid).collect();
    assert_eq!(needs.proofs, cids);
    assert_eq!(needs.revocations, cids);
    assert!(needs.documents.is_empty() && !needs.is_complete());
    let needs = world.authorizer().needs(&invocation, &evidence().delegation(world.chain[1].clone()));
    assert_eq!(needs.proofs, [cids[0], cids[2]]);
    assert!(world.authorizer().needs(&invocation, &world.evidence(evidence())).is_complete());
}

fn document(did: &Did, keys: &[&SigningKey], relationships: &str) -> DidDocument {
    let methods: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            let multikey = key.did().to_string().replace("did:key:", "");
            format!(
                r##"{{"id": "{did}#k{index}", "type": "Multikey", "controller": "{did}", "publicKeyMultibase": "{multikey}"}}"##
            )
        })
        .collect();
    let text = format!(r#"{{"id": "{did}", "verificationMethod": [{}]{relationships}}}"#, methods.join(","));
    DidDocument::parse(&text, did).unwrap()
}

#[test]
fn a_did_web_is_checked_against_the_document_that_the_host_fetched() {
    let world = World::new();
    let (first, second, stranger) = (key(20), key(21), key(22));
    let site = Did::parse("did:web:photos.example").unwrap();
    let grant = Delegation::builder(world.phone.did(), site.clone(), "/photos".parse().unwrap())
        .sign(&(&second).acting_as(site.clone()))
        .unwrap();
    let invocation = Invocation::builder(site.clone(), "/photos/read".parse().unwrap())
        .proofs([grant.cid()])
        .sign(&world.phone)
        .unwrap();
    let authorizer = Authorizer::new(site.clone(), Subjects::itself());
    let decide =
        |evidence: Evidence<'_>| code(&authorizer.decide(&invocation, &evidence.delegation(grant.clone())));

    assert_eq!(decide(evidence()), Some(Code::UnresolvedDid));
    let needs = authorizer.needs(&invocation, &evidence().delegation(grant.clone()));
    assert_eq!(needs.documents, std::slice::from_ref(&site));
    assert_eq!(decide(evidence().document(document(&site, &[&first, &second], ""))), None);
    assert_eq!(
        decide(evidence().document(document(&site, &[&first, &stranger], ""))),
        Some(Code::BadSignature)
    );
    let none = r#", "capabilityDelegation": []"#;
    assert_eq!(decide(evidence().document(document(&site, &[&second], none))), Some(Code::BadSignature));
    let other = r##", "capabilityDelegation": ["#k0"]"##;
    assert_eq!(
        decide(evidence().document(document(&site, &[&first, &second], other))),
        Some(Code::BadSignature)
    );
    let invoking = r#", "capabilityInvocation": []"#;
    assert_eq!(
        decide(evidence().document(document(&site, &[&second], invoking))),
        None,
        "it delegates, it does not invoke"
    );
    let complete = evidence().delegation(grant.clone()).document(document(&site, &[&second], ""));
    assert!(authorizer.needs(&invocation, &complete).is_complete());
}

#[test]
fn at_most_eight_keys_of_a_document_are_tried() {
    let site = Did::parse("did:web:photos.example").unwrap();
    let keys: Vec<SigningKey> =
        (30..40).map(|seed| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap()).collect();
    let keys: Vec<&SigningKey> = keys.iter().collect();
    let authorizer = Authorizer::new(site.clone(), Subjects::itself());
    let decide = |signer: &SigningKey| {
        let invocation = Invocation::builder(site.clone(), "/read".parse().unwrap())
            .sign(&signer.acting_as(site.clone()))
            .unwrap();
        code(&authorizer.decide(&invocation, &evidence().document(document(&site, &keys, ""))))
    };
    assert_eq!(decide(keys[7]), None);
    assert_eq!(decide(keys[8]), Some(Code::BadSignature));
}

#[test]
fn leaf_first_proofs_are_taken_where_the_host_says_so() {
    let world = World::new();
    let reversed = Invocation::builder(world.album.did(), "/photos/read".parse().unwrap())
        .argument("season", "summer")
        .proofs(world.chain.iter().rev().map(Token::cid))
        .sign(&world.phone)
        .unwrap();
    let evidence = world.evidence(evidence());
    let strict = world.authorizer().decide(&reversed, &evidence);
    let denial = strict.denial().expect("denied");
    assert_eq!(denial.code(), Code::RootNotSubject);
    assert!(denial.remedy().contains("root first"), "{}", denial.remedy());
    let lenient = world.authorizer().accept_leaf_first().decide(&reversed, &evidence);
    let chain: Vec<_> = lenient.grant().expect("allowed").chain().iter().map(|link| link.cid()).collect();
    assert_eq!(chain, world.chain.iter().map(Token::cid).collect::<Vec<_>>(), "root first in the grant");
    let shuffled = Invocation::builder(world.album.did(), "/photos/read".parse().unwrap())
        .argument("season", "summer")
        .proofs([world.chain[1].cid(), world.chain[0].cid(), world.chain[2].cid()])
        .sign(&world.phone)
        .unwrap();
    assert!(!world.authorizer().accept_leaf_first().decide(&shuffled, &evidence).is_allowed());
}

#[test]
fn a_revocation_counts_from_the_link_s_issuer_and_from_those_above_it() {
    let world = World::new();
    let invocation = world.invoke("/photos/read");
    let decide = |link: usize, by: &SigningKey| {
        let mut revocations = RevocationSet::new();
        revocations.danger_insert(world.chain[link].cid(), by.did());
        let evidence = world.evidence(Evidence::new(now(), &revocations));
        world
            .authorizer()
            .decide(&invocation, &evidence)
            .denial()
            .map(|denial| (denial.code(), denial.link()))
    };
    let revoked = |link| Some((Code::Revoked, Some(link)));
    assert_eq!(decide(0, &world.album), revoked(0));
    assert_eq!(decide(1, &world.album), revoked(1), "the album stands above Alice");
    assert_eq!(decide(1, &world.alice), revoked(1));
    assert_eq!(decide(2, &world.alice), revoked(2));
    assert_eq!(decide(2, &world.bob), revoked(2));
    assert_eq!(decide(0, &world.alice), None, "who received a link cannot revoke it");
    assert_eq!(decide(1, &world.bob), None);
    assert_eq!(decide(2, &world.phone), None);
    assert_eq!(decide(1, &key(50)), None, "nor can a stranger");
}

#[test]
fn revocations_merge_in_any_order() {
    let (cid, other) = (allod::Cid::of(b"1"), allod::Cid::of(b"2"));
    let one = |cid, seed: u8| {
        let mut set = RevocationSet::new();
        set.danger_insert(cid, key(seed).did());
        set
    };
    let (mut left, mut right) = (one(cid, 1), one(other, 2));
    left.merge(&one(other, 2));
    right.merge(&one(cid, 1));
    assert_eq!(left, right);
    left.merge(&right);
    assert_eq!(left, right);
    assert_eq!(left.standing(&cid, &key(1).did()), Standing::Revoked);
    assert_eq!(left.standing(&cid, &key(2).did()), Standing::Unrevoked);
}

#[test]
fn a_chain_tells_what_it_allows_before_anyone_invokes() {
    let world = World::new();
    let proofs: Vec<_> = world.chain.iter().map(Token::cid).collect();
    let authority = Authority::of(&proofs, &world.evidence(evidence())).expect("a sound chain");
    assert_eq!(authority.holder(), &world.phone.did());
    assert_eq!(authority.subject(), &world.album.did());
    assert_eq!(authority.command().as_str(), "/photos/read");
    assert_eq!(authority.window().expires, Some(now().plus(7 * 86_400)), "the earliest end");
    assert_eq!(authority.policies().count(), 3);
    let words = authority.to_string();
    assert!(
        words.contains("/photos/read") && words.contains("summer") && words.contains("2027-01-22"),
        "{words}"
    );
    let shorter = Authority::of(&proofs[..1], &world.evidence(evidence())).expect("a sound chain");
    assert_eq!((shorter.holder(), shorter.command().as_str()), (&world.alice.did(), "/photos"));
}

#[test]
fn a_chain_that_allows_nothing_says_why() {
    let world = World::new();
    let proofs: Vec<_> = world.chain.iter().map(Token::cid).collect();
    let reason =
        |proofs: &[allod::Cid], evidence: &Evidence<'_>| Authority::of(proofs, evidence).unwrap_err().code();
    let complete = world.evidence(evidence());
    assert_eq!(reason(&[], &complete), Code::NoProof);
    assert_eq!(reason(&proofs, &evidence()), Code::ProofMissing);
    assert_eq!(reason(&proofs[1..], &complete), Code::RootNotSubject);
    assert_eq!(reason(&[proofs[0], proofs[2]], &complete), Code::BrokenChain);
    let late = world.evidence(Evidence::danger_without_revocations(now().plus(8 * 86_400)));
    assert_eq!(reason(&proofs, &late), Code::Expired);
    let mut revocations = RevocationSet::new();
    revocations.danger_insert(proofs[1], world.alice.did());
    assert_eq!(reason(&proofs, &world.evidence(Evidence::new(now(), &revocations))), Code::Revoked);
    let powerline = Delegation::builder(world.bob.did(), Subject::Powerline, "/".parse().unwrap())
        .sign(&world.alice)
        .unwrap();
    assert_eq!(reason(&[powerline.cid()], &evidence().delegation(powerline)), Code::PowerlineRoot);
    let apart = Delegation::builder(world.bob.did(), world.album.did(), "/other".parse().unwrap())
        .sign(&world.alice)
        .unwrap();
    assert_eq!(reason(&[proofs[0], apart.cid()], &complete.delegation(apart)), Code::CommandNotCovered);
}

#[test]
fn a_host_may_lower_limits_and_raises_them_by_name() {
    let world = World::new();
    let invocation = world.invoke("/photos/read");
    let evidence = world.evidence(evidence());
    let with = |limits: Limits| code(&world.authorizer().limits(limits).decide(&invocation, &evidence));
    assert_eq!(with(Limits::new().chain(3)), None);
    assert_eq!(with(Limits::new().chain(2)), Some(Code::BudgetExceeded));
    assert_eq!(with(Limits::new().policy_steps(3)), None);
    assert_eq!(with(Limits::new().policy_steps(2)), Some(Code::BudgetExceeded));
    assert_eq!(with(Limits::new().policy_work(1)), Some(Code::BudgetExceeded));
    let long: Vec<SigningKey> = (60..78).map(key).collect();
    let subject = long[0].did();
    let links: Vec<_> = long
        .windows(2)
        .map(|pair| {
            Delegation::builder(pair[1].did(), subject.clone(), "/x".parse().unwrap()).sign(&pair[0]).unwrap()
        })
        .collect();
    let evidence = links.iter().fold(self::evidence(), |evidence, link| evidence.delegation(link.clone()));
    let mut forge = allod_tests::forge::Forge::invocation(
        allod_tests::forge::Principal { algorithm: long[17].algorithm(), seed: 77 },
        &subject.to_string(),
        "/x",
        &links.iter().map(Token::cid).collect::<Vec<_>>(),
    );
    let token = Token::parse(forge.set("exp", allod::Ipld::Null).bytes()).unwrap();
    let authorizer = Authorizer::new(subject, Subjects::itself());
    assert_eq!(code(&authorizer.decide(&token, &evidence)), Some(Code::BudgetExceeded), "17 links");
    let raised = authorizer.limits(Limits::new().danger_chain_of(17));
    assert_eq!(code(&raised.decide(&token, &evidence)), None);
}

#[test]
fn deciding_twice_gives_the_same_answer() {
    let world = World::new();
    let invocation = world.invoke("/photos/delete");
    let evidence = world.evidence(evidence());
    let first = format!("{:?}", world.authorizer().decide(&invocation, &evidence));
    assert_eq!(first, format!("{:?}", world.authorizer().decide(&invocation, &evidence)));
}

/// A store that does not answer.
struct Silent;

impl RevocationView for Silent {
    fn standing(&self, _delegation: &allod::Cid, _issuer: &Did) -> Standing {
        Standing::Unavailable
    }
}

#[test]
fn what_cannot_be_found_out_of_revocations_is_no_leave() {
    let world = World::new();
    let decision = world
        .authorizer()
        .decide(&world.invoke("/photos/read"), &world.evidence(Evidence::new(now(), &Silent)));
    let denial = decision.denial().expect("denied");
    assert_eq!((denial.code(), denial.link()), (Code::RevocationStale, Some(0)));
    // Without links there is nothing that anyone could have revoked.
    let own = Invocation::builder(world.album.did(), "/x".parse().unwrap()).sign(&world.album).unwrap();
    assert!(world.authorizer().decide(&own, &Evidence::new(now(), &Silent)).is_allowed());
}

#[test]
fn what_is_too_long_to_follow_is_held_against_no_further_rule_that_is_not_for_all() {
    let world = World::new();
    let short = world.authorizer().limits(Limits::new().chain(2));
    let decision = short.decide(&world.invoke("/photos/read"), &world.evidence(evidence()));
    assert_eq!(code(&decision), Some(Code::BudgetExceeded));
    let checks = decision.trace().checks();
    let left: Vec<Rule> = checks
        .iter()
        .filter(|check| matches!(check.outcome, Outcome::NotReached))
        .map(|check| check.rule)
        .collect();
    let later = Rule::ALL.into_iter().filter(|rule| *rule > Rule::ChainLength);
    let some = [Rule::Promises, Rule::RevocationAge, Rule::Replay];
    assert_eq!(left, later.filter(|rule| !some.contains(rule)).collect::<Vec<_>>());
}
