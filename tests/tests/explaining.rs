//! What people read: findings, denials, traces, authorities, and what debug output tells and keeps.

use allod::ucan::policy::{Pattern, PolicyFailure, Selector, StatementPath};
use allod::validation::{Outcome, Rule};
use allod::wire::dag_json;
use allod::{
    Authority, Authorizer, Cid, Code, Decision, Evidence, Invocation, Policy, Subjects, Timestamp, Token,
};
use allod_tests::forge::{Forge, Principal, ed, links};

const NOW: i64 = 1_800_000_000;
const ALBUM: Principal = ed(1);
const ALICE: Principal = ed(2);
const BOB: Principal = ed(3);

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(Timestamp::from_seconds(NOW).unwrap()).tolerance(0)
}

fn album() -> Authorizer {
    Authorizer::new(ALBUM.did(), Subjects::itself())
}

/// Album → Alice → Bob, and Bob's invocation.
fn forged() -> ([Forge; 2], Forge) {
    let link = |from: Principal, to: Principal| {
        Forge::delegation(from, &to.text(), Some(&ALBUM.text()), "/photos/read")
    };
    let links = [link(ALBUM, ALICE), link(ALICE, BOB)];
    (links, Forge::invocation(BOB, &ALBUM.text(), "/photos/read", &[]))
}

fn decide(chain: &[Forge], invocation: &Forge) -> Decision {
    let mut invocation = invocation.clone();
    invocation.set("prf", links(&chain.iter().map(Forge::cid).collect::<Vec<_>>()));
    let evidence = chain.iter().fold(evidence(), |evidence, link| evidence.bytes(link.bytes()));
    album().decide_bytes(&invocation.bytes(), &evidence)
}

#[test]
fn every_rule_has_a_name_and_says_what_it_asks_for() {
    let expected = [
        ("invocation-decodes", "the invocation is a well-formed token"),
        ("invocation-signature", "the invocation is signed by its issuer"),
        ("audience", "the invocation is addressed to this executor"),
        ("subject-served", "this executor serves the subject"),
        ("invocation-time", "the invocation is within its time"),
        ("chain-length", "the chain is short enough to follow"),
        ("proof-present", "the proof is there"),
        ("proof-decodes", "the proof is a well-formed delegation"),
        ("proof-signature", "the proof is signed by its issuer"),
        ("proof-time", "the proof is within its time"),
        ("proofs-given", "there are proofs, or the subject itself invokes"),
        ("root-has-subject", "the first proof is not a powerline"),
        ("subject", "the proof is about the invoked subject"),
        ("root-issuer", "the first proof was issued by the subject"),
        ("alignment", "the proof was given to the issuer of what follows it"),
        ("command", "the proof covers the invoked command"),
        ("promises", "what the arguments promise could be looked for"),
        ("policy", "the arguments satisfy the proof's policy"),
        ("revocation", "the proof is not known to be revoked"),
        ("revocation-age", "what is known of revocations is new enough"),
        ("replay", "the invocation was not executed before"),
    ];
    assert_eq!(Rule::ALL.map(|rule| (rule.name(), rule.description())), expected);
    assert_eq!(Rule::ALL.map(|rule| rule.to_string()), expected.map(|(_, description)| description));
}

#[test]
fn a_denial_reads_as_code_fault_and_remedy() {
    let (mut chain, invocation) = forged();
    chain[1].set("aud", ed(9).text());
    let decision = decide(&chain, &invocation);
    let denial = decision.denial().unwrap();
    let finding = denial.finding();
    assert_eq!(finding.code(), Code::BrokenChain);
    assert_eq!(finding.spec(), Code::BrokenChain.spec());
    assert!(finding.spec().starts_with("https://"));
    let message =
        format!("proof 1 was given to {}, but the invocation is issued by {}", ed(9).text(), BOB.text());
    assert_eq!(finding.message(), message);
    assert_eq!(finding.to_string(), format!("broken-chain: {message}"));
    assert_eq!(denial.to_string(), format!("broken-chain: {message}; {}", denial.remedy()));
    let debug = format!("{finding:?}");
    for part in ["Finding", "BrokenChain", "Alignment", "Some(1)", &message] {
        assert!(debug.contains(part), "{part}: {debug}");
    }
}

