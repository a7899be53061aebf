//! Revocations by themselves: how they are written, what proves them, and what shows that they matter.

use allod::identity::{DidDocument, Signer, SigningKey};
use allod::limits::{Limits, MAX_CHAIN};
use allod::ucan::Issuer;
use allod::validation::{IgnoredReason, Relevance, VerifiedRevocation};
use allod::wire::Cid;
use allod::{
    Authorizer, Code, Delegation, Evidence, Invocation, Revocation, RevocationSet, Subjects, Timestamp, Token,
};
use allod_tests::forge::{Forge, Principal, SignatureFault, ed, p256};

const ALBUM: Principal = ed(1);
const ALICE: Principal = p256(2);
const BOB: Principal = ed(3);
const CAROL: Principal = ed(4);
const MALLORY: Principal = ed(66);

fn key(who: Principal) -> SigningKey {
    who.key()
}

fn evidence() -> Evidence<'static> {
    Evidence::danger_without_revocations(Timestamp::from_seconds(1_800_000_000).unwrap())
}

fn delegation(from: Principal, to: Principal, about: Option<Principal>) -> Token<Delegation> {
    let about = about.map(Principal::text);
    Token::parse(Forge::delegation(from, &to.text(), about.as_deref(), "/photos").bytes()).unwrap()
}

/// Album → Alice → Bob → Carol.
fn chain() -> [Token<Delegation>; 3] {
    [(ALBUM, ALICE), (ALICE, BOB), (BOB, CAROL)].map(|(from, to)| delegation(from, to, Some(ALBUM)))
}

#[test]
fn a_revocation_is_written_without_end_and_with_an_empty_nonce() {
    let [root, ..] = chain();
    let write = || Revocation::builder(root.cid(), ALBUM.did()).path([root.cid()]).sign(&key(ALBUM)).unwrap();
    let revocation = write();
    let token = revocation.token();
    assert_eq!((token.expires(), token.not_before(), token.audience()), (None, None, None));
    assert_eq!((token.nonce().as_bytes(), token.command().as_str()), (&[][..], "/ucan/revoke"));
    assert_eq!(write().cid(), revocation.cid(), "the same key signs the same once");
    assert_eq!((revocation.revoked(), revocation.path()), (root.cid(), &[root.cid()][..]));
    assert_eq!((revocation.subject(), revocation.issuer()), (&ALBUM.did(), &ALBUM.did()));
    // By a key that is held elsewhere.
    let unsigned = Revocation::builder(root.cid(), ALBUM.did())
        .path([root.cid()])
        .to_sign(key(ALBUM).public_key())
        .unwrap();
    let signature = key(ALBUM).sign(unsigned.bytes_to_sign()).unwrap();
    let attached = Revocation::read(unsigned.attach(signature.as_bytes()).unwrap()).unwrap();
    assert_eq!(attached, revocation);
}

#[test]
fn what_is_forged_is_not_followed_to_its_proofs() {
    let [root, ..] = chain();
    let mut forge = Forge::invocation(MALLORY, &ALBUM.text(), "/ucan/revoke", &[Cid::of(b"x"); 3]);
    forge.set("args", allod::Ipld::Map([("revoke".to_owned(), allod::Ipld::Link(root.cid().into()))].into()));
    let read = |forge: &Forge| Revocation::read(Token::parse(forge.bytes()).unwrap()).unwrap();
    let denial = read(&forge).verify(&evidence()).unwrap_err();
    assert_eq!((denial.code(), denial.link()), (Code::ProofMissing, Some(0)));
    forge.signature = SignatureFault::Flip(3);
    let denial = read(&forge).verify(&evidence()).unwrap_err();
    assert_eq!(denial.code(), Code::BadSignature);
    assert_eq!(denial.trace().failures().count(), 1);
}

/// The revocation of the last of these, by who stands above it, with these as its path.
fn witnessed(by: Principal, of: &Token<Delegation>, path: &[Token<Delegation>]) -> Relevance {
    verified(by, of.cid(), path, path).relevance()
}

fn verified(
    by: Principal,
    of: Cid,
    path: &[Token<Delegation>],
    there: &[Token<Delegation>],
) -> VerifiedRevocation {
    let cids = path.iter().map(|link| link.cid());
    let revocation = Revocation::builder(of, by.did()).path(cids).sign(&key(by)).unwrap();
    let evidence = there.iter().cloned().fold(evidence(), Evidence::delegation);
    revocation.verify(&evidence).unwrap()
}

