//! The person's flows in steps, over a store that takes its time: they come out as an agent's do over a store at hand,
//! wrong answers are refused, and nothing that a host answers makes them grant anything or go on for ever.

use std::sync::Arc;

use allod::agent::{AgentError, DeviceLink, Grounds, Held, Lineage, Linked, Revoking};
use allod::identity::{DidDocument, Signer};
use allod::limits::{MAX_CONTAINER, MAX_MISS_STEPS};
use allod::{Agent, Container, Encoding, Revocation};

use crate::gathering::*;

/// What is stepped.
pub(crate) trait Flow {
    type Outcome;
    fn step(&mut self) -> Step<Self::Outcome>;
    fn answer(&mut self, answer: Answer) -> Result<(), allod::store::Misanswered>;
}

macro_rules! flow {
    ($($flow:ty => $outcome:ty,)+) => { $(impl Flow for $flow {
        type Outcome = $outcome;
        fn step(&mut self) -> Step<$outcome> {
            self.step()
        }
        fn answer(&mut self, answer: Answer) -> Result<(), allod::store::Misanswered> {
            self.answer(answer)
        }
    })+ };
}

flow! {
    Search => Found,
    Revoking => Result<Grounds, AgentError>,
    Lineage => Held,
}

/// Answers of the wrong kind, and of the wrong length.
pub(crate) fn wrong_answers(ask: &Ask) -> Vec<Answer> {
    let mut wrong = Vec::new();
    match ask {
        Ask::Delegations { .. } => wrong.extend([Answer::Revoked(vec![]), Answer::Tokens(vec![])]),
        Ask::Revoked(pairs) => {
            wrong.extend([Answer::Delegations(Page::default()), Answer::Tokens(vec![None; pairs.len()])]);
            wrong.extend([pairs.len() + 1, pairs.len() - 1].map(|len| Answer::Revoked(vec![false; len])));
        }
        Ask::Tokens(cids) => {
            wrong.extend([Answer::Delegations(Page::default()), Answer::Revoked(vec![false; cids.len()])]);
            wrong.extend([cids.len() + 1, cids.len() - 1].map(|len| Answer::Tokens(vec![None; len])));
        }
    }
    wrong
}

/// Drives a flow as a host does that gets everything wrong before it gets it right.
fn drive<F: Flow>(flow: &mut F, mut host: impl FnMut(usize, &Ask) -> Answer) -> F::Outcome {
    for unasked in [Answer::Delegations(Page::default()), Answer::Revoked(vec![]), Answer::Tokens(vec![None])]
    {
        assert!(flow.answer(unasked).is_err(), "nothing was asked");
    }
    for turn in 0.. {
        let ask = match flow.step() {
            Step::Done(outcome) => {
                assert!(flow.answer(Answer::Delegations(Page::default())).is_err(), "it is over");
                return outcome;
            }
            Step::Ask(ask) => ask,
        };
        for wrong in wrong_answers(&ask) {
            assert!(flow.answer(wrong).is_err());
        }
        assert!(matches!(flow.step(), Step::Ask(again) if again == ask), "it still waits for the same");
        let answer = host(turn, &ask);
        flow.answer(answer.clone()).unwrap();
        assert!(flow.answer(answer).is_err(), "once is enough");
    }
    unreachable!()
}

fn agent(number: u32) -> Agent {
    Agent::new(key(number), Arc::new(MemoryStore::new()))
}

fn keep(agent: &Agent, tokens: &[Token<Delegation>]) {
    let verified: Vec<_> = tokens.iter().map(|token| token.clone().verify().unwrap()).collect();
    agent.store().put_delegations(&verified).unwrap();
}

/// What is found out in steps, over the store of an agent.
fn grounds(agent: &Agent, cid: Cid) -> Result<Grounds, AgentError> {
    let mut revoking = Revoking::new(agent.did().clone(), cid, now());
    drive(&mut revoking, |_, ask| ask.answer_from(agent.store()).unwrap())
}