#[test]
fn a_gap_in_the_middle_is_told_from_one_at_the_end() {
    let (mut chain, invocation) = forged();
    chain[0].set("aud", ed(9).text());
    let decision = decide(&chain, &invocation);
    let message =
        format!("proof 0 was given to {}, but the next proof is issued by {}", ed(9).text(), ALICE.text());
    assert_eq!(decision.denial().unwrap().message(), message);
}

#[test]
fn who_comes_late_is_told_to_renew_and_who_comes_early_to_wait() {
    let end = Timestamp::from_seconds(NOW - 10).unwrap();
    let begin = Timestamp::from_seconds(NOW + 10).unwrap();
    let remedy = |chain: &[Forge], invocation: &Forge| {
        let decision = decide(chain, invocation);
        decision.denial().unwrap().remedy().to_owned()
    };
    let (chain, mut invocation) = forged();
    invocation.set("exp", i128::from(NOW - 10));
    assert_eq!(remedy(&chain, &invocation), format!("sign the invocation again: this one ended on {end}"));
    let (chain, mut invocation) = forged();
    invocation.set("nbf", i128::from(NOW + 10));
    assert_eq!(remedy(&chain, &invocation), format!("wait until {begin}, or sign one that is valid now"));
    let (mut chain, invocation) = forged();
    chain[1].set("exp", i128::from(NOW - 10));
    let ask = format!("ask {} for a new delegation: this one ended on {end}", ALICE.text());
    assert_eq!(remedy(&chain, &invocation), ask);
    let (mut chain, invocation) = forged();
    chain[1].set("nbf", i128::from(NOW + 10));
    assert_eq!(
        remedy(&chain, &invocation),
        format!("wait until {begin}, or ask {} for one valid now", ALICE.text())
    );
}

/// The order is named as the fault only where turning it round would mend it.
#[test]
fn proofs_in_another_order_are_only_called_reversed_where_they_are() {
    let hinted = |order: [usize; 3]| {
        let people = [ALBUM, ALICE, BOB, ed(4)];
        let chain: Vec<_> = people
            .windows(2)
            .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&ALBUM.text()), "/x"))
            .collect();
        let chain = order.map(|index| chain[index].clone());
        let decision = decide(&chain, &Forge::invocation(ed(4), &ALBUM.text(), "/x", &[]));
        decision.denial().unwrap().remedy().contains("reverse order")
    };
    assert!(hinted([2, 1, 0]));
    assert!(!hinted([1, 0, 2]) && !hinted([0, 2, 1]));
}

#[test]
fn what_does_not_decode_has_each_rule_once_in_its_trace() {
    let decision = album().decide_bytes(b"no token", &evidence());
    let checks = decision.trace().checks();
    assert_eq!(
        checks.iter().map(|check| check.rule).collect::<Vec<_>>(),
        Rule::ALL.into_iter().filter(|rule| rule.is_for_all()).collect::<Vec<_>>()
    );
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
    assert!(failed(&checks[0].outcome) && !checks[1..].iter().any(|check| failed(&check.outcome)));
}

#[test]
fn an_authority_lists_its_links_root_first() {
    let (chain, _) = forged();
    let cids = chain.each_ref().map(Forge::cid);
    let evidence = chain.iter().fold(evidence(), |evidence, link| evidence.bytes(link.bytes()));
    let authority = Authority::of(&cids, &evidence).unwrap();
    assert_eq!(authority.chain().iter().map(|link| link.cid()).collect::<Vec<_>>(), cids);
    let words = authority.to_string();
    assert_eq!(words, format!("{} may /photos/read on {}, without end", BOB.text(), ALBUM.text()));
}

