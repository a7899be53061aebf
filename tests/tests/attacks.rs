//! What reviewers broke, each in the form in which they broke it.

use allod::identity::{Did, DidDocument, Signer};
use allod::wire::{multibase, varint};
use allod::{
    Authority, Authorizer, BuildError, Cid, Code, Container, Delegation, Evidence, Invocation, Ipld, Lint,
    MemoryResolver, SigningKey, Subjects, Timestamp, Token,
};
use allod_tests::forge::{Forge, ed, head, p256, text};

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(at(NOW))
}

fn authorizer() -> Authorizer {
    Authorizer::new(ed(1).did(), Subjects::itself())
}

fn container(tokens: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = [b"@".to_vec(), head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
    for token in tokens {
        bytes.extend(head(2, token.len() as u64));
        bytes.extend(token);
    }
    bytes
}

fn document(did: &Did, key: &SigningKey) -> DidDocument {
    let multikey = key.did().to_string().replace("did:key:", "");
    let json = format!(
        r##"{{"id":"{did}","verificationMethod":[{{"id":"#k","type":"Multikey","controller":"{did}","publicKeyMultibase":"{multikey}"}}]}}"##
    );
    DidDocument::parse(&json, did).unwrap()
}

/// A delegation verified under a key that its issuer has since replaced.
#[test]
fn what_a_did_web_issued_is_held_against_its_document_of_today() {
    let site = Did::parse("did:web:photos.example").unwrap();
    let (old, new, bob) = (p256(2).key(), ed(3).key(), ed(4).key());
    let token = Delegation::builder(bob.did(), site.clone(), "/x".parse().unwrap())
        .sign(&(&old).acting_as(site.clone()))
        .unwrap();
    let mut then = MemoryResolver::new();
    then.insert(document(&site, &old));
    let verified = token.clone().verify_with(&then).unwrap();
    let invocation =
        Invocation::builder(site.clone(), "/x".parse().unwrap()).proofs([token.cid()]).sign(&bob).unwrap();
    let authorizer = Authorizer::new(site.clone(), Subjects::itself());
    let decide =
        |evidence: Evidence<'_>| authorizer.decide(&invocation, &evidence).denial().map(allod::Denial::code);
    assert_eq!(decide(evidence().document(document(&site, &old)).verified(verified.clone())), None);
    assert_eq!(
        decide(evidence().document(document(&site, &new)).verified(verified.clone())),
        Some(Code::BadSignature)
    );
    assert_eq!(decide(evidence().verified(verified)), Some(Code::UnresolvedDid));
}

/// A window that closes before it opens, in the middle of the tolerance.
#[test]
fn a_tolerance_does_not_open_a_window_that_never_opens() {
    let mut link = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), "/x");
    link.set("nbf", Ipld::Integer(i128::from(NOW) + 50)).set("exp", Ipld::Integer(i128::from(NOW) - 50));
    let invocation = Forge::invocation(ed(2), &ed(1).text(), "/x", &[link.cid()]);
    let evidence = evidence().bytes(&link.bytes()[..]);
    let decision = authorizer().decide_bytes(&invocation.bytes(), &evidence);
    assert_eq!(decision.denial().map(allod::Denial::code), Some(Code::Expired));
    assert_eq!(Authority::of(&[link.cid()], &evidence).unwrap_err().code(), Code::Expired);
}

/// The window an authority claims is the one that decisions keep.
#[test]
fn an_authority_claims_no_time_that_a_decision_would_refuse() {
    let first = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), "/x");
    let mut second = Forge::delegation(ed(2), &ed(3).text(), Some(&ed(1).text()), "/x");
    second.set("nbf", Ipld::Integer(-1_000_000));
    let evidence = evidence().bytes(&first.bytes()[..]).bytes(&second.bytes()[..]);
    let authority = Authority::of(&[first.cid(), second.cid()], &evidence).unwrap();
    assert_eq!(authority.window().not_before, Some(Timestamp::EPOCH));
}