/// Takes back in steps and as an agent does: both come to the same.
fn both(agent: &Agent, signer: &dyn Signer, cid: Cid) -> Option<VerifiedRevocation> {
    let stepped = grounds(agent, cid).map(|grounds| {
        assert_eq!(grounds.delegation().cid(), cid);
        let issuer = allod::Issuer::of(signer).unwrap();
        let unsigned = grounds.builder(now()).to_sign(issuer).unwrap();
        let signature = signer.sign(unsigned.bytes_to_sign()).unwrap();
        let revocation = Revocation::read(unsigned.attach(signature.as_bytes()).unwrap()).unwrap();
        let verified = grounds.verify(revocation).unwrap();
        assert_eq!(verified.subject(), grounds.subject());
        assert_eq!(verified.proofs().len(), grounds.proofs().len());
        assert_eq!(verified.path().len(), grounds.above().len() + 1);
        verified
    });
    match (stepped, agent.revoke(cid, now())) {
        (Ok(stepped), Ok(revoked)) => {
            // An empty nonce and deterministic signatures: one and the same token.
            assert_eq!(stepped.revocation().cid(), revoked.revocation.revocation().cid());
            assert_eq!(stepped.relevance(), revoked.revocation.relevance());
            assert!(agent.store().is_revoked(&cid, stepped.subject()).unwrap());
            Some(stepped)
        }
        (Err(stepped), Err(revoked)) => {
            assert_eq!(stepped.to_string(), revoked.to_string());
            None
        }
        (stepped, revoked) => panic!("{stepped:?} in steps, {revoked:?} at once"),
    }
}

#[test]
fn taking_back_in_steps_comes_out_as_it_does_at_once() {
    let people: [SigningKey; 7] = std::array::from_fn(|number| key(number as u32));
    let [album, alice, bob, carol, dan, phone, stranger] = &people;
    let about = || Subject::Did(album.did());
    let links = [
        Link::new(album, alice, about()).sign(),
        Link::new(alice, bob, about()).sign(),
        Link::new(bob, carol, about()).sign(),
        // A shorter way to Carol, past Bob; what she gave on he may take back all the same.
        Link::new(alice, carol, about()).sign(),
        Link::new(carol, dan, about()).sign(),
        Link { expires: Some(-100), number: 1, ..Link::new(carol, dan, about()) }.sign(),
        Link::new(alice, phone, Subject::Powerline).sign(),
        Link::new(phone, dan, Subject::Powerline).sign(),
    ];
    let right = Link { command: "/ucan/revoke", ..Link::new(alice, phone, alice.did()) }.sign();
    let unknown = Cid::of(b"unknown");
    let mut taken_back = 0;
    for (who, signer) in people.iter().enumerate() {
        for cid in links.iter().map(Token::cid).chain([right.cid(), unknown]) {
            // Each in a world of its own, for what was taken back is known from then on.
            let agent = agent(who as u32);
            keep(&agent, &links);
            keep(&agent, std::slice::from_ref(&right));
            taken_back += usize::from(both(&agent, signer, cid).is_some());
        }
    }
    assert!(taken_back > 25, "{taken_back}");

    let with = |who: u32, links: &[Token<Delegation>]| {
        let agent = agent(who);
        keep(&agent, links);
        agent
    };
    // By another chain than the best one.
    let by_bob = both(&with(2, &links), bob, links[4].cid()).unwrap();
    assert_eq!(by_bob.revocation().path(), [links[2].cid(), links[4].cid()]);
    // In somebody's name, while one was given the right to, and not with a right about something else.
    let agent = with(5, &links);
    assert!(both(&agent, phone, links[1].cid()).is_none());
    keep(&agent, &[right]);
    let in_her_name = both(&agent, phone, links[1].cid()).unwrap();
    assert_eq!((in_her_name.subject(), in_her_name.proofs().len()), (&alice.did(), 1));
    assert!(both(&with(6, &links), stranger, links[0].cid()).is_none());
    assert!(matches!(grounds(&agent, unknown), Err(AgentError::UnknownDelegation { cid }) if cid == unknown));
    let others = grounds(&with(6, &links), links[0].cid());
    assert!(matches!(others, Err(AgentError::NotToRevoke { cid }) if cid == links[0].cid()));
}

