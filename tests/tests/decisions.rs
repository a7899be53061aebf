//! What a decision keeps and a vector cannot show: the trace, documents by purpose, what the other side
//! sees, and what is not remembered.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use allod::identity::{Did, DidDocument, Signer, SigningKey};
use allod::validation::{Outcome, RevocationView, Rule, Standing};
use allod::wire::Ipld;
use allod::{
    Authorizer, Cid, Code, Container, ContainerWriter, Decision, Delegation, Denial, Encoding, Evidence,
    Invocation, Policy, PublicDenial, RevocationSet, Subjects, Timestamp, Token,
};
use allod_tests::forge::{Forge, Principal, SignatureFault, ed, k256, p256};
use serde_json::json;

const NOW: i64 = 1_800_000_000;
const ALBUM: Principal = ed(1);
const ALICE: Principal = ed(2);
const BOB: Principal = p256(3);
const PHONE: Principal = k256(4);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// Album → Alice → Bob → phone, and the phone's invocation.
struct World {
    links: Vec<Forge>,
    invocation: Forge,
}

impl World {
    fn new() -> Self {
        let people = [ALBUM, ALICE, BOB, PHONE];
        let links = people
            .windows(2)
            .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&ALBUM.text()), "/photos/read"))
            .collect();
        Self { links, invocation: Forge::invocation(PHONE, &ALBUM.text(), "/photos/read", &[]) }
    }

    fn cids(&self) -> Vec<Cid> {
        self.links.iter().map(Forge::cid).collect()
    }

    /// The invocation that names the links as they are now, in this order.
    fn invoke(&self, order: impl FnOnce(&mut Vec<Cid>)) -> Token<Invocation> {
        let mut cids = self.cids();
        order(&mut cids);
        let mut invocation = self.invocation.clone();
        invocation.set("prf", allod_tests::forge::links(&cids));
        Token::parse(invocation.bytes()).unwrap()
    }

    fn evidence<'a>(&self, evidence: Evidence<'a>) -> Evidence<'a> {
        self.links.iter().fold(evidence, |evidence, link| evidence.bytes(link.bytes()))
    }

    fn decide(&self) -> Decision {
        let evidence = self.evidence(Evidence::danger_without_revocations(at(NOW)));
        album().decide(&self.invoke(|_| ()), &evidence)
    }
}

fn album() -> Authorizer {
    Authorizer::new(ALBUM.did(), Subjects::itself())
}

fn code(decision: &Decision) -> Option<Code> {
    decision.denial().map(Denial::code)
}

#[test]
fn a_decision_is_for_the_moment_it_is_given() {
    let mut world = World::new();
    world.links[1].set("nbf", Ipld::Integer(i128::from(NOW) - 10));
    world.links[2].set("exp", Ipld::Integer(i128::from(NOW) + 10));
    let invocation = world.invoke(|_| ());
    for (now, expected) in [
        (NOW - 11, Some(Code::NotYetValid)),
        (NOW - 10, None),
        (NOW + 10, None),
        (NOW + 11, Some(Code::Expired)),
    ] {
        let evidence = world.evidence(Evidence::danger_without_revocations(at(now)).tolerance(0));
        let decision = album().decide(&invocation, &evidence);
        assert_eq!(code(&decision), expected, "{now}");
        if let Some(grant) = decision.grant() {
            assert_eq!(grant.until(), Some(at(NOW + 10)));
        }
    }
}

/// How often each rule occurs in a trace, by how it came out: passed, failed, not reached.
fn outcomes(decision: &Decision, rule: Rule) -> (usize, usize, usize) {
    let mut counts = (0, 0, 0);
    for check in decision.trace().checks().iter().filter(|check| check.rule == rule) {
        match &check.outcome {
            Outcome::Passed => counts.0 += 1,
            Outcome::Failed(_) => counts.1 += 1,
            Outcome::NotReached => counts.2 += 1,
        }
    }
    counts
}

