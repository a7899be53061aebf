//! Which chain is found, and which is not.

use crate::gathering::*;

#[test]
fn the_subject_needs_no_proof() {
    let album = key(0);
    let shelf = Shelf::default();
    let found = shelf.find_chain(&album.did(), &album.did(), &command("/photos"), None, now()).unwrap();
    assert!(chain(found).is_empty());
    assert_eq!(shelf.counts(), (0, 0));
}

/// The album, and people.
fn cast<const N: usize>() -> [SigningKey; N] {
    std::array::from_fn(|number| key(number as u32))
}

/// Keeps the links, and finds what is found.
fn seek(shelf: &Shelf, invoker: &SigningKey, subject: &SigningKey) -> Found {
    shelf.find_chain(&invoker.did(), &subject.did(), &command("/photos/read"), None, now()).unwrap()
}

/// A line of links about the first, each with its number.
fn line(people: &[&SigningKey]) -> Vec<Token<Delegation>> {
    let about = people[0].did();
    let links = people.windows(2).map(|pair| Link::new(pair[0], pair[1], about.clone()).sign());
    links.collect()
}

fn shelf(links: &[Token<Delegation>]) -> Shelf {
    let shelf = Shelf::default();
    links.iter().for_each(|link| shelf.keep(link));
    shelf
}

#[test]
fn fewest_links_come_first_and_then_the_latest_end_of_the_whole() {
    let [album, alice, bob, carol] = cast();
    let about = album.did();
    // Two diamonds of two links: by Alice until 100 (her first link ends later), by Bob until 200.
    let links = [
        Link { expires: Some(900), ..Link::new(&album, &alice, about.clone()) }.sign(),
        Link { expires: Some(100), ..Link::new(&alice, &carol, about.clone()) }.sign(),
        Link { expires: Some(200), ..Link::new(&album, &bob, about.clone()) }.sign(),
        Link { expires: Some(800), ..Link::new(&bob, &carol, about.clone()) }.sign(),
    ];
    let store = shelf(&links);
    assert_eq!(chain(seek(&store, &carol, &album)), links[2..]);
    // One link wins, however soon it ends.
    let direct = Link { expires: Some(1), ..Link::new(&album, &carol, about) }.sign();
    store.keep(&direct);
    assert_eq!(chain(seek(&store, &carol, &album)), [direct]);
}

#[test]
fn powerlines_go_on_from_a_root_and_never_begin_a_chain() {
    let [album, alice, bob] = cast();
    let root = Link::new(&album, &alice, album.did()).sign();
    let powerline = Link::new(&alice, &bob, Subject::Powerline).sign();
    let store = shelf(&[root.clone(), powerline.clone()]);
    assert_eq!(chain(seek(&store, &bob, &album)), [root, powerline]);
    let begins = Link::new(&album, &bob, Subject::Powerline).sign();
    let store = shelf(std::slice::from_ref(&begins));
    assert!(matches!(seek(&store, &bob, &album), Found::None(_)));
    // Unless the subject was given itself first.
    let itself = Link::new(&album, &album, album.did()).sign();
    store.keep(&itself);
    assert_eq!(chain(seek(&store, &bob, &album)), [itself, begins]);
}

#[test]
fn a_chain_of_sixteen_links_is_found_and_one_of_seventeen_is_not() {
    let people: Vec<_> = (0..18).map(key).collect();
    let all: Vec<_> = people.iter().collect();
    let store = shelf(&line(&all));
    assert_eq!(chain(seek(&store, &people[16], &people[0])).len(), 16);
    let miss = miss(seek(&store, &people[17], &people[0]));
    assert!(
        miss.to_string().ends_with("the shortest chain has 17 links, and at most 16 are followed"),
        "{miss}"
    );
    let limits = allod::limits::Limits::new().chain(3);
    let goal = |invoker: &SigningKey| {
        Goal::new(invoker.did(), people[0].did(), command("/photos"), now()).limits(limits)
    };
    let found = |invoker| find_chain(&store, goal(invoker), &MemoryResolver::new()).unwrap();
    assert_eq!(chain(found(&people[3])).len(), 3);
    assert!(matches!(found(&people[4]), Found::None(_)));
}

#[test]
fn what_one_in_the_middle_took_back_is_gone_around() {
    let [album, alice, bob, carol, dan, erin] = cast();
    let short = line(&[&album, &alice, &bob, &erin]);
    let about = || album.did();
    let around = [
        Link::new(&album, &carol, about()).sign(),
        Link::new(&carol, &dan, about()).sign(),
        Link::new(&dan, &bob, about()).sign(),
    ];
    let mut store = shelf(&[short.clone(), around.to_vec()].concat());
    assert_eq!(chain(seek(&store, &erin, &album)), short);
    // What Bob gave Erin is taken back by Alice: where she stands above it, and nowhere else.
    store.revoked.insert((short[2].cid(), alice.did()));
    let expected = [around.to_vec(), vec![short[2].clone()]].concat();
    assert_eq!(chain(seek(&store, &erin, &album)), expected);
    // By somebody below, or outside: nothing.
    store.revoked.extend([(short[0].cid(), alice.did()), (around[0].cid(), erin.did())]);
    assert_eq!(chain(seek(&store, &erin, &album)), expected);
    // By the subject: wherever it stands.
    store.revoked.insert((short[2].cid(), album.did()));
    assert!(matches!(seek(&store, &erin, &album), Found::None(_)));
}