#[test]
fn a_path_witnesses_only_where_it_leads_from_the_subject_to_what_is_revoked() {
    let [root, middle, leaf] = chain();
    let all = [root.clone(), middle.clone(), leaf.clone()];
    assert_eq!(witnessed(BOB, &leaf, std::slice::from_ref(&leaf)), Relevance::Issued);
    assert_eq!(witnessed(ALBUM, &leaf, &all), Relevance::Witnessed);
    assert_eq!(witnessed(ALICE, &leaf, &all[1..]), Relevance::Witnessed);
    let backwards: Vec<_> = all.iter().rev().cloned().collect();
    assert_eq!(witnessed(ALBUM, &leaf, &backwards), Relevance::Witnessed);
    // Nothing, something else, a gap, from below, by nobody in it.
    assert_eq!(witnessed(ALBUM, &leaf, &[]), Relevance::Unknown);
    assert_eq!(witnessed(ALBUM, &leaf, &all[..2]), Relevance::Unknown);
    assert_eq!(witnessed(ALBUM, &leaf, &[root.clone(), leaf.clone()]), Relevance::Unknown);
    assert_eq!(witnessed(BOB, &middle, &all), Relevance::Unknown);
    assert_eq!(witnessed(MALLORY, &leaf, &all), Relevance::Unknown);
    // Named, and not all there.
    assert_eq!(verified(ALBUM, leaf.cid(), &all, &all[1..]).relevance(), Relevance::Unknown);
    assert_eq!(verified(ALBUM, leaf.cid(), &all, &all[..2]).relevance(), Relevance::Unknown);
    // Mallory makes a way to it of delegations about herself, across a powerline.
    let own = delegation(MALLORY, ALICE, Some(MALLORY));
    let powerline = delegation(ALICE, BOB, None);
    assert_eq!(witnessed(MALLORY, &leaf, &[own, powerline.clone(), leaf.clone()]), Relevance::Unknown);
    assert_eq!(witnessed(ALBUM, &leaf, &[root, powerline, leaf.clone()]), Relevance::Witnessed);
}

/// A writer puts no more into a path either.
#[test]
fn a_path_that_is_longer_than_any_chain_witnesses_nothing() {
    let people: Vec<_> = (10..).map(ed).take(MAX_CHAIN + 2).collect();
    let links: Vec<_> = people.windows(2).map(|pair| delegation(pair[0], pair[1], Some(people[0]))).collect();
    for (length, expected) in [(MAX_CHAIN, Relevance::Witnessed), (MAX_CHAIN + 1, Relevance::Unknown)] {
        let path = &links[..length];
        let link = |token: &Token<Delegation>| allod::Ipld::Link(token.cid().into());
        let mut forged = Forge::invocation(people[0], &people[0].text(), "/ucan/revoke", &[]);
        let named = allod::Ipld::List(path.iter().map(link).collect());
        let of = ("revoke".to_owned(), link(&path[length - 1]));
        forged.set("args", allod::Ipld::Map([of, ("path".to_owned(), named)].into()));
        let revocation = Revocation::read(Token::parse(forged.bytes()).unwrap()).unwrap();
        let evidence = path.iter().cloned().fold(evidence(), Evidence::delegation);
        assert_eq!(revocation.verify(&evidence).unwrap().relevance(), expected, "{length}");
    }
}