const ONCE: [Rule; 9] = [
    Rule::InvocationDecodes,
    Rule::InvocationSignature,
    Rule::Audience,
    Rule::SubjectServed,
    Rule::InvocationTime,
    Rule::ChainLength,
    Rule::ProofsGiven,
    Rule::RootHasSubject,
    Rule::RootIssuer,
];
const EACH: [Rule; 9] = [
    Rule::ProofPresent,
    Rule::ProofDecodes,
    Rule::ProofSignature,
    Rule::ProofTime,
    Rule::Subject,
    Rule::Alignment,
    Rule::Command,
    Rule::Policy,
    Rule::Revocation,
];

/// Every rule stands in the trace: those over the whole once, those over a link once for each.
fn is_complete(decision: &Decision) {
    let total = |rule| {
        let (passed, failed, not_reached) = outcomes(decision, rule);
        passed + failed + not_reached
    };
    for rule in ONCE {
        assert_eq!(total(rule), 1, "{rule:?}");
    }
    for rule in EACH {
        assert_eq!(total(rule), 3, "{rule:?}");
    }
}

#[test]
fn the_trace_of_a_grant_has_every_rule_passed() {
    let decision = World::new().decide();
    assert!(decision.is_allowed());
    is_complete(&decision);
    for check in decision.trace().checks() {
        assert!(matches!(check.outcome, Outcome::Passed), "{check:?}");
    }
}

#[test]
fn the_trace_of_a_denial_goes_on_after_the_first_fault() {
    let mut world = World::new();
    world.invocation.set("exp", Ipld::Integer(1));
    world.links[0].set("cmd", "/photos/write");
    world.links[1].set("x", Ipld::Null);
    world.links[2].set("nbf", Ipld::Integer(i128::from(NOW) * 2));
    let decision = world.decide();
    assert_eq!(code(&decision), Some(Code::Expired));
    is_complete(&decision);
    let codes: Vec<_> = decision.trace().failures().map(|finding| (finding.code(), finding.link())).collect();
    assert_eq!(
        codes,
        [
            (Code::Expired, None),
            (Code::Malformed, Some(1)),
            (Code::NotYetValid, Some(2)),
            (Code::CommandNotCovered, Some(0)),
        ]
    );
    // What the claims of the second link say cannot be known: those rules are not reached, and the
    // others are.
    assert_eq!(outcomes(&decision, Rule::ProofPresent), (3, 0, 0));
    assert_eq!(outcomes(&decision, Rule::ProofSignature), (2, 0, 1));
    assert_eq!(outcomes(&decision, Rule::ProofTime), (1, 1, 1));
    assert_eq!(outcomes(&decision, Rule::Subject), (2, 0, 1));
    assert_eq!(outcomes(&decision, Rule::Alignment), (1, 0, 2));
    assert_eq!(outcomes(&decision, Rule::Command), (1, 1, 1));
    assert_eq!(outcomes(&decision, Rule::Policy), (2, 0, 1));
    assert_eq!(outcomes(&decision, Rule::Revocation), (2, 0, 1));
    assert_eq!(outcomes(&decision, Rule::Audience), (1, 0, 0));
}

#[test]
fn the_rules_of_a_trace_stand_in_the_order_in_which_faults_are_reported() {
    let mut world = World::new();
    world.links[1].signature = SignatureFault::Flip(1);
    let decision = world.decide();
    // Within what is looked at link by link, the links come first and the rules within them second.
    let by_link = [Rule::ProofDecodes, Rule::ProofSignature, Rule::ProofTime];
    let order = |rule: Rule| if by_link.contains(&rule) { Rule::ProofDecodes } else { rule };
    let rules: Vec<_> = decision.trace().checks().iter().map(|check| order(check.rule)).collect();
    assert!(rules.windows(2).all(|pair| pair[0] <= pair[1]), "{rules:?}");
    let first = decision.trace().failures().next().unwrap();
    assert_eq!((first.code(), first.link()), (Code::BadSignature, Some(1)));
    assert_eq!(decision.denial().unwrap().finding().code(), first.code());
}