/// Hundreds of delegations that nobody refers to, each with long names, in a few kilobytes of gzip.
#[test]
fn tokens_that_nobody_refers_to_are_not_decoded() {
    let mut key = Vec::new();
    varint::write(0x1205, &mut key);
    key.resize(640, 7);
    let long = format!("did:key:z{}", multibase::base58btc_encode(&key));
    let tokens: Vec<Vec<u8>> = (0..300_u16)
        .map(|index| {
            let mut token = Forge::delegation(ed(1), &long, Some(&long), "/x");
            token.set("iss", long.as_str()).set("nonce", Ipld::Bytes(index.to_be_bytes().to_vec()));
            token.bytes()
        })
        .collect();
    let read = Container::read(&container(&tokens)).unwrap();
    assert_eq!(read.invocations().count(), 0);
    let mut tokens = tokens;
    tokens.push(Forge::invocation(ed(1), &ed(1).text(), "/x", &[]).bytes());
    let read = Container::read(&container(&tokens)).unwrap();
    // Decoding all of them took a quarter of a second; what is left is one signature and the hashes.
    assert!(authorizer().decide_container(&read, &evidence()).is_allowed());
}

/// The only invocation does not decode: its own code comes out, through a container as without one.
#[test]
fn the_only_invocation_s_own_fault_is_reported_through_a_container() {
    let sound = || Forge::invocation(ed(1), &ed(1).text(), "/x", &[]);
    let mut large = sound();
    large.set("nonce", Ipld::Bytes(vec![0; 66_000]));
    let mut deep = sound();
    deep.raw("args", [head(5, 1), text("a"), vec![0x81; 80], vec![0x80]].concat());
    let mut long = sound();
    long.set("aud", format!("did:web:{}", "a".repeat(2100)));
    let mut unknown = sound();
    unknown.set("x", 1_i64);
    for (forge, code) in [
        (large, Code::TooLarge),
        (deep, Code::BudgetExceeded),
        (long, Code::TooLarge),
        (unknown.clone(), Code::Malformed),
    ] {
        let bytes = forge.bytes();
        let direct = authorizer().decide_bytes(&bytes, &evidence());
        assert_eq!(direct.denial().map(allod::Denial::code), Some(code));
        let bundled = Container::read(&container(&[bytes])).unwrap();
        let bundled = authorizer().decide_container(&bundled, &evidence());
        assert_eq!(bundled.denial().map(allod::Denial::code), Some(code));
    }
    // A second one that does not decode here might be the one that another reader takes.
    let both = Container::read(&container(&[sound().bytes(), unknown.bytes()])).unwrap();
    assert!(!authorizer().decide_container(&both, &evidence()).is_allowed());
    let other = Forge::invocation(ed(1), &ed(1).text(), "/ucan/other", &[]).bytes();
    let both = Container::read(&container(&[sound().bytes(), other])).unwrap();
    assert!(!authorizer().decide_container(&both, &evidence()).is_allowed());
}

/// A name that a stranger chose, with line breaks and terminal commands in it.
#[test]
fn findings_hold_no_control_characters() {
    let command = "/photos/x\n2026-11-22 info allowed: \u{1b}[32mok \u{202e}gnp.";
    let mut link = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), command);
    link.set("cmd", command);
    let invocation = Forge::invocation(ed(2), &ed(1).text(), "/photos/y", &[link.cid()]);
    let decision = authorizer().decide_bytes(&invocation.bytes(), &evidence().bytes(&link.bytes()[..]));
    let denial = decision.denial().unwrap();
    assert_eq!(denial.code(), Code::CommandNotCovered);
    for said in [denial.message(), denial.remedy(), denial.finding().found_value().unwrap()] {
        assert!(!said.contains(['\n', '\u{1b}', '\u{202e}']), "{said:?}");
        assert!(said.contains("\\u{a}"), "{said:?}");
    }
}

/// Chains that are aligned both ways are taken in the order in which they lead from the subject.
#[test]
fn leaf_first_chains_through_oneself_are_understood() {
    let album = ed(1);
    let own = Forge::delegation(album, &album.text(), Some(&album.text()), "/x");
    let powerline = Forge::delegation(album, &album.text(), None, "/x");
    let invocation = Forge::invocation(album, &album.text(), "/x", &[powerline.cid(), own.cid()]);
    let evidence = evidence().bytes(&own.bytes()[..]).bytes(&powerline.bytes()[..]);
    let strict = authorizer().decide_bytes(&invocation.bytes(), &evidence);
    let denial = strict.denial().unwrap();
    assert_eq!(denial.code(), Code::PowerlineRoot);
    assert!(denial.remedy().contains("root first"), "{}", denial.remedy());
    assert!(authorizer().accept_leaf_first().decide_bytes(&invocation.bytes(), &evidence).is_allowed());
}

