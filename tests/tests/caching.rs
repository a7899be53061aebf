//! What is remembered of signatures and keys, and what never is.

use allod::identity::{Did, DidDocument, Signer};
use allod::{
    Authorizer, Cache, Code, Container, ContainerWriter, Decision, Delegation, Encoding, Evidence,
    Invocation, RevocationSet, SigningKey, Subjects, Timestamp, Token,
};
use allod_tests::forge::{Forge, SignatureFault, ed, k256, p256};

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

fn code(decision: &Decision) -> Option<Code> {
    decision.denial().map(allod::Denial::code)
}

/// The album lets Alice read, and she lets Bob; he asks.
fn request() -> (Authorizer, [Forge; 2], Token<Invocation>) {
    let (album, alice, bob) = (ed(1), p256(2), k256(3));
    let links = [
        Forge::delegation(album, &alice.text(), Some(&album.text()), "/photos"),
        Forge::delegation(alice, &bob.text(), Some(&album.text()), "/photos/read"),
    ];
    let invocation = Forge::invocation(bob, &album.text(), "/photos/read", &[links[0].cid(), links[1].cid()]);
    (Authorizer::new(album.did(), Subjects::itself()), links, Token::parse(invocation.bytes()).unwrap())
}

fn with<'a>(evidence: Evidence<'a>, links: &[Forge], cache: &Cache) -> Evidence<'a> {
    links.iter().fold(evidence, |evidence, link| evidence.bytes(link.bytes())).cache(cache)
}

#[test]
fn what_is_remembered_is_that_signatures_are_valid_and_nothing_else() {
    let (authorizer, links, invocation) = request();
    let cache = Cache::default();
    let decide =
        |evidence: Evidence<'_>| code(&authorizer.decide(&invocation, &with(evidence, &links, &cache)));
    let mut revoked = RevocationSet::new();
    revoked.danger_insert(links[1].cid(), ed(1).did());
    for _ in 0..3 {
        assert_eq!(decide(Evidence::danger_without_revocations(at(NOW))), None);
        assert_eq!(decide(Evidence::new(at(NOW), &revoked)), Some(Code::Revoked));
        assert_eq!(decide(Evidence::danger_without_revocations(at(-100))), Some(Code::NotYetValid));
        let none = Evidence::danger_without_revocations(at(NOW)).cache(&cache);
        assert_eq!(code(&authorizer.decide(&invocation, &none)), Some(Code::ProofMissing));
        let other = Authorizer::new(ed(1).did(), Subjects::of([p256(2).did()]));
        let evidence = with(Evidence::danger_without_revocations(at(NOW)), &links, &cache);
        assert_eq!(code(&other.decide(&invocation, &evidence)), Some(Code::SubjectNotServed));
    }
}

/// Of a token that is known in every other way: other bytes are another token.
#[test]
fn a_signature_that_was_not_checked_is_not_known() {
    let (authorizer, mut links, invocation) = request();
    let cache = Cache::default();
    let now = || Evidence::danger_without_revocations(at(NOW));
    assert_eq!(code(&authorizer.decide(&invocation, &with(now(), &links, &cache))), None);
    links[1].signature = SignatureFault::Flip(17);
    let forged = Forge::invocation(k256(3), &ed(1).text(), "/photos/read", &[links[0].cid(), links[1].cid()]);
    let forged = Token::parse(forged.bytes()).unwrap();
    for _ in 0..2 {
        let decision = authorizer.decide(&forged, &with(now(), &links, &cache));
        assert_eq!((code(&decision), decision.denial().unwrap().link()), (Some(Code::BadSignature), Some(1)));
    }
    let shown = format!("{cache:?}");
    assert!(shown.contains("signatures: 4") && shown.contains("keys: 3"), "{shown}");
    cache.clear();
    assert!(format!("{cache:?}").contains("signatures: 0"));
    assert_eq!(code(&authorizer.decide(&invocation, &with(now(), &request().1, &cache))), None);
}