#[test]
fn what_does_not_verify_is_passed_over() {
    let [album, bob, mallory] = cast();
    let good = line(&[&album, &mallory, &bob]);
    let mut store = shelf(&good);
    // A shorter chain, as somebody wrote it into the file: the album's name, Mallory's signature.
    let forged = (0..50).map(|number| {
        let honest = Link { number, ..Link::new(&album, &bob, album.did()) }.sign();
        let mut bytes = honest.as_bytes().to_vec();
        let place = bytes.windows(64).position(|part| part == honest.signature_bytes()).unwrap();
        bytes[place + 40] ^= 1;
        Token::parse(bytes).unwrap()
    });
    store.planted.insert(bob.did(), forged.collect());
    assert_eq!(chain(seek(&store, &bob, &album)), good);
    // Nothing else is there: that is what is told.
    store.remove_delegation(&good[0].cid()).unwrap();
    let miss = miss(seek(&store, &bob, &album));
    assert!(miss.to_string().contains("cannot be verified: its signature is not"), "{miss}");
}

#[test]
fn an_issuer_with_a_document_is_followed_only_with_it() {
    let [album, bob, office] = cast();
    let web = Did::parse("did:web:office.example").unwrap();
    let document = allod::identity::DidDocument::parse(
        &format!(
            r##"{{"id":"{web}","verificationMethod":[{{"id":"#k","type":"Multikey","controller":"{web}","publicKeyMultibase":"{}"}}]}}"##,
            office.public_key().to_multikey()
        ),
        &web,
    )
    .unwrap();
    let mut documents = MemoryResolver::new();
    documents.insert(document);
    let builder = Delegation::builder(bob.did(), album.did(), command("/photos"));
    let unsigned = builder.to_sign(allod::Issuer::new(web.clone(), office.public_key()).unwrap()).unwrap();
    let signature = allod::Signer::sign(&office, unsigned.bytes_to_sign()).unwrap();
    let second = unsigned.attach(signature.as_bytes()).unwrap();
    let first = Delegation::builder(web, album.did(), command("/photos")).sign(&album).unwrap();
    let store = shelf(std::slice::from_ref(&first));
    store.put_delegations(&[second.clone().verify_with(&documents).unwrap()]).unwrap();
    let goal = || Goal::new(bob.did(), album.did(), command("/photos"), now());
    assert_eq!(chain(find_chain(&store, goal(), &documents).unwrap()), [first, second]);
    let miss = miss(find_chain(&store, goal(), &MemoryResolver::new()).unwrap());
    assert!(miss.to_string().contains("the document with the keys is missing"), "{miss}");
}

#[test]
fn policies_share_one_budget_as_they_do_when_it_is_decided() {
    let [album, alice, bob] = cast();
    let (two, one) = (r#"[["==",".a",1],["==",".b",2]]"#, r#"[["==",".a",1]]"#);
    let about = || album.did();
    let dear = [
        Link { policy: two, ..Link::new(&album, &alice, about()) }.sign(),
        Link { policy: two, ..Link::new(&alice, &bob, about()) }.sign(),
    ];
    let cheap = Link { policy: one, expires: Some(50), number: 1, ..Link::new(&alice, &bob, about()) }.sign();
    let store = shelf(&[dear[0].clone(), dear[1].clone(), cheap.clone()]);
    let found = |steps| {
        let goal = Goal::new(bob.did(), album.did(), command("/photos"), now());
        let goal = goal.arguments(arguments(r#"{"a":1,"b":2}"#));
        find_chain(
            &store,
            goal.limits(allod::limits::Limits::new().policy_steps(steps)),
            &MemoryResolver::new(),
        )
    };
    assert_eq!(chain(found(4).unwrap()), dear);
    assert_eq!(chain(found(3).unwrap()), [dear[0].clone(), cheap]);
    assert!(miss(found(2).unwrap()).to_string().contains("too many statements"));
}

#[test]
fn another_answer_than_the_one_asked_for_is_refused_and_the_search_waits() {
    let [album, bob] = cast();
    let grant = line(&[&album, &bob]);
    let mut search = Search::new(Goal::new(bob.did(), album.did(), command("/photos"), now()));
    assert!(search.answer(Answer::Revoked(vec![])).is_err());
    let Step::Ask(first) = search.step() else { panic!("it asks") };
    assert!(matches!(&first, Ask::Delegations { query, after: None, .. } if query.end == End::To(bob.did())));
    assert!(search.answer(Answer::Tokens(vec![])).is_err());
    assert!(matches!(search.step(), Step::Ask(again) if again == first));
    // What was not asked for does not count, though it is sound.
    let stray = line(&[&album, &key(9)]);
    let page = Page { items: vec![stray[0].clone(), grant[0].clone()], next: None };
    search.answer(Answer::Delegations(page)).unwrap();
    let Step::Ask(Ask::Delegations { .. }) = search.step() else { panic!("the other half asks") };
    search.answer(Answer::Delegations(Page::default())).unwrap();
    // Both halves wait for nothing else: the half below has ended, and there is no chain to be had from it.
    assert!(matches!(search.step(), Step::Ask(_)));
}

#[test]
fn the_same_is_found_in_whatever_order_it_was_kept() {
    let [album, alice, bob, carol, dan] = cast();
    let mut links = Vec::new();
    for (number, (from, to)) in [(&alice, &carol), (&bob, &carol), (&carol, &dan)].into_iter().enumerate() {
        for twin in 0..4 {
            let number = number as u32 * 10 + twin;
            links.push(Link { number, ..Link::new(from, to, album.did()) }.sign());
        }
    }
    links.extend([line(&[&album, &alice]), line(&[&album, &bob])].concat());
    let first = chain(seek(&shelf(&links), &dan, &album));
    links.reverse();
    assert_eq!(chain(seek(&shelf(&links), &dan, &album)), first);
    links.rotate_left(5);
    assert_eq!(chain(seek(&shelf(&links), &dan, &album)), first);
}