/// Two hundred megabytes are not worth a hash.
#[test]
fn an_invocation_that_is_too_large_is_refused_by_its_length() {
    let decision = authorizer().decide_bytes(&vec![0; 10 << 20], &evidence());
    let denial = decision.denial().unwrap();
    assert_eq!((denial.code(), denial.cid()), (Code::TooLarge, None));
}

/// An invocation from nowhere that names a document on the host's own network.
#[test]
fn nothing_is_to_be_fetched_for_what_is_denied_anyhow() {
    let inside = "did:web:localhost%3A8443:admin";
    let mut forge = Forge::invocation(ed(9), &ed(7).text(), "/x", &[Cid::of(b"x")]);
    forge.set("iss", inside);
    let token = Token::parse(forge.bytes()).unwrap();
    assert!(authorizer().needs(&token, &evidence()).is_complete(), "addressed to someone else");
    forge.set("sub", ed(1).text());
    let token = Token::parse(forge.bytes()).unwrap();
    assert_eq!(authorizer().needs(&token, &evidence()).documents, [Did::parse(inside).unwrap()]);
}

/// Tokens that no validator would take.
#[test]
fn nobody_issues_what_nobody_could_check() {
    let key = ed(1).key();
    let plc = Did::parse("did:plc:ewvi7nxzyoun6zhxrhs64oiz").unwrap();
    let grant = |subject: Did| Delegation::builder(ed(2).did(), subject, "/x".parse().unwrap());
    assert!(matches!(
        grant(key.did()).sign(&(&key).acting_as(plc.clone())),
        Err(BuildError::UnsupportedIssuer { .. })
    ));
    let sealed = key.did().agreement_key().unwrap().did();
    assert!(matches!(grant(sealed.clone()).sign(&key), Err(BuildError::SubjectCannotSign { .. })));
    let invocation = Invocation::builder(sealed, "/x".parse().unwrap());
    assert!(matches!(invocation.sign(&key), Err(BuildError::SubjectCannotSign { .. })));
    assert!(matches!(grant(key.did()).expires(at(-100)).sign(&key), Err(BuildError::EmptyWindow)));
    let to_plc = Delegation::builder(plc.clone(), key.did(), "/x".parse().unwrap()).expires(at(NOW));
    assert_eq!(to_plc.lints(), [Lint::AudienceNotSupported { audience: plc }]);
    let proof = Delegation::builder(key.did(), ed(3).did(), "/photos/read".parse().unwrap())
        .sign(&ed(3).key())
        .unwrap();
    let apart = Delegation::builder(ed(2).did(), ed(3).did(), "/photos/write".parse().unwrap())
        .expires(at(NOW))
        .under(&proof);
    assert_eq!(apart.lints(), [Lint::ApartFromProof { proof: "/photos/read".parse().unwrap() }]);
}

/// A handler that asks is told that arguments still wait.
#[test]
fn a_grant_says_when_its_arguments_wait_for_a_result() {
    let decide = |args: &str| {
        let mut forge = Forge::invocation(ed(1), &ed(1).text(), "/x", &[]);
        forge.set("args", allod::wire::dag_json::parse(args).unwrap());
        let decision = authorizer().decide_bytes(&forge.bytes(), &evidence());
        decision.grant().expect("allowed").awaits_results()
    };
    assert!(decide(r#"{"to": {"await/ok": {"/": "bafkqabiaaebagba"}}}"#));
    assert!(!decide(r#"{"to": "x"}"#));
}

/// Argument values in what is printed for programmers.
#[test]
fn debug_output_holds_no_arguments() {
    let mut link = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), "/x");
    link.set("pol", allod::wire::dag_json::parse(r#"[["==", ".password", "x"]]"#).unwrap());
    let builder = Invocation::builder(ed(1).did(), "/x".parse().unwrap())
        .argument("password", "hunter2")
        .proofs([link.cid()]);
    assert!(!format!("{builder:?}").contains("hunter2"));
    let token = builder.sign(&ed(2).key()).unwrap();
    let decision = authorizer().decide(&token, &evidence().bytes(&link.bytes()[..]));
    assert!(!format!("{decision:?} {token:?}").contains("hunter2"));
    let failure = decision.denial().unwrap().finding().policy().unwrap();
    assert!(!format!("{failure:?}").contains("hunter2"));
    assert_eq!(failure.found(), "\"hunter2\"");
}