#[test]
fn sifting_follows_the_order_that_the_authorizer_takes() {
    let all = chain();
    let request = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs(all.iter().rev().map(|link| link.cid()))
        .sign(&key(CAROL))
        .unwrap();
    let evidence = all.iter().cloned().fold(evidence(), Evidence::delegation);
    let bytes =
        |by: Principal| Revocation::builder(all[1].cid(), by.did()).sign(&key(by)).unwrap().token().bytes();
    let album = Authorizer::new(ALBUM.did(), Subjects::itself()).accept_leaf_first();
    let sifted = album.sift([bytes(ALBUM), bytes(ALICE), bytes(BOB)], Some(&request), &evidence);
    assert_eq!(sifted.counting.len(), 2);
    assert!(
        matches!(sifted.ignored[..], [ref one] if one.index == 2 && matches!(one.reason, IgnoredReason::Outsider))
    );
    let decide = |known: &RevocationSet| album.decide(&request, &evidence.clone().with_revocations(known));
    let denial = decide(&sifted.counting);
    assert_eq!((denial.denial().unwrap().code(), denial.denial().unwrap().link()), (Code::Revoked, Some(1)));
    assert!(decide(&RevocationSet::new()).is_allowed());
    // As they are named, root first, the same count: what is in order stays so.
    let counting = |authorizer: &Authorizer, by: Principal, request| {
        authorizer.sift([bytes(by)], Some(request), &evidence).counting.len()
    };
    let root_first = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs(all.iter().map(|link| link.cid()))
        .sign(&key(CAROL))
        .unwrap();
    assert_eq!([ALBUM, ALICE, BOB].map(|by| counting(&album, by, &root_first)), [1, 1, 0]);
    // Who takes no other order reads the root last, and finds below what is above.
    let strict = Authorizer::new(ALBUM.did(), Subjects::itself());
    assert_eq!([ALBUM, ALICE, BOB].map(|by| counting(&strict, by, &request)), [0, 1, 1]);
    assert_eq!([ALBUM, ALICE, BOB].map(|by| counting(&strict, by, &root_first)), [1, 1, 0]);
    // What is longer than is followed is nobody's chain.
    let follows = |most: usize| strict.clone().limits(Limits::new().chain(most));
    assert_eq!([2, 3, 4].map(|most| counting(&follows(most), ALBUM, &root_first)), [0, 1, 1]);
}

#[test]
fn the_proofs_of_what_counts_are_handed_out_once_each() {
    let all = chain();
    let request = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs(all.iter().map(|link| link.cid()))
        .sign(&key(CAROL))
        .unwrap();
    let right = |from: Principal, to: Principal| {
        Token::parse(Forge::delegation(from, &to.text(), Some(&ALBUM.text()), "/ucan/revoke").bytes())
            .unwrap()
    };
    let (to_bob, to_mallory) = (right(ALBUM, BOB), right(BOB, MALLORY));
    let evidence = all.iter().chain([&to_bob, &to_mallory]).cloned().fold(evidence(), Evidence::delegation);
    let by = |who: Principal, of: &Token<Delegation>, proofs: &[&Token<Delegation>]| {
        let builder = Revocation::builder(of.cid(), ALBUM.did()).proofs(proofs.iter().map(|link| link.cid()));
        builder.sign(&key(who)).unwrap().token().bytes()
    };
    let given = [
        by(BOB, &all[0], &[&to_bob]),
        by(MALLORY, &all[1], &[&to_bob, &to_mallory]),
        by(BOB, &all[1], &[&to_bob]),
    ];
    let sifted = Authorizer::new(ALBUM.did(), Subjects::itself()).sift(given, Some(&request), &evidence);
    assert_eq!((sifted.counting.len(), sifted.ignored.len()), (2, 0));
    let proofs: Vec<_> = sifted.proofs.iter().map(|proof| proof.cid()).collect();
    assert_eq!(proofs, [to_bob.cid(), to_mallory.cid()]);
}

#[test]
fn whoever_is_told_that_a_revocation_is_ignored_is_told_why() {
    let all = chain();
    let request = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs(all.iter().map(|link| link.cid()))
        .sign(&key(CAROL))
        .unwrap();
    let evidence = all.iter().cloned().fold(evidence(), Evidence::delegation);
    let bytes = |by: Principal, of: Cid| {
        let revocation = Revocation::builder(of, by.did()).sign(&key(by)).unwrap();
        revocation.token().as_bytes().to_vec()
    };
    let mut forged = Forge::invocation(MALLORY, &ALBUM.text(), "/ucan/revoke", &[]);
    let of = allod::Ipld::Link(all[0].cid().into());
    forged.set("args", allod::Ipld::Map([("revoke".to_owned(), of)].into()));
    let given = [
        b"noise".to_vec(),
        request.as_bytes().to_vec(),
        bytes(ALBUM, Cid::of(b"another")),
        bytes(MALLORY, all[2].cid()),
        forged.bytes(),
    ];
    let album = Authorizer::new(ALBUM.did(), Subjects::itself());
    assert_eq!(album.executor(), &ALBUM.did());
    let sifted = album.sift(given, Some(&request), &evidence);
    assert!(sifted.counting.is_empty() && sifted.proofs.is_empty());
    let told: Vec<_> = sifted.ignored.iter().map(|one| (one.index, one.reason.name())).collect();
    let expected = ["malformed", "command-not-covered", "unrelated", "outsider", "no-proof"];
    assert_eq!(told, expected.into_iter().enumerate().collect::<Vec<_>>());
    let reasons = ["not", "/ucan/revoke", "does not rest on", "its subject issued neither", "subject"];
    for (one, part) in sifted.ignored.iter().zip(reasons) {
        let reason = one.reason.to_string();
        assert!(reason.contains(part), "{}: {reason}", one.index);
    }
}