#[test]
fn whose_keys_stand_in_a_document_takes_back_as_well() {
    let (bob, site_key) = (key(1), key(2));
    let site = Did::parse("did:web:photos.example").unwrap();
    let text = format!(
        r##"{{"id":"{site}","verificationMethod":[{{"id":"#k","type":"Multikey","controller":"{site}","publicKeyMultibase":"{}"}}]}}"##,
        site_key.public_key().to_multikey()
    );
    let document = DidDocument::parse(&text, &site).unwrap();
    let mut documents = MemoryResolver::new();
    documents.insert(document.clone());
    let signer = || key(2).acting_as(site.clone());
    let grant = Delegation::builder(bob.did(), site.clone(), command("/photos")).sign(&signer()).unwrap();
    let store = Arc::new(MemoryStore::new());
    store.put_delegations(&[grant.clone().verify_with(&documents).unwrap()]).unwrap();
    let mut revoking = Revoking::new(site.clone(), grant.cid(), now()).documents(documents);
    let grounds = drive(&mut revoking, |_, ask| ask.answer_from(&*store).unwrap()).unwrap();
    let stepped = grounds.verify(grounds.builder(now()).sign(&signer()).unwrap()).unwrap();
    let agent = Agent::new(signer(), Arc::clone(&store) as _).document(document);
    let revoked = agent.revoke(grant.cid(), now()).unwrap();
    assert_eq!(stepped.revocation().cid(), revoked.revocation.revocation().cid());
}

#[test]
fn what_somebody_else_signed_is_no_revocation() {
    let [album, alice, bob] = [0, 1, 2].map(key);
    let grant = Link::new(&album, &alice, album.did()).sign();
    let agent = agent(0);
    keep(&agent, std::slice::from_ref(&grant));
    let grounds = grounds(&agent, grant.cid()).unwrap();
    assert!(grounds.proofs().is_empty() && grounds.above().is_empty());
    let forged = grounds.builder(now()).sign(&bob).unwrap();
    assert!(matches!(grounds.verify(forged), Err(AgentError::Refused(_))));
}

#[test]
fn tolerance_is_that_of_the_one_who_takes_back() {
    let [album, alice, bob, phone] = [0, 1, 2, 3].map(key);
    let grant = Link::new(&alice, &bob, album.did()).sign();
    // The right to revoke ended half a minute ago.
    let right =
        Link { command: "/ucan/revoke", expires: Some(-30), ..Link::new(&alice, &phone, alice.did()) };
    let agent = agent(3);
    keep(&agent, &[grant.clone(), right.sign()]);
    for (tolerance, may) in [(60, true), (29, false)] {
        let mut revoking = Revoking::new(phone.did(), grant.cid(), now()).tolerance(tolerance);
        let outcome = drive(&mut revoking, |_, ask| ask.answer_from(agent.store()).unwrap());
        assert_eq!(outcome.is_ok(), may, "{tolerance}: {outcome:?}");
    }
}

#[test]
fn a_store_that_changes_meanwhile_costs_a_witness_and_no_more() {
    let [album, alice, bob, phone] = [0, 1, 2, 3].map(key);
    let links = [
        Link::new(&album, &alice, album.did()).sign(),
        Link::new(&alice, &bob, album.did()).sign(),
        Link { command: "/ucan/revoke", ..Link::new(&alice, &phone, alice.did()) }.sign(),
    ];
    let store = MemoryStore::new();
    let all = || store.put_delegations(&links.clone().map(|link| link.verify().unwrap())).unwrap();
    let run = |who: &SigningKey, from: usize| {
        all();
        let mut revoking = Revoking::new(who.did(), links[1].cid(), now());
        drive(&mut revoking, |turn, ask| {
            if turn == from {
                links.iter().for_each(|link| _ = store.remove_delegation(&link.cid()).unwrap());
            }
            ask.answer_from(&store).unwrap()
        })
    };
    // Forgotten before the first answer, it is not known; later, whoever issued it may take it back without a witness.
    assert!(matches!(run(&alice, 0), Err(AgentError::UnknownDelegation { .. })));
    assert!(run(&alice, 1).unwrap().above().is_empty());
    assert_eq!(run(&alice, 99).unwrap().above().len(), 1);
    // Whoever does so in somebody's name needs the right to be there to the end.
    let needed = (0..99).find(|turn| run(&phone, *turn).is_ok()).unwrap();
    assert!((3..40).contains(&needed), "{needed}");
    assert!(matches!(run(&phone, needed - 1), Err(AgentError::NotToRevoke { .. })));
    // The right is taken back between being found and being used.
    all();
    let mut revoking = Revoking::new(phone.did(), links[1].cid(), now());
    let mut fetched = false;
    let outcome = drive(&mut revoking, |turn, ask| match ask {
        Ask::Revoked(pairs) if fetched => Answer::Revoked(vec![true; pairs.len()]),
        ask => {
            fetched |= turn > 0 && matches!(ask, Ask::Tokens(cids) if cids.contains(&links[2].cid()));
            ask.answer_from(&store).unwrap()
        }
    });
    assert!(fetched && matches!(outcome, Err(AgentError::NotToRevoke { .. })), "{outcome:?}");
}