#[test]
fn revocation_is_reported_after_everything_that_the_chain_itself_has_wrong() {
    let mut world = World::new();
    let mut revoked = RevocationSet::new();
    revoked.danger_insert(world.links[0].cid(), ALBUM.did());
    let evidence = world.evidence(Evidence::new(at(NOW), &revoked));
    let decision = album().decide(&world.invoke(|_| ()), &evidence);
    assert_eq!(code(&decision), Some(Code::Revoked));
    assert_eq!(decision.denial().unwrap().link(), Some(0));
    world.links[2].set("pol", allod::wire::dag_json::parse(r#"[["==", ".a", 1]]"#).unwrap());
    let evidence = world.evidence(Evidence::new(at(NOW), &revoked));
    let decision = album().decide(&world.invoke(|_| ()), &evidence);
    assert_eq!(code(&decision), Some(Code::PolicyUnsatisfied));
    assert_eq!(decision.trace().failures().count(), 2);
}

/// Remembers what it was asked.
#[derive(Default)]
struct Asked(Mutex<Vec<(Cid, Did)>>);

impl RevocationView for Asked {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        self.0.lock().unwrap().push((*delegation, issuer.clone()));
        Standing::Unrevoked
    }
}

#[test]
fn revocation_is_asked_anew_for_every_link_of_every_decision() {
    let world = World::new();
    let asked = Asked::default();
    let invocation = world.invoke(|_| ());
    // Verified before: their signatures are not checked again, and nothing else is spared.
    let evidence = world.links.iter().fold(Evidence::new(at(NOW), &asked), |evidence, link| {
        evidence.verified(Token::<Delegation>::parse(link.bytes()).unwrap().verify().unwrap())
    });
    let authorizer = album();
    for _ in 0..2 {
        assert!(authorizer.decide(&invocation, &evidence).is_allowed());
        let asked = std::mem::take(&mut *asked.0.lock().unwrap());
        // Of each link, whoever issued it or one above it.
        let people = [ALBUM.did(), ALICE.did(), BOB.did()];
        for (index, cid) in world.cids().into_iter().enumerate() {
            for issuer in &people[..=index] {
                assert!(asked.contains(&(cid, issuer.clone())), "{index}");
            }
        }
        assert!(!asked.iter().any(|(_, issuer)| *issuer == PHONE.did()));
    }
}

#[test]
fn nothing_but_what_is_handed_in_is_remembered_between_decisions() {
    let world = World::new();
    let authorizer = album();
    let invocation = world.invoke(|_| ());
    let decide = |evidence: &Evidence<'_>| code(&authorizer.decide(&invocation, evidence));
    let now = || Evidence::danger_without_revocations(at(NOW));
    let full = world.evidence(now());
    let mut revoked = RevocationSet::new();
    revoked.danger_insert(world.cids()[1], ALICE.did());
    for _ in 0..2 {
        assert_eq!(decide(&full), None);
        assert_eq!(decide(&now()), Some(Code::ProofMissing));
        assert_eq!(decide(&world.evidence(Evidence::new(at(NOW), &revoked))), Some(Code::Revoked));
        assert_eq!(
            decide(&world.evidence(Evidence::danger_without_revocations(at(-100)))),
            Some(Code::NotYetValid)
        );
    }
    let other = Authorizer::new(ALBUM.did(), Subjects::of([ALICE.did()]));
    assert_eq!(code(&other.decide(&invocation, &full)), Some(Code::SubjectNotServed));
    assert_eq!(decide(&full), None);
}

#[test]
fn a_forged_proof_counts_for_nothing_in_whatever_state_it_is_handed_in() {
    let mut world = World::new();
    world.links[1].signature = SignatureFault::Flip(17);
    let decoded = Token::<Delegation>::parse(world.links[1].bytes()).unwrap();
    let evidence = Evidence::danger_without_revocations(at(NOW))
        .bytes(world.links[0].bytes())
        .delegation(decoded)
        .bytes(world.links[2].bytes());
    let decision = album().decide(&world.invoke(|_| ()), &evidence);
    assert_eq!(code(&decision), Some(Code::BadSignature));
    assert_eq!(decision.denial().unwrap().link(), Some(1));
    assert_eq!(code(&world.decide()), Some(Code::BadSignature));
}

#[test]
fn a_token_that_nobody_refers_to_is_listed_and_never_verified() {
    let world = World::new();
    let mut forged = Forge::delegation(ed(66), &PHONE.text(), None, "/");
    forged.signature = SignatureFault::Flip(3);
    // Its issuer's document is not there: verifying it would ask for it.
    let mut elsewhere = Forge::delegation(ed(67), &PHONE.text(), None, "/");
    elsewhere.set("iss", "did:web:nobody.example");
    let garbage = vec![0xff; 10];
    let extra = [forged.bytes(), elsewhere.bytes(), garbage];
    let evidence = extra
        .iter()
        .fold(world.evidence(Evidence::danger_without_revocations(at(NOW))), |evidence, bytes| {
            evidence.bytes(&bytes[..])
        });
    let decision = album().decide(&world.invoke(|_| ()), &evidence);
    assert!(decision.is_allowed());
    let mut expected: Vec<_> = extra.iter().map(|bytes| Cid::of(bytes)).collect();
    let mut unused: Vec<_> = decision.trace().unused().collect();
    expected.sort();
    unused.sort();
    assert_eq!(unused, expected);
    assert!(decision.trace().checks().iter().all(|check| check.link.is_none_or(|link| link < 3)));
    assert!(album().needs(&world.invoke(|_| ()), &evidence).is_complete());
}

#[test]
fn a_caller_on_the_other_side_sees_code_cid_and_remedy() {
    let mut world = World::new();
    world.links[1].set("exp", Ipld::Integer(i128::from(NOW) - 100));
    let decision = world.decide();
    let denial = decision.denial().unwrap();
    // Exhaustive: a fourth field would not compile.
    let PublicDenial { code, cid, remedy } = denial.public();
    assert_eq!(code, Code::Expired);
    assert_eq!(cid, Some(world.links[1].cid()));
    // In general for them, in particular for the one who decides: the proof may not have come from them.
    assert_eq!(remedy, Code::Expired.remedy());
    let shown = denial.public().to_string();
    assert_eq!(shown, format!("expired; {remedy}"));
    let full = denial.remedy();
    assert!(full.contains("2027-01-15 07:58:20 UTC") && full.contains(&ALICE.text()), "{full}");
}

#[test]
fn what_a_caller_sees_holds_nothing_of_the_arguments() {
    let mut world = World::new();
    world.links[1].set("pol", Policy::from_json(r#"[["==", ".a", 1]]"#).unwrap().to_ipld());
    world.invocation.set("args", allod::wire::dag_json::parse(r#"{"a": "topsecret"}"#).unwrap());
    let decision = world.decide();
    let denial = decision.denial().unwrap();
    assert_eq!(denial.code(), Code::PolicyUnsatisfied);
    assert!(!denial.public().to_string().contains("topsecret"));
    // Whoever decides sees it.
    assert!(denial.finding().found_value().unwrap().contains("topsecret"));
}

/// A document with these keys; a list of names for a relationship, or its absence.
fn document(
    did: &str,
    keys: &[(&str, Principal)],
    delegation: Option<&[&str]>,
    invocation: Option<&[&str]>,
) -> DidDocument {
    let method = |(name, key): &(&str, Principal)| {
        json!({ "id": format!("{did}#{name}"), "type": "Multikey", "controller": did,
            "publicKeyMultibase": key.key().public_key().to_multikey() })
    };
    let methods: Vec<_> = keys.iter().map(method).collect();
    let mut text = json!({ "id": did, "verificationMethod": methods });
    let names = |names: &[&str]| json!(names.iter().map(|name| format!("{did}#{name}")).collect::<Vec<_>>());
    if let Some(delegation) = delegation {
        text["capabilityDelegation"] = names(delegation);
    }
    if let Some(invocation) = invocation {
        text["capabilityInvocation"] = names(invocation);
    }
    DidDocument::parse(&text.to_string(), &Did::parse(did).unwrap()).unwrap()
}

const SITE: &str = "did:web:photos.example";

/// The album grants to the site; the site invokes with one key, or hands on to the phone with it.
fn through_site(key: Principal, hands_on: bool, document: Option<DidDocument>) -> Option<Code> {
    let site = Did::parse(SITE).unwrap();
    let signing: SigningKey = key.key();
    let signer = (&signing).acting_as(site.clone());
    let command = || "/photos/read".parse().unwrap();
    let root = Delegation::builder(site, ALBUM.did(), command()).sign(&ALBUM.key()).unwrap();
    let mut evidence = Evidence::danger_without_revocations(at(NOW)).delegation(root.clone());
    let invocation = Invocation::builder(ALBUM.did(), command());
    let invocation = if hands_on {
        let link = Delegation::builder(PHONE.did(), ALBUM.did(), command()).sign(&signer).unwrap();
        evidence = evidence.delegation(link.clone());
        invocation.proofs([root.cid(), link.cid()]).sign(&PHONE.key()).unwrap()
    } else {
        invocation.proofs([root.cid()]).sign(&signer).unwrap()
    };
    if let Some(document) = document {
        evidence = evidence.document(document);
    }
    code(&album().decide(&invocation, &evidence))
}

#[test]
fn each_purpose_has_its_keys_in_a_document() {
    let keys = [("a", ALICE), ("b", BOB)];
    for hands_on in [false, true] {
        let with = |key, delegation: Option<&[&str]>, invocation: Option<&[&str]>| {
            through_site(key, hands_on, Some(document(SITE, &keys, delegation, invocation)))
        };
        assert_eq!(through_site(ALICE, hands_on, None), Some(Code::UnresolvedDid));
        // Absent: any method. Empty: none.
        assert_eq!(with(ALICE, None, None), None);
        assert_eq!(with(BOB, None, None), None);
        assert_eq!(with(PHONE, None, None), Some(Code::BadSignature));
        let (own, other): (Option<&[&str]>, Option<&[&str]>) = (Some(&["a"]), Some(&["b"]));
        let (delegation, invocation) = if hands_on { (own, other) } else { (other, own) };
        assert_eq!(with(ALICE, delegation, invocation), None);
        assert_eq!(with(BOB, delegation, invocation), Some(Code::BadSignature));
        let (delegation, invocation): (Option<&[&str]>, Option<&[&str]>) =
            if hands_on { (Some(&[]), other) } else { (other, Some(&[])) };
        assert_eq!(with(ALICE, delegation, invocation), Some(Code::BadSignature));
        assert_eq!(with(BOB, delegation, invocation), Some(Code::BadSignature));
    }
}

#[test]
fn a_document_of_another_did_is_not_taken() {
    let other = document("did:web:else.example", &[("a", ALICE)], None, None);
    assert_eq!(through_site(ALICE, false, Some(other)), Some(Code::UnresolvedDid));
    let text = json!({ "id": "did:web:else.example", "verificationMethod": [] }).to_string();
    assert!(DidDocument::parse(&text, &Did::parse(SITE).unwrap()).is_err());
}

#[test]
fn the_caller_may_name_the_invocation_of_a_container_that_holds_several() {
    let world = World::new();
    let one = world.invoke(|_| ());
    let mut other = world.invocation.clone();
    other.set("cmd", "/photos/read/raw").set("prf", allod_tests::forge::links(&world.cids()));
    let writer = world
        .links
        .iter()
        .fold(ContainerWriter::new(), |writer, link| writer.bytes(&link.bytes()))
        .token(&one)
        .bytes(&other.bytes());
    let container = Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
    let evidence = Evidence::danger_without_revocations(at(NOW));
    assert_eq!(code(&album().decide_container(&container, &evidence)), Some(Code::Malformed));
    let with_tokens = evidence.container(&container);
    for cid in [one.cid(), other.cid()] {
        let named = container.invocation_named(cid).unwrap();
        let decision = album().decide(&named, &with_tokens);
        assert_eq!(decision.grant().unwrap().invocation().cid(), cid);
    }
    assert!(container.invocation_named(world.cids()[0]).is_err());
    assert!(container.invocation_named(Cid::of(b"x")).is_err());
}

#[test]
fn a_denied_container_has_the_container_s_code_and_no_link() {
    let world = World::new();
    let writer = world.links.iter().fold(ContainerWriter::new(), |writer, link| writer.bytes(&link.bytes()));
    let container = Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
    let decision = album().decide_container(&container, &Evidence::danger_without_revocations(at(NOW)));
    let denial = decision.denial().unwrap();
    assert_eq!((denial.code(), denial.link(), denial.cid()), (Code::Malformed, None, None));
    assert!(denial.message().contains("no invocation"), "{denial}");
}

/// The fastest of some runs.
fn fastest(work: impl Fn()) -> Duration {
    let run = || {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..9).map(|_| run()).min().unwrap()
}

/// A host that keeps verified tokens does not pay for their signatures with each decision.
#[test]
fn what_was_verified_before_is_not_verified_again() {
    let people: Vec<Principal> = (0..9).map(|index| p256(10 + index)).collect();
    let subject = people[0].text();
    let links: Vec<_> = people
        .windows(2)
        .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&subject), "/photos"))
        .map(|forge| Token::<Delegation>::parse(forge.bytes()).unwrap())
        .collect();
    let proofs: Vec<Cid> = links.iter().map(Token::cid).collect();
    let invocation = Forge::invocation(people[8], &subject, "/photos", &proofs);
    let invocation = Token::<Invocation>::parse(invocation.bytes()).unwrap();
    let authorizer = Authorizer::new(people[0].did(), Subjects::itself());
    let decide = |evidence: Evidence<'_>| {
        assert!(authorizer.decide(&invocation, &evidence).is_allowed());
        fastest(|| drop(authorizer.decide(&invocation, &evidence)))
    };
    let empty = || Evidence::danger_without_revocations(at(NOW));
    let fresh = decide(links.iter().cloned().fold(empty(), Evidence::delegation));
    let known = links.iter().map(|link| link.clone().verify().unwrap());
    let known = decide(known.fold(empty(), Evidence::verified));
    // The invocation's own signature is left to check.
    assert!(known * 3 < fresh, "{known:?} for verified ones, {fresh:?} for others");
}

#[test]
fn a_token_that_is_named_sixteen_times_is_verified_once() {
    // P-256 signatures are the slowest: sixteen take sixteen times as long as one.
    let people: Vec<Principal> = (0..17).map(|index| p256(10 + index)).collect();
    let subject = people[0].text();
    let links: Vec<Forge> = people
        .windows(2)
        .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&subject), "/photos"))
        .collect();
    let decide = |proofs: &[Cid]| {
        let invocation = Forge::invocation(people[16], &subject, "/photos", proofs);
        let invocation = Token::<Invocation>::parse(invocation.bytes()).unwrap();
        let evidence = links.iter().fold(Evidence::danger_without_revocations(at(NOW)), |evidence, link| {
            evidence.bytes(link.bytes())
        });
        let authorizer = Authorizer::new(people[0].did(), Subjects::itself());
        fastest(|| drop(authorizer.decide(&invocation, &evidence)))
    };
    let all: Vec<Cid> = links.iter().map(Forge::cid).collect();
    let (distinct, same) = (decide(&all), decide(&[all[0]; 16]));
    assert!(same * 3 < distinct, "{same:?} for one token, {distinct:?} for sixteen");
}