fn document(did: &Did, keys: &[&SigningKey], more: &str) -> DidDocument {
    let methods = keys.iter().enumerate().map(|(number, key)| {
        let multikey = key.did().to_string().replace("did:key:", "");
        format!(
            r##"{{"id":"#k{number}","type":"Multikey","controller":"{did}","publicKeyMultibase":"{multikey}"}}"##
        )
    });
    let methods = methods.collect::<Vec<_>>().join(",");
    DidDocument::parse(&format!(r#"{{"id":"{did}","verificationMethod":[{methods}]{more}}}"#), did).unwrap()
}

/// The key under which a signature was valid still has to stand in the document, and for the purpose.
#[test]
fn what_a_did_web_signed_is_held_against_its_document_of_today_though_it_is_remembered() {
    let site = Did::parse("did:web:photos.example").unwrap();
    let (old, new, bob) = (p256(2).key(), p256(3).key(), ed(4).key());
    let grant = Delegation::builder(bob.did(), site.clone(), "/x".parse().unwrap())
        .sign(&(&old).acting_as(site.clone()))
        .unwrap();
    let request =
        Invocation::builder(site.clone(), "/x".parse().unwrap()).proofs([grant.cid()]).sign(&bob).unwrap();
    let authorizer = Authorizer::new(site.clone(), Subjects::itself());
    let cache = Cache::default();
    let decide = |document: Option<DidDocument>| {
        let evidence = Evidence::danger_without_revocations(at(NOW)).delegation(grant.clone()).cache(&cache);
        let evidence = document.into_iter().fold(evidence, Evidence::document);
        code(&authorizer.decide(&request, &evidence))
    };
    for _ in 0..2 {
        assert_eq!(decide(Some(document(&site, &[&old], ""))), None);
        assert_eq!(decide(Some(document(&site, &[&new, &old], ""))), None);
        assert_eq!(decide(Some(document(&site, &[&new], ""))), Some(Code::BadSignature));
        assert_eq!(decide(None), Some(Code::UnresolvedDid));
        let none = r#", "capabilityDelegation": []"#;
        assert_eq!(decide(Some(document(&site, &[&old], none))), Some(Code::BadSignature));
        let other = r##", "capabilityDelegation": ["#k0"]"##;
        assert_eq!(decide(Some(document(&site, &[&new, &old], other))), Some(Code::BadSignature));
    }
}

/// However many tokens of their own strangers send: it keeps to its size, and what it answers is right.
#[test]
fn a_flood_makes_it_forget_and_never_err() {
    let (authorizer, links, invocation) = request();
    let cache = Cache::of_bytes(0);
    let now = || Evidence::danger_without_revocations(at(NOW));
    let stranger = ed(66);
    for number in 0..400_u32 {
        let own = Invocation::builder(stranger.did(), "/x".parse().unwrap())
            .argument("number", number)
            .sign(&stranger.key())
            .unwrap();
        let here = Authorizer::new(stranger.did(), Subjects::itself());
        assert_eq!(code(&here.decide(&own, &now().cache(&cache))), None);
        let mut forged = own.as_bytes().to_vec();
        let end = forged.len() - 1;
        forged[end] ^= 1;
        assert!(code(&here.decide_bytes(&forged, &now().cache(&cache))).is_some());
        if number % 50 == 0 {
            assert_eq!(code(&authorizer.decide(&invocation, &with(now(), &links, &cache))), None);
        }
    }
    let shown = format!("{cache:?}");
    let count =
        shown.split("signatures: ").nth(1).and_then(|rest| rest.split(',').next()?.parse::<usize>().ok());
    assert!(count.unwrap() <= 128, "{shown}");
}

/// Decided at once on many threads or one after the other: it is the same, in the same order.
#[test]
fn many_requests_at_once_are_decided_as_each_by_itself() {
    let album = ed(1).key();
    let requests: Vec<Container> = (0..100_u32)
        .map(|number| {
            let command = if number % 3 == 0 { "/x" } else { "/y" };
            let asker = if number % 7 == 0 { ed(2).key() } else { ed(1).key() };
            let request =
                Invocation::builder(album.did(), command.parse().unwrap()).argument("number", number);
            let bytes = ContainerWriter::new().token(&request.sign(&asker).unwrap()).write(Encoding::Raw);
            Container::read(&bytes.unwrap()).unwrap()
        })
        .collect();
    let (authorizer, cache) = (Authorizer::new(album.did(), Subjects::itself()), Cache::of_bytes(0));
    let evidence = Evidence::danger_without_revocations(at(NOW)).cache(&cache);
    let all = authorizer.decide_containers(&requests, &evidence);
    assert_eq!(all.len(), requests.len());
    for (request, decision) in requests.iter().zip(&all) {
        let alone = authorizer.decide_container(request, &evidence);
        assert_eq!(code(decision), code(&alone));
        assert_eq!(
            decision.grant().map(|grant| grant.invocation().cid()),
            alone.grant().map(|grant| grant.invocation().cid())
        );
    }
    assert_eq!(all.iter().filter(|decision| decision.is_allowed()).count(), 85);
}

#[test]
fn threads_share_it() {
    let (authorizer, links, invocation) = request();
    let cache = Cache::of_bytes(1 << 12);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let evidence = with(Evidence::danger_without_revocations(at(NOW)), &links, &cache);
                    assert_eq!(code(&authorizer.decide(&invocation, &evidence)), None);
                }
            });
        }
    });
}