#[test]
fn what_was_not_asked_for_does_not_count() {
    let [album, alice, bob, carol, dan] = [0, 1, 2, 3, 4].map(key);
    let grant = Link::new(&carol, &dan, album.did()).sign();
    let strays = [
        Link::new(&alice, &bob, album.did()).sign(),
        Link::new(&bob, &carol, album.did()).sign(),
        // In a circle, and about something else.
        Link::new(&carol, &bob, album.did()).sign(),
        Link { number: 1, ..Link::new(&bob, &carol, bob.did()) }.sign(),
    ];
    let forged = Token::<Delegation>::parse({
        let mut bytes = strays[0].as_bytes().to_vec();
        bytes[10] ^= 1;
        bytes
    });
    let known: Vec<_> = [&grant].into_iter().chain(&strays).cloned().collect();
    let known = |cid: &Cid| known.iter().find(|token| token.cid() == *cid).cloned();
    let known = &known;
    let listing = |items: Vec<Token<Delegation>>| {
        move |_: usize, ask: &Ask| match ask {
            Ask::Tokens(cids) => Answer::Tokens(cids.iter().map(known).collect()),
            Ask::Revoked(pairs) => Answer::Revoked(vec![false; pairs.len()]),
            Ask::Delegations { .. } => Answer::Delegations(Page { items: items.clone(), next: None }),
        }
    };
    let revoking = || Revoking::new(alice.did(), grant.cid(), now());
    // Whatever it is asked, the host answers with the same.
    let sound = drive(&mut revoking(), listing(strays[..2].to_vec())).unwrap();
    assert_eq!(sound.above().len(), 2);
    for wrong in
        [&strays[1..], &[strays[0].clone(), strays[3].clone()], &[forged.unwrap(), strays[1].clone()]]
    {
        let outcome = drive(&mut revoking(), listing(wrong.to_vec()));
        assert!(matches!(outcome, Err(AgentError::NotToRevoke { .. })), "{outcome:?}");
    }
    // Another delegation than the one that is to be taken back.
    let outcome = drive(&mut revoking(), |_, _| Answer::Tokens(vec![Some(strays[0].clone())]));
    assert!(matches!(outcome, Err(AgentError::UnknownDelegation { .. })));
}

#[test]
fn a_listing_without_end_is_given_up() {
    let [album, bob] = [0, 1].map(key);
    let powerline = Link::new(&album, &bob, Subject::Powerline).sign();
    let mut asks = 0_u64;
    let mut endless = |_: usize, ask: &Ask| {
        asks += 1;
        match ask {
            Ask::Tokens(_) => Answer::Tokens(vec![Some(powerline.clone())]),
            Ask::Revoked(pairs) => Answer::Revoked(vec![false; pairs.len()]),
            Ask::Delegations { .. } => {
                Answer::Delegations(Page { items: vec![], next: Some(Cursor(vec![])) })
            }
        }
    };
    let held = drive(&mut Lineage::of(bob.did()), &mut endless);
    assert!(!held.complete && held.delegations.is_empty());
    // Nobody can tell what a powerline rests on: it is its issuer's to take back, without a search.
    let mut revoking = Revoking::new(album.did(), powerline.cid(), now());
    assert!(drive(&mut revoking, &mut endless).is_ok());
    assert!(asks < MAX_MISS_STEPS + 10, "{asks}");
}

