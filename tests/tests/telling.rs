//! How a decision and an authority explain themselves, where a vector cannot ask.

use std::collections::BTreeSet;

use allod::identity::DidDocument;
use allod::limits::MAX_CHAIN;
use allod::validation::{Authority, Rule};
use allod::{
    Authorizer, Cid, Code, Decision, Delegation, Evidence, Invocation, MemoryResolver, Policy, Subjects,
    Timestamp, Token, Verified,
};
use allod_tests::forge::{Forge, Principal, ed, p256};

const NOW: i64 = 1_800_000_000;
const ALBUM: Principal = ed(1);
const ALICE: Principal = ed(2);
const BOB: Principal = p256(3);

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(Timestamp::from_seconds(NOW).unwrap())
}

fn grant(from: Principal, to: Principal, command: &str) -> Forge {
    Forge::delegation(from, &to.text(), Some(&ALBUM.text()), command)
}

fn authority(links: &[Forge]) -> Result<Authority, allod::Denial> {
    let cids: Vec<Cid> = links.iter().map(Forge::cid).collect();
    Authority::of(&cids, &links.iter().fold(evidence(), |evidence, link| evidence.bytes(link.bytes())))
}

#[test]
fn every_rule_has_a_name_and_a_description_of_its_own() {
    let names: BTreeSet<_> = Rule::ALL.map(Rule::name).into();
    let descriptions: BTreeSet<_> = Rule::ALL.map(Rule::description).into();
    assert_eq!((names.len(), descriptions.len()), (Rule::ALL.len(), Rule::ALL.len()));
    for rule in Rule::ALL {
        assert!(rule.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.name());
        assert_eq!(rule.to_string(), rule.description());
        assert!(rule.description().contains(' ') && !rule.description().ends_with('.'), "{rule}");
    }
    assert!(Rule::ALL.is_sorted(), "faults are reported in the order of the rules");
}

#[test]
fn a_finding_tells_its_rule_and_where_it_is_written() {
    let mut invocation = Forge::invocation(BOB, &ALBUM.text(), "/photos/read", &[]);
    invocation.set("aud", ALICE.text());
    let authorizer = Authorizer::new(ALBUM.did(), Subjects::itself());
    let Decision::Deny(denial) = authorizer.decide_bytes(&invocation.bytes(), &evidence()) else { panic!() };
    let told: Vec<_> = denial.trace().failures().map(|finding| (finding.rule(), finding.code())).collect();
    assert_eq!(told, [(Rule::Audience, Code::WrongAudience), (Rule::ProofsGiven, Code::NoProof)]);
    assert_eq!(denial.finding().rule(), Rule::Audience);
    for finding in denial.trace().failures() {
        assert!(finding.spec().starts_with("https://") && finding.spec() == finding.code().spec());
    }
}

#[test]
fn an_authority_says_who_may_do_what_and_when() {
    let mut links = vec![grant(ALBUM, ALICE, "/photos"), grant(ALICE, BOB, "/photos/read")];
    let plain = authority(&links).unwrap();
    let who = format!("{} may /photos/read on {}", BOB.text(), ALBUM.text());
    assert_eq!(plain.to_string(), format!("{who}, without end"));
    let chain: Vec<Cid> = plain.chain().iter().map(|link| link.cid()).collect();
    assert_eq!(chain, links.iter().map(Forge::cid).collect::<Vec<_>>());

    links[0].set("nbf", allod::Ipld::Integer(0)).set("exp", allod::Ipld::Integer(i128::from(NOW) + 60));
    links[1].set("pol", Policy::from_json(r#"[["==", ".season", "summer"]]"#).unwrap().to_ipld());
    assert_eq!(
        authority(&links).unwrap().to_string(),
        format!(
            "{who}, provided that `.season` is \"summer\", from 1970-01-01 00:00:00 UTC, until 2027-01-15 08:01:00 UTC"
        )
    );
}

#[test]
fn an_authority_is_that_of_its_narrowest_link_wherever_it_stands() {
    for commands in [["/photos/read", "/photos"], ["/photos", "/photos/read"], ["/", "/photos/read"]] {
        let links = [grant(ALBUM, ALICE, commands[0]), grant(ALICE, BOB, commands[1])];
        assert_eq!(authority(&links).unwrap().command().as_str(), "/photos/read", "{commands:?}");
    }
    let alone = authority(&[grant(ALBUM, ALICE, "/photos")]).unwrap();
    assert_eq!((alone.holder(), alone.subject()), (&ALICE.did(), &ALBUM.did()));
    let apart = authority(&[grant(ALBUM, ALICE, "/photos"), grant(ALICE, BOB, "/albums")]).unwrap_err();
    assert_eq!(apart.code(), Code::CommandNotCovered);
}

#[test]
fn without_a_chain_that_can_be_followed_there_is_no_authority() {
    let none = authority(&[]).unwrap_err();
    assert_eq!((none.code(), none.link(), none.cid()), (Code::NoProof, None, None));
    assert_eq!(none.message(), "there are no delegations to look at");
    let many = authority(&vec![grant(ALBUM, ALBUM, "/photos"); MAX_CHAIN + 1]).unwrap_err();
    assert_eq!((many.code(), many.cid()), (Code::BudgetExceeded, None));
    let mut forged = grant(ALBUM, ALICE, "/photos");
    forged.signer = BOB;
    assert_eq!(authority(&[forged]).unwrap_err().code(), Code::BadSignature);
}

/// The issuer of what was verified elsewhere needs its document all the same: its keys may have changed.
#[test]
fn what_was_verified_elsewhere_still_names_the_document_it_needs() {
    let site = "did:web:photos.example";
    let document = format!(
        r#"{{"id":"{site}","verificationMethod":[{{"id":"{site}#1","type":"Multikey","controller":"{site}","publicKeyMultibase":"{}"}}]}}"#,
        ALICE.key().public_key().to_multikey()
    );
    let document = DidDocument::parse(&document, &site.parse().unwrap()).unwrap();
    let mut by_site = grant(ALICE, BOB, "/photos");
    by_site.set("iss", site).set("sub", site);
    let token: Token<Delegation> = Token::parse(by_site.bytes()).unwrap();
    let mut documents = MemoryResolver::new();
    documents.insert(document.clone());
    let verified: Verified<Delegation> = token.verify_with(&documents).unwrap();
    let invocation = Forge::invocation(BOB, site, "/photos/read", &[verified.cid()]);
    let invocation: Token<Invocation> = Token::parse(invocation.bytes()).unwrap();
    let authorizer = Authorizer::new(site.parse().unwrap(), Subjects::itself());
    let evidence = evidence().verified(verified);
    let needs = authorizer.needs(&invocation, &evidence);
    assert_eq!(
        (needs.documents.as_slice(), needs.proofs.as_slice()),
        (&[site.parse().unwrap()][..], &[][..])
    );
    let denied = authorizer.decide(&invocation, &evidence);
    assert_eq!(denied.denial().map(allod::Denial::code), Some(Code::UnresolvedDid));
    assert!(authorizer.decide(&invocation, &evidence.document(document)).is_allowed());
}