/// Nobody is asked for at the end of an authority, so its last link has nothing to be aligned with; a link
/// before a gap has.
#[test]
fn an_authority_with_a_gap_says_which_links_could_not_be_aligned() {
    let (chain, _) = forged();
    let cids = [chain[0].cid(), Cid::of(b"lost"), chain[1].cid()];
    let evidence = chain.iter().fold(evidence(), |evidence, link| evidence.bytes(link.bytes()));
    let denial = Authority::of(&cids, &evidence).unwrap_err();
    assert_eq!(denial.code(), Code::ProofMissing);
    let open: Vec<_> = denial.trace().checks().iter().filter(|check| check.rule == Rule::Alignment).collect();
    assert_eq!(open.iter().map(|check| check.link).collect::<Vec<_>>(), [Some(0), Some(1)]);
    assert!(open.iter().all(|check| matches!(check.outcome, Outcome::NotReached)));
}

/// Nothing is fetched for what is denied whatever is fetched, each reason alone.
#[test]
fn nothing_is_needed_for_what_is_denied_whatever_comes() {
    let proofs: Vec<_> = (0..17_u8).map(|number| Cid::of(&[number])).collect();
    let needs = |change: &dyn Fn(&mut Forge), proofs: &[Cid]| {
        let mut forge = Forge::invocation(BOB, &ALBUM.text(), "/x", proofs);
        change(&mut forge);
        album().needs(&Token::<Invocation>::parse(forge.bytes()).unwrap(), &evidence())
    };
    assert_eq!(needs(&|_| (), &proofs[..16]).proofs, &proofs[..16], "as many as are followed");
    assert!(needs(&|_| (), &proofs).is_complete(), "one more than that");
    let elsewhere = |forge: &mut Forge| _ = forge.set("aud", ALICE.text());
    assert!(needs(&elsewhere, &proofs[..1]).is_complete(), "addressed to another");
    let unserved = |forge: &mut Forge| _ = forge.set("sub", ALICE.text()).set("aud", ALBUM.text());
    assert!(needs(&unserved, &proofs[..1]).is_complete(), "about a subject not served");
    let over = |forge: &mut Forge| _ = forge.set("exp", i128::from(NOW - 1));
    assert!(needs(&over, &proofs[..1]).is_complete(), "over");
}

#[test]
fn debug_output_says_what_it_is_about() {
    let evidence = format!("{:?}", evidence().bytes(&b"x"[..]));
    assert!(evidence.starts_with("Evidence") && evidence.contains("tokens: 1"), "{evidence}");
    let policy: Policy = r#"[["==",".a",1]]"#.parse().unwrap();
    assert_eq!(format!("{policy:?}"), r#"Policy([["==",".a",1]])"#);
    let path = StatementPath::from(vec![2, 1]);
    assert_eq!((path.indices(), format!("{path:?}")), (&[2, 1][..], "StatementPath([2][1])".into()));
    let pattern = Pattern::parse("a*").unwrap();
    assert_eq!((pattern.to_string(), format!("{pattern:?}")), ("a*".into(), r#"Pattern("a*")"#.into()));
    let selector = Selector::parse(".a[0]").unwrap();
    assert_eq!(
        (selector.to_string(), format!("{selector:?}")),
        (".a[0]".into(), r#"Selector(".a[0]")"#.into())
    );
}

/// The second of three statements fails, and the failure says so without the arguments.
#[test]
fn a_policy_failure_names_its_statement() {
    let policy: Policy = r#"[["==",".a",1],["==",".b",2],["==",".c",3]]"#.parse().unwrap();
    let failing = |arguments: &str| -> PolicyFailure {
        let (mut chain, mut invocation) = forged();
        chain[1].set("pol", dag_json::parse(&policy.to_string()).unwrap());
        invocation.set("args", dag_json::parse(arguments).unwrap());
        let decision = decide(&chain, &invocation);
        decision.denial().unwrap().finding().policy().unwrap().clone()
    };
    let failure = failing(r#"{"a":1,"b":4711,"c":3}"#);
    assert_eq!((failure.index(), failure.found()), (1, "4711"));
    assert_eq!(format!("{failure:?}"), format!("PolicyFailure({failure})"));
    assert!(
        failure.to_string().starts_with("statement [1] is not true: ")
            && !failure.to_string().contains("4711")
    );
    assert_eq!(failing(r#"{"a":1,"b":2,"c":4}"#).index(), 2);
}