#[test]
fn more_than_can_be_looked_through_is_told_as_such() {
    let [album, bob, carol] = [0, 1, 2].map(key);
    let powerline = Link::new(&album, &bob, Subject::Powerline).sign();
    let mut revoking = Revoking::new(carol.did(), powerline.cid(), now());
    let mut listed = 0_u64;
    // The walk from oneself down is given up first, and the search for the right to revoke ends.
    let outcome = drive(&mut revoking, |_, ask| match ask {
        Ask::Tokens(_) => Answer::Tokens(vec![Some(powerline.clone())]),
        Ask::Revoked(pairs) => Answer::Revoked(vec![false; pairs.len()]),
        Ask::Delegations { query, .. } => {
            listed += 1;
            let next = (query.about == About::Anyone).then(|| Cursor(vec![]));
            Answer::Delegations(Page { items: vec![], next })
        }
    });
    assert!(matches!(outcome, Err(AgentError::SearchTooLong { steps }) if steps == MAX_MISS_STEPS + 1));
    assert!(listed < MAX_MISS_STEPS + 10, "{listed}");
}

#[test]
fn no_path_is_longer_than_a_chain() {
    let people: Vec<_> = (0..20).map(key).collect();
    let pairs = people.windows(2).skip(1);
    let line: Vec<_> = pairs.map(|pair| Link::new(&pair[0], &pair[1], people[0].did()).sign()).collect();
    let agent = agent(1);
    keep(&agent, &line);
    // The root is not known: only a walk down shows that these stand below what one gave.
    assert_eq!(grounds(&agent, line[1].cid()).unwrap().above().len(), 1);
    assert_eq!(grounds(&agent, line[16].cid()).unwrap().above().len(), 16);
    assert!(matches!(grounds(&agent, line[17].cid()), Err(AgentError::NotToRevoke { .. })));
}