#[test]
fn what_may_count_once_a_document_is_there_is_told_apart() {
    let all = chain();
    let request = Invocation::builder(ALBUM.did(), "/photos/read".parse().unwrap())
        .proofs(all.iter().map(|link| link.cid()))
        .sign(&key(CAROL))
        .unwrap();
    let web = "did:web:guard.example";
    let guarding =
        Token::parse(Forge::delegation(ALBUM, web, Some(&ALBUM.text()), "/ucan/revoke").bytes()).unwrap();
    let evidence = all.iter().chain([&guarding]).cloned().fold(evidence(), Evidence::delegation);
    let by_guard = |of: Cid, subject: Principal| {
        let issuer = Issuer::new(web.parse().unwrap(), key(MALLORY).public_key()).unwrap();
        let builder = Revocation::builder(of, subject.did()).proofs([guarding.cid()]);
        let unsigned = builder.to_sign(issuer).unwrap();
        let signature = key(MALLORY).sign(unsigned.bytes_to_sign()).unwrap();
        unsigned.attach(signature.as_bytes()).unwrap().bytes()
    };
    // One that counts if its signature is the guard's, one of an outsider, one of what the request does not rest on.
    let given = [by_guard(all[1].cid(), ALBUM), by_guard(all[0].cid(), BOB), by_guard(guarding.cid(), ALBUM)];
    let album = Authorizer::new(ALBUM.did(), Subjects::itself());
    let sifted = album.sift(given.clone(), Some(&request), &evidence);
    let told: Vec<_> = sifted.ignored.iter().map(|one| one.reason.name()).collect();
    assert_eq!(told, ["unresolved-did", "outsider", "unrelated"]);
    let unresolved: Vec<_> =
        sifted.unresolved.iter().map(|(one, did)| (one.revoked(), did.clone())).collect();
    assert_eq!(unresolved, [(all[1].cid(), web.parse().unwrap())]);

    // Where it is a proof's issuer whose document is missing, that one is named.
    let passed_on: Token<Delegation> =
        Token::parse(Forge::delegation(ALBUM, web, Some(&ALBUM.text()), "/ucan/revoke").bytes()).unwrap();
    let mut by_web = Forge::delegation(ALBUM, &MALLORY.text(), Some(&ALBUM.text()), "/ucan/revoke");
    by_web.set("iss", allod::Ipld::String(web.to_owned()));
    let onward: Token<Delegation> = Token::parse(by_web.bytes()).unwrap();
    let by_mallory = Revocation::builder(all[1].cid(), ALBUM.did())
        .proofs([passed_on.cid(), onward.cid()])
        .sign(&key(MALLORY))
        .unwrap();
    let more = evidence.clone().delegation(passed_on).delegation(onward);
    let sifted = album.sift([by_mallory.token().bytes()], Some(&request), &more);
    let dids: Vec<_> = sifted.unresolved.iter().map(|(_, did)| did.to_string()).collect();
    assert_eq!(dids, [web]);

    let multikey = key(MALLORY).public_key().did().to_string().replace("did:key:", "");
    let json = format!(
        r##"{{"id":"{web}","verificationMethod":[{{"id":"#k","type":"Multikey","controller":"{web}","publicKeyMultibase":"{multikey}"}}],"capabilityInvocation":["#k"]}}"##
    );
    let document = DidDocument::parse(&json, &web.parse().unwrap()).unwrap();
    let sifted = album.sift(given, Some(&request), &evidence.document(document));
    assert_eq!((sifted.counting.len(), sifted.unresolved.len(), sifted.ignored.len()), (1, 0, 2));
}

#[test]
fn sets_take_up_what_is_verified_beside_what_they_have() {
    let [root, middle, _] = chain();
    let by = |who: Principal, of: &Token<Delegation>| verified(who, of.cid(), &[], &[]);
    let mut set = RevocationSet::new();
    assert!(set.insert(&by(ALBUM, &root)) && !set.insert(&by(ALBUM, &root)), "the second time it is known");
    assert!(set.insert(&by(MALLORY, &root)) && set.insert(&by(ALBUM, &middle)));
    assert_eq!((set.len(), set.is_empty()), (3, false));
}