#[test]
fn granting_and_invoking_in_steps_come_out_as_they_do_at_once() {
    let [album, alice, bob] = [0, 1, 2].map(key);
    let root = Link { policy: r#"[["==",".year",2027]]"#, ..Link::new(&album, &alice, album.did()) }.sign();
    let agent = agent(1);
    keep(&agent, std::slice::from_ref(&root));
    let search = |goal: Goal| {
        let mut search = Search::new(goal);
        drive(&mut search, |_, ask| ask.answer_from(agent.store()).unwrap())
    };
    let verified = |found: Found| match found {
        Found::Chain(chain) => chain,
        other => panic!("{other:?}"),
    };

    let builder = |to: &SigningKey, about: Subject| {
        Delegation::builder(to.did(), about, command("/photos")).nonce(Nonce::from_bytes(&[1]))
    };
    let about = || Subject::Did(album.did());
    let goal = Goal::to_grant(&builder(&bob, about()), alice.did(), now()).unwrap();
    let chain = verified(search(goal));
    let stepped = builder(&bob, about()).resting_on(&chain).sign(&alice).unwrap();
    let granted = agent.grant(builder(&bob, about()), now()).unwrap();
    assert_eq!((granted.chain.len(), granted.delegation.cid()), (chain.len(), stepped.cid()));
    // It is held against what it rests on: Bob was not given that.
    assert!(builder(&alice, about()).resting_on(&chain).sign(&bob).is_err());
    assert!(Goal::to_grant(&builder(&bob, Subject::Powerline), alice.did(), now()).is_none());
    let wider = Delegation::builder(bob.did(), album.did(), command("/"));
    let goal = Goal::to_grant(&wider, alice.did(), now()).unwrap();
    let missed = miss(search(goal)).to_string();
    assert_eq!(
        agent.grant(wider, now()).unwrap_err().to_string(),
        format!("nothing that is held allows it: {missed}")
    );
    let none: &[Verified<Delegation>] = &[];
    assert_eq!(builder(&bob, about()).resting_on(none).lints(), builder(&bob, about()).lints());

    let asking = |year: i64| {
        let builder = Invocation::builder(album.did(), command("/photos/read")).argument("year", year);
        builder.nonce(Nonce::from_bytes(&[2]))
    };
    let goal = Goal::to_invoke(&asking(2027), alice.did(), now()).unwrap();
    let chain = verified(search(goal));
    let stepped = asking(2027).resting_on(&chain, now()).sign(&alice).unwrap();
    assert_eq!(stepped.cid(), agent.invoke_with(asking(2027), now()).unwrap().invocation.cid());
    assert_eq!((stepped.proofs(), stepped.expires()), (&[root.cid()][..], Some(now().plus(300))));
    let ends = asking(2027).expires(now()).resting_on(&chain, now());
    assert_eq!(ends.ends(), Some(now()));
    let goal = Goal::to_invoke(&asking(2026), alice.did(), now()).unwrap();
    assert!(miss(search(goal)).to_string().contains("policy"));
    let broken = asking(2027).arguments(1);
    assert!(Goal::to_invoke(&broken, alice.did(), now()).is_err());
}

#[test]
fn linking_a_device_in_steps_comes_out_as_it_does_at_once() {
    let [album, alice, bob, phone] = [0, 1, 2, 3].map(key);
    let agent = agent(1);
    let mut held = vec![
        Link::new(&album, &bob, album.did()).sign(),
        Link::new(&bob, &alice, album.did()).sign(),
        // In a circle.
        Link::new(&alice, &bob, Subject::Powerline).sign(),
    ];
    // Longer than a page.
    held.extend((0..300).map(|number| Link { number, ..Link::new(&album, &alice, album.did()) }.sign()));
    keep(&agent, &held);
    keep(&agent, &[Link::new(&alice, &phone, album.did()).sign()]);
    let link = DeviceLink::to(phone.did()).only(command("/photos")).expires(now()).as_oneself().may_revoke();
    let found = drive(&mut Lineage::of(alice.did()), |_, ask| ask.answer_from(agent.store()).unwrap());
    assert!(found.complete && found.delegations.len() == held.len());
    let sign = |builder: allod::DelegationBuilder| builder.sign(&alice).unwrap().verify().unwrap();
    let delegations: Vec<_> = link.delegations(&alice.did()).into_iter().map(sign).collect();
    let linked = agent.link_device(&link, now()).unwrap();
    assert!(linked.complete);
    assert_eq!(linked.held, found.delegations);
    let said = |token: &Verified<Delegation>| {
        let subject = token.subject().clone();
        (token.audience().clone(), subject, token.command().clone(), token.expires())
    };
    let all: Vec<_> = delegations.iter().map(said).collect();
    assert_eq!(linked.delegations.iter().map(said).collect::<Vec<_>>(), all);
    let expected = [
        (Subject::Powerline, command("/photos")),
        (Subject::Did(alice.did()), command("/photos")),
        (Subject::Did(alice.did()), command("/ucan/revoke")),
    ];
    assert_eq!(all, expected.map(|(about, what)| (phone.did(), about, what, Some(now()))));
    // All of it fits into one container.
    let linked = Linked { delegations, held: found.delegations, complete: found.complete };
    let read = Container::read(&linked.container().write(Encoding::Raw).unwrap()).unwrap();
    assert_eq!(read.len(), held.len() + 3);
}

#[test]
fn what_is_held_is_listed_as_far_as_a_container_has_room() {
    let [album, alice, bob] = [0, 1, 2].map(key);
    let grants = |count: u32, long: usize| -> Vec<_> {
        let grant = |number: u32| {
            Delegation::builder(alice.did(), album.did(), command("/photos"))
                .meta("note", "x".repeat(long))
                .nonce(Nonce::from_bytes(&number.to_be_bytes()))
                .sign(&album)
                .unwrap()
        };
        (0..count).map(grant).collect()
    };
    let stray = Link::new(&album, &bob, album.did()).sign();
    let held = |grants: &[Token<Delegation>]| {
        drive(&mut Lineage::of(alice.did()), |_, ask| {
            let Ask::Delegations { query, after: None, .. } = ask else { panic!("{ask:?}") };
            let all = if query.end == End::To(alice.did()) { grants } else { &[] };
            let items = all.iter().chain([&stray]).cloned().collect();
            Answer::Delegations(Page { items, next: None })
        })
    };
    let many = grants(1025, 0);
    let all = held(&many[..1024]);
    assert!(all.complete && all.delegations == many[..1024], "nor is what was not asked for among them");
    let most = held(&many);
    assert!(!most.complete && most.delegations == many[..1024]);
    let long = grants(20, 60_000);
    let size = long[0].as_bytes().len() + 8;
    let room = MAX_CONTAINER / 2 / size;
    assert!(held(&long[..room]).complete);
    let most = held(&long);
    assert!(!most.complete && most.delegations == long[..room]);
}
