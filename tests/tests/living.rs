//! Agents and an executor over months: granting, receiving, asking, taking back, with several devices.

use std::sync::Arc;

use allod::agent::{DeviceLink, State};
use allod::executor::{Execution, Executor, Handler};
use allod::store::{Intake, Quota, RevocationStore as _, TakeUp, export_revocations, import_revocations};
use allod::validation::Relevance;
use allod::{
    Agent, Algorithm, Cid, Code, Command, Container, ContainerWriter, Delegation, Did, Encoding, Invocation,
    MemoryResolver, MemoryStore, Nonce, Policy, Revocation, SigningKey, Subject, Subjects, Timestamp, Token,
};

const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn command(text: &str) -> Command {
    text.parse().unwrap()
}

fn agent(seed: u8) -> Agent {
    let algorithm = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1][usize::from(seed % 3)];
    let key = SigningKey::from_seed(algorithm, &[seed; 32]).unwrap();
    Agent::new(key, Arc::new(MemoryStore::new()))
}

fn carried(writer: &ContainerWriter) -> Container {
    Container::read(&writer.write(Encoding::GzipBase64Url).unwrap()).unwrap()
}

/// Whoever keeps the album.
fn keeper(seed: u8) -> Executor {
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
    let handler = || Handler::new(|_, _: allod::Ipld| Ok::<_, ()>("done"));
    let keeper = Executor::new(key, Subjects::itself(), Arc::new(MemoryStore::new()));
    keeper.handle(command("/photos"), handler().and_below()).unwrap()
}

/// The album (an agent of its own), its keeper, and a chain album → Alice → Bob about `/photos/read`.
struct World {
    album: Agent,
    keeper: Executor,
    alice: Agent,
    bob: Agent,
    to_alice: Cid,
    to_bob: Cid,
}

impl World {
    fn new() -> Self {
        let key = SigningKey::from_seed(Algorithm::Ed25519, &[201; 32]).unwrap();
        let album = Agent::new(key, Arc::new(MemoryStore::new()));
        let (alice, bob) = (agent(2), agent(3));
        let owner = Delegation::builder(alice.did().clone(), album.did().clone(), command("/photos"));
        let owner = album.grant(owner.expires(at(365 * DAY)), at(0)).unwrap();
        alice.receive(&carried(&owner.container())).unwrap();
        let share = Delegation::builder(bob.did().clone(), album.did().clone(), command("/photos/read"));
        let share = alice.grant(share.expires(at(7 * DAY)), at(0)).unwrap();
        bob.receive(&carried(&share.container())).unwrap();
        let (to_alice, to_bob) = (owner.delegation.cid(), share.delegation.cid());
        Self { keeper: keeper(201), album, alice, bob, to_alice, to_bob }
    }

    fn asks(&self, agent: &Agent, text: &str, now: Timestamp) -> Result<Execution, String> {
        let asked = agent.invoke(self.album.did().clone(), command(text), (), now);
        let asked = asked.map_err(|error| error.to_string())?;
        Ok(self.keeper.execute(&carried(&asked.container()), now).unwrap())
    }

    fn takes_up(&self, writer: &ContainerWriter) -> Vec<TakeUp> {
        let taken = self.keeper.take_up_revocations(&carried(writer), &MemoryResolver::new()).unwrap();
        taken.into_iter().map(|taken| taken.result).collect()
    }
}

fn code(execution: &Execution) -> Option<Code> {
    execution.denial().map(|denial| denial.code())
}

#[test]
fn what_is_granted_can_be_received_used_and_handed_on() {
    let world = World::new();
    assert!(matches!(world.asks(&world.bob, "/photos/read", at(0)).unwrap(), Execution::Executed(_)));
    let refused = world.asks(&world.bob, "/photos/delete", at(0)).unwrap_err();
    assert!(refused.contains("/photos/read"), "it says what is held: {refused}");
    // Only the proofs that are needed go along.
    let unrelated = Delegation::builder(world.bob.did().clone(), world.alice.did().clone(), command("/mail"));
    let unrelated = world.alice.grant(unrelated, at(0)).unwrap();
    world.bob.receive(&carried(&unrelated.container())).unwrap();
    let asked = world.bob.invoke(world.album.did().clone(), command("/photos/read"), (), at(0)).unwrap();
    assert_eq!(carried(&asked.container()).len(), 3);
    assert_eq!(asked.invocation.proofs(), [world.to_alice, world.to_bob]);
    assert_eq!(asked.invocation.expires(), Some(at(300)));
    // Bob hands on what he has, and not what he has not.
    let carol = agent(4);
    let wider = Delegation::builder(carol.did().clone(), world.album.did().clone(), command("/photos"));
    assert!(world.bob.grant(wider, at(0)).is_err());
    let narrower =
        Delegation::builder(carol.did().clone(), world.album.did().clone(), command("/photos/read/one"));
    let granted = world.bob.grant(narrower, at(0)).unwrap();
    assert_eq!(granted.chain.len(), 2);
    carol.receive(&carried(&granted.container())).unwrap();
    assert!(matches!(world.asks(&carol, "/photos/read/one", at(0)).unwrap(), Execution::Executed(_)));
    let too_late = world.asks(&carol, "/photos/read/one", at(8 * DAY)).unwrap_err();
    assert!(too_late.contains("2027"), "it says when it ended: {too_late}");
}

#[test]
fn what_does_not_verify_is_not_received() {
    let (alice, bob) = (agent(2), agent(3));
    let grant = Delegation::builder(bob.did().clone(), alice.did().clone(), command("/x"));
    let granted = alice.grant(grant, at(0)).unwrap();
    let mut bytes = granted.delegation.as_bytes().to_vec();
    // In the signature.
    bytes[10] ^= 1;
    let received = bob.receive(&carried(&ContainerWriter::new().bytes(&bytes).bytes(b"no token"))).unwrap();
    assert_eq!((received.new, received.delegations.len()), (0, 0));
    let mut codes: Vec<_> = received.refused.iter().map(|(_, code)| *code).collect();
    codes.sort();
    assert_eq!(codes, [Code::Malformed, Code::BadSignature]);
    // Twice is once.
    let container = carried(&granted.container());
    assert_eq!(bob.receive(&container).unwrap().new, 1);
    assert_eq!(bob.receive(&container).unwrap().new, 0);
}

#[test]
fn taking_back_takes_effect_where_it_arrives() {
    let world = World::new();
    let revoked = world.alice.revoke(world.to_bob, at(10)).unwrap();
    assert_eq!(revoked.revocation.subject(), world.alice.did());
    assert_eq!(revoked.revocation.relevance(), Relevance::Issued);
    let token = revoked.revocation.revocation().token();
    assert_eq!((token.expires(), token.nonce()), (None, &Nonce::empty()));
    // Bob has not heard of it, nor has the keeper.
    assert!(matches!(world.asks(&world.bob, "/photos/read", at(20)).unwrap(), Execution::Executed(_)));
    assert!(matches!(world.takes_up(&revoked.container())[..], [TakeUp::New]));
    let denied = world.asks(&world.bob, "/photos/read", at(21)).unwrap();
    assert_eq!(code(&denied), Some(Code::Revoked));
    // Once Bob knows, he does not even ask.
    world.bob.receive(&carried(&revoked.container())).unwrap();
    let refused = world.asks(&world.bob, "/photos/read", at(22)).unwrap_err();
    assert!(refused.contains("revoked"), "{refused}");
    // Alice's own access is as it was, and she may grant anew.
    assert!(matches!(world.asks(&world.alice, "/photos/read", at(23)).unwrap(), Execution::Executed(_)));
    let again =
        Delegation::builder(world.bob.did().clone(), world.album.did().clone(), command("/photos/read"));
    let again = world.alice.grant(again.expires(at(DAY)), at(24)).unwrap();
    world.bob.receive(&carried(&again.container())).unwrap();
    assert!(matches!(world.asks(&world.bob, "/photos/read", at(25)).unwrap(), Execution::Executed(_)));
}

#[test]
fn who_stands_above_may_take_back_and_who_stands_below_or_outside_may_not() {
    let world = World::new();
    // The album stands above Alice's grant, which it knows only when told.
    let share = world.alice.store().delegation(&world.to_bob).unwrap().unwrap();
    assert!(world.album.revoke(world.to_bob, at(1)).is_err(), "the album has not seen it");
    world.album.receive(&carried(&ContainerWriter::new().token(&share))).unwrap();
    let revoked = world.album.revoke(world.to_bob, at(1)).unwrap();
    assert_eq!(revoked.revocation.relevance(), Relevance::Witnessed);
    // Bob may not take back what was given to him, nor what stands above.
    for cid in [world.to_bob, world.to_alice] {
        assert!(world.bob.revoke(cid, at(1)).is_err());
    }
    // If he says so all the same, nobody is moved.
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[3; 32]).unwrap();
    for cid in [world.to_bob, world.to_alice] {
        let spurious = Revocation::builder(cid, key.did()).sign(&key).unwrap();
        world.takes_up(&ContainerWriter::new().token(spurious.token()));
    }
    assert!(matches!(world.asks(&world.bob, "/photos/read", at(2)).unwrap(), Execution::Executed(_)));
    world.takes_up(&revoked.container());
    assert_eq!(code(&world.asks(&world.bob, "/photos/read", at(3)).unwrap()), Some(Code::Revoked));
}

#[test]
fn who_stands_above_by_another_chain_than_the_best_may_take_back_as_well() {
    let (album, bob, carol, dan) = (agent(50), agent(51), agent(52), agent(53));
    let give = |from: &Agent, to: &Agent| {
        let builder = Delegation::builder(to.did().clone(), album.did().clone(), command("/photos"));
        let granted = from.grant(builder, at(0)).unwrap();
        for agent in [&album, &bob, &carol, &dan] {
            agent.receive(&carried(&granted.container())).unwrap();
        }
        granted.delegation
    };
    let to_bob = give(&album, &bob);
    let to_carol = give(&bob, &carol);
    give(&album, &carol);
    let to_dan = give(&carol, &dan);
    // The best chain to Carol goes past Bob; the one through him is one all the same.
    let revoked = bob.revoke(to_dan.cid(), at(1)).unwrap();
    assert_eq!(revoked.revocation.relevance(), Relevance::Witnessed);
    assert_eq!(revoked.revocation.revocation().path(), [to_carol.cid(), to_dan.cid()]);
    assert!(dan.revoke(to_bob.cid(), at(1)).is_err());
    assert!(agent(54).revoke(to_dan.cid(), at(1)).is_err());
}

#[test]
fn a_second_device_uses_what_was_given_and_takes_back_only_where_it_was_let() {
    let world = World::new();
    let (phone, tablet) = (agent(20), agent(21));
    let link = DeviceLink::to(phone.did().clone()).expires(at(30 * DAY));
    phone.receive(&carried(&world.alice.link_device(&link, at(0)).unwrap().container())).unwrap();
    assert!(matches!(world.asks(&phone, "/photos/read", at(1)).unwrap(), Execution::Executed(_)));
    let share = world.alice.store().delegation(&world.to_bob).unwrap().unwrap();
    phone.receive(&carried(&ContainerWriter::new().token(&share))).unwrap();
    assert!(phone.revoke(world.to_bob, at(2)).is_err(), "it was not let");

    let link = DeviceLink::to(tablet.did().clone()).may_revoke();
    tablet.receive(&carried(&world.alice.link_device(&link, at(0)).unwrap().container())).unwrap();
    tablet.receive(&carried(&ContainerWriter::new().token(&share))).unwrap();
    let revoked = tablet.revoke(world.to_bob, at(3)).unwrap();
    assert_eq!(revoked.revocation.subject(), world.alice.did(), "in Alice's name");
    assert_eq!(revoked.revocation.proofs().len(), 1);
    assert!(matches!(world.takes_up(&revoked.container())[..], [TakeUp::New]));
    assert_eq!(code(&world.asks(&world.bob, "/photos/read", at(4)).unwrap()), Some(Code::Revoked));
    // What was given to a device later is found as well: the powerline is open.
    let later =
        Delegation::builder(world.alice.did().clone(), world.album.did().clone(), command("/photos/edit"));
    let later = world.album.grant(later, at(5)).unwrap();
    world.alice.receive(&carried(&later.container())).unwrap();
    phone.receive(&carried(&later.container())).unwrap();
    assert!(matches!(world.asks(&phone, "/photos/edit", at(6)).unwrap(), Execution::Executed(_)));
    // It does not speak for Alice herself unless it was let.
    assert!(phone.invoke(world.alice.did().clone(), command("/mail"), (), at(7)).is_err());
    let link = DeviceLink::to(phone.did().clone()).only(command("/mail")).as_oneself();
    phone.receive(&carried(&world.alice.link_device(&link, at(0)).unwrap().container())).unwrap();
    assert!(phone.invoke(world.alice.did().clone(), command("/mail/send"), (), at(7)).is_ok());
}

#[test]
fn a_screen_of_permissions_shows_what_is_held_and_given_by_name() {
    let world = World::new();
    world.alice.set_name("Bob", Some(world.bob.did())).unwrap();
    world.alice.set_name("album", Some(world.album.did())).unwrap();
    let shown = world.alice.delegations(at(1)).unwrap();
    assert_eq!((shown.held.len(), shown.given.len()), (1, 1));
    let given = &shown.given[0];
    assert_eq!((given.audience_name.as_deref(), given.subject_name.as_deref()), (Some("Bob"), Some("album")));
    assert_eq!(given.state, State::Valid);
    let later = world.alice.delegations(at(8 * DAY)).unwrap();
    assert_eq!(later.given[0].state, State::Ended(at(7 * DAY)));
    world.alice.revoke(world.to_bob, at(2)).unwrap();
    let revoked = world.alice.delegations(at(3)).unwrap();
    assert_eq!(revoked.given[0].state, State::Revoked { by: world.alice.did().clone() });
    world.alice.set_name("Bob", None).unwrap();
    assert_eq!(world.alice.name_of(world.bob.did()).unwrap(), None);
}

fn intake<'a>(own: &'a dyn Fn(&Did) -> bool, quota: Quota, documents: &'a MemoryResolver) -> Intake<'a> {
    Intake { own, quota, documents }
}

#[test]
fn revocations_travel_as_containers_and_arrive_in_any_order() {
    let world = World::new();
    let (from, to, documents) = (MemoryStore::new(), MemoryStore::new(), MemoryResolver::new());
    let anyone = |_: &Did| true;
    let nobody = |_: &Did| false;
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[201; 32]).unwrap();
    // Many, of delegations that nobody has seen yet.
    for n in 0..3_000_u32 {
        let revocation = Revocation::builder(Cid::of(&n.to_be_bytes()), key.did()).sign(&key).unwrap();
        let container = carried(&ContainerWriter::new().token(revocation.token()));
        import_revocations(&from, &container, &intake(&anyone, Quota::USUAL, &documents)).unwrap();
    }
    let revoked = world.alice.revoke(world.to_bob, at(1)).unwrap();
    let taken =
        import_revocations(&from, &carried(&revoked.container()), &intake(&nobody, Quota::USUAL, &documents));
    assert!(matches!(taken.unwrap()[0].result, TakeUp::New));
    let (mut after, mut parts, mut arrived) = (None, 0, 0);
    loop {
        let page = export_revocations(&from, after.as_ref()).unwrap();
        for writer in &page.items {
            parts += 1;
            let taken = import_revocations(&to, &carried(writer), &intake(&anyone, Quota::USUAL, &documents));
            arrived += taken.unwrap().iter().filter(|taken| matches!(taken.result, TakeUp::New)).count();
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(arrived, 3_001);
    assert!(parts > 1, "they do not fit into one container");
    assert!(to.is_revoked(&world.to_bob, world.alice.did()).unwrap());
    assert_eq!(to.synced_at().unwrap(), None, "importing makes nothing newer");
    let nothing = export_revocations(&MemoryStore::new(), None).unwrap();
    assert!(nothing.items.is_empty() && nothing.next.is_none());
}

#[test]
fn long_revocations_are_exported_as_few_at_a_time_as_fit() {
    let (from, documents) = (MemoryStore::new(), MemoryResolver::new());
    let anyone = |_: &Did| true;
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[201; 32]).unwrap();
    let long = "x".repeat(60_000);
    for n in 0..40_u8 {
        let revocation = Revocation::builder(Cid::of(&[n]), key.did()).meta("note", long.as_str());
        let revocation = revocation.sign(&key).unwrap();
        let container = carried(&ContainerWriter::new().token(revocation.token()));
        import_revocations(&from, &container, &intake(&anyone, Quota::USUAL, &documents)).unwrap();
    }
    let (mut after, mut seen) = (None, std::collections::BTreeSet::new());
    loop {
        let page = export_revocations(&from, after.as_ref()).unwrap();
        for writer in &page.items {
            let container = Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
            seen.extend(container.revocations().map(|revocation| revocation.cid()));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 40);
}

#[test]
fn idle_talk_is_refused_aloud_and_quotas_evict_nothing() {
    let (store, documents) = (MemoryStore::new(), MemoryResolver::new());
    let (mallory, album) = (agent(66), agent(6));
    let own = |subject: &Did| subject == album.did();
    let quota = Quota { each: 2, all: 3 };
    let take = |writer: &ContainerWriter| {
        let taken = import_revocations(&store, &carried(writer), &intake(&own, quota, &documents)).unwrap();
        taken.into_iter().map(|taken| taken.result).next().unwrap()
    };
    // Of a delegation that nobody knows, without a path.
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[66; 32]).unwrap();
    let idle = Revocation::builder(Cid::of(b"unknown"), key.did()).sign(&key).unwrap();
    assert!(matches!(take(&ContainerWriter::new().token(idle.token())), TakeUp::Irrelevant));
    // Her own grants, with the grants: as many as the quota lets.
    let granted = |agent: &Agent, n: usize| {
        let builder = Delegation::builder(album.did().clone(), agent.did().clone(), command("/x"));
        let granted = agent.grant(builder.nonce(Nonce::from_bytes(&n.to_be_bytes())), at(0)).unwrap();
        agent.revoke(granted.delegation.cid(), at(1)).unwrap().container()
    };
    assert!(matches!(take(&granted(&mallory, 0)), TakeUp::New));
    assert!(matches!(take(&granted(&mallory, 0)), TakeUp::Known));
    assert!(matches!(take(&granted(&mallory, 1)), TakeUp::New));
    assert!(matches!(take(&granted(&mallory, 2)), TakeUp::OverQuota));
    let (carol, dan) = (agent(67), agent(68));
    assert!(matches!(take(&granted(&carol, 0)), TakeUp::New));
    assert!(matches!(take(&granted(&dan, 0)), TakeUp::OverQuota), "all of them together");
    // Whom the album itself delegated to is not kept out by them: its path shows it.
    let bob = agent(69);
    let to_bob = Delegation::builder(bob.did().clone(), album.did().clone(), command("/x"));
    bob.receive(&carried(&album.grant(to_bob, at(0)).unwrap().container())).unwrap();
    let from_bob = |n: u8| {
        let builder = Delegation::builder(agent(70).did().clone(), album.did().clone(), command("/x"));
        let granted = bob.grant(builder.nonce(Nonce::from_bytes(&[n])), at(0)).unwrap();
        bob.revoke(granted.delegation.cid(), at(1)).unwrap().container()
    };
    assert!(matches!(take(&from_bob(0)), TakeUp::New));
    assert!(matches!(take(&from_bob(1)), TakeUp::New));
    assert!(matches!(take(&from_bob(2)), TakeUp::OverQuota), "of each there are only so many all the same");
    // Those that are one's own do not count, and what is there stays.
    for n in 0..5 {
        assert!(matches!(take(&granted(&album, n)), TakeUp::New));
    }
    let first = mallory.delegations(at(2)).unwrap().given;
    let kept =
        first.iter().filter(|listed| store.is_revoked(&listed.delegation.cid(), mallory.did()).unwrap());
    assert_eq!(kept.count(), 2);
}

#[test]
fn only_a_delegation_by_the_subject_itself_at_the_end_of_a_path_spares_the_quota_of_all() {
    let key = |seed: u8| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
    let (album, bob, carol, mallory, eve) = (key(6), key(69), key(70), key(66), key(67));
    let link = |from: &SigningKey, to: &SigningKey, about: &SigningKey| {
        Delegation::builder(to.did(), about.did(), command("/x")).sign(from).unwrap()
    };
    let (own, documents) = (|subject: &Did| *subject == album.did(), MemoryResolver::new());
    let full = Quota { each: 9, all: 0 };
    let take = |by: &SigningKey, path: &[Token<Delegation>]| {
        let revoked = path.last().unwrap().cid();
        let revocation = Revocation::builder(revoked, by.did()).path(path.iter().map(Token::cid));
        let writer = ContainerWriter::new().token(revocation.sign(by).unwrap().token());
        let container = carried(&path.iter().fold(writer, ContainerWriter::token));
        let taken = import_revocations(&MemoryStore::new(), &container, &intake(&own, full, &documents));
        taken.unwrap().remove(0).result
    };
    let to_carol = link(&bob, &carol, &album);
    let path = [link(&album, &bob, &album), to_carol.clone()];
    assert!(matches!(take(&bob, &path), TakeUp::New));
    // A stranger to herself, about herself; and somebody who has nothing above the subject's own delegation.
    let path = [link(&mallory, &eve, &mallory), link(&eve, &carol, &mallory)];
    assert!(matches!(take(&eve, &path), TakeUp::OverQuota));
    let path = [link(&mallory, &album, &album), link(&album, &bob, &album), to_carol];
    assert!(matches!(take(&bob, &path), TakeUp::OverQuota));
}

/// Whoever makes an identity owns a subject. Where any subject is served, that alone lets nobody fill the store.
#[test]
fn of_subjects_that_are_not_named_the_executor_alone_needs_no_witness() {
    let key = |seed: u8| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
    let new = |subjects: &Subjects, by: &SigningKey| {
        let executor = Executor::new(key(201), subjects.clone(), Arc::new(MemoryStore::new()));
        let revocation = Revocation::builder(Cid::of(b"unknown"), by.did()).sign(by).unwrap();
        let container = carried(&ContainerWriter::new().token(revocation.token()));
        let taken = executor.take_up_revocations(&container, &MemoryResolver::new()).unwrap();
        match taken[0].result {
            TakeUp::New => true,
            TakeUp::Irrelevant => false,
            ref other => panic!("{other:?}"),
        }
    };
    let any = Subjects::danger_any();
    assert!(new(&any, &key(201)) && !new(&any, &key(66)));
    let named = Subjects::of([key(66).did()]);
    assert!(new(&named, &key(66)) && !new(&named, &key(67)) && !new(&named, &key(201)));
}

#[test]
fn what_witnesses_many_revocations_is_kept_once_and_goes_with_the_last() {
    let world = World::new();
    let folder = std::env::temp_dir().join(format!("allod-witnesses-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("store.redb");
    let (redb, memory) = (allod::store::RedbStore::create(&file).unwrap(), MemoryStore::new());
    let (bob, documents) = (&world.bob, MemoryResolver::new());
    let stores: [&dyn allod::Store; 2] = [&redb, &memory];
    // A long delegation, and many short ones below it, each of which is taken back with the long one in its path.
    let mut long = Delegation::builder(bob.did().clone(), world.album.did().clone(), command("/photos"));
    long = long.meta("why", "x".repeat(50_000)).expires(at(DAY));
    let long = world.album.grant(long, at(0)).unwrap().delegation;
    let mut writer = ContainerWriter::new().token(&long);
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[201; 32]).unwrap();
    for n in 0..100_u8 {
        let builder =
            Delegation::builder(agent(4).did().clone(), world.album.did().clone(), command("/photos"));
        let builder = builder.nonce(Nonce::from_bytes(&[n])).expires(at(DAY));
        let bobs = SigningKey::from_seed(Algorithm::Ed25519, &[3; 32]).unwrap();
        let below = builder.sign(&bobs).unwrap();
        let revocation = Revocation::builder(below.cid(), key.did()).path([long.cid(), below.cid()]);
        writer = writer.token(&below).token(revocation.sign(&key).unwrap().token());
    }
    let container = Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap();
    let nobody = |_: &Did| false;
    let anyone = |_: &Did| true;
    for store in stores {
        let none = import_revocations(store, &container, &intake(&nobody, Quota::USUAL, &documents)).unwrap();
        assert_eq!(none.len(), 100);
        let taken =
            import_revocations(store, &container, &intake(&anyone, Quota::USUAL, &documents)).unwrap();
        assert!(taken.iter().all(|taken| matches!(taken.result, TakeUp::New | TakeUp::Known)));
        let kept = store.revocations(None, 1_000).unwrap().items;
        assert_eq!(kept.len(), 100);
        assert!(kept.iter().all(|kept| kept.delegations.iter().any(|token| token.cid() == long.cid())));
    }
    let size = std::fs::metadata(&file).unwrap().len();
    assert!(size < 4_000_000, "{size} bytes for a container of {}", container.len());
    for store in stores {
        assert_eq!(store.sweep_revocations(at(DAY + 1)).unwrap(), 100);
        assert!(store.revocations(None, 9).unwrap().items.is_empty());
    }
    drop(redb);
    // Nothing is left behind that would count as damage.
    assert!(allod::store::RedbStore::open(&file).is_ok());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_policies_of_many_revocations_share_a_budget() {
    let (alice, store, documents) = (agent(3), MemoryStore::new(), MemoryResolver::new());
    let zelda = SigningKey::from_seed(Algorithm::Ed25519, &[77; 32]).unwrap();
    let one = r#"["not",["==",".revoke","x"]]"#;
    let policy = Policy::from_json(&format!("[{}]", [one; 1_500].join(","))).unwrap();
    let right = Delegation::builder(zelda.did(), alice.did().clone(), command("/ucan/revoke")).policy(policy);
    let right = alice.grant(right, at(0)).unwrap().delegation;
    let mut writer = ContainerWriter::new().token(&right);
    for n in 0..60_u8 {
        let revocation = Revocation::builder(Cid::of(&[n]), alice.did().clone()).proofs([right.cid()]);
        writer = writer.token(revocation.sign(&zelda).unwrap().token());
    }
    let own = |subject: &Did| subject == alice.did();
    let import = |writer: &ContainerWriter| {
        import_revocations(&store, &carried(writer), &intake(&own, Quota::USUAL, &documents)).unwrap()
    };
    let taken = import(&writer);
    let refused = taken.iter().filter(|taken| taken.result.code() == Some(Code::BudgetExceeded)).count();
    let new = taken.iter().filter(|taken| matches!(taken.result, TakeUp::New)).count();
    // Three thousand steps each, of sixteen times ten thousand.
    assert_eq!((new, refused), (53, 7));
    // One that was refused on that account alone can be sent again.
    let last = taken.iter().find(|taken| taken.result.code().is_some()).unwrap();
    let again =
        Revocation::builder(last.revoked, alice.did().clone()).proofs([right.cid()]).sign(&zelda).unwrap();
    let again = import(&ContainerWriter::new().token(&right).token(again.token()));
    assert!(matches!(again[0].result, TakeUp::New));
}

#[test]
fn a_path_is_a_witness_only_where_it_leads_from_the_subject_to_what_is_revoked() {
    let world = World::new();
    let (store, documents) = (MemoryStore::new(), MemoryResolver::new());
    let own = |_: &Did| false;
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[201; 32]).unwrap();
    let held = [world.to_alice, world.to_bob].map(|cid| world.bob.store().delegation(&cid).unwrap().unwrap());
    let take = |revocation: &Revocation, links: &[usize]| {
        let writer = ContainerWriter::new().token(revocation.token());
        let tokens = links.iter().filter_map(|link| held.get(*link));
        let writer = tokens.fold(writer, |writer, token| writer.token(token));
        let taken =
            import_revocations(&store, &carried(&writer), &intake(&own, Quota::USUAL, &documents)).unwrap();
        taken[0].result.clone()
    };
    let by_album = |path: &[Cid]| {
        let builder = Revocation::builder(world.to_bob, world.album.did().clone());
        builder.path(path.iter().copied()).sign(&key).unwrap()
    };
    // A path in name alone, half a path, and one that does not hold together.
    assert!(matches!(take(&by_album(&[world.to_alice, world.to_bob]), &[]), TakeUp::Irrelevant));
    assert!(matches!(take(&by_album(&[world.to_alice, world.to_bob]), &[0]), TakeUp::Irrelevant));
    assert!(matches!(take(&by_album(&[world.to_alice]), &[0, 1]), TakeUp::Irrelevant));
    assert!(matches!(take(&by_album(&[]), &[0, 1]), TakeUp::Irrelevant));
    assert!(matches!(take(&by_album(&[world.to_alice, world.to_bob]), &[0, 1]), TakeUp::New));
    // The other way round says the same.
    let store = MemoryStore::new();
    let writer = ContainerWriter::new().token(by_album(&[world.to_bob, world.to_alice]).token());
    let writer = writer.token(&held[0]).token(&held[1]);
    let taken =
        import_revocations(&store, &carried(&writer), &intake(&own, Quota::USUAL, &documents)).unwrap();
    assert!(matches!(taken[0].result, TakeUp::New));
}

#[test]
fn the_right_to_revoke_may_be_held_to_certain_delegations() {
    let world = World::new();
    let zelda = agent(30);
    let policy = Policy::from_json(&format!(r#"[["==", ".revoke", {{"/": "{}"}}]]"#, world.to_bob)).unwrap();
    let right = Delegation::builder(zelda.did().clone(), world.alice.did().clone(), command("/ucan/revoke"));
    let right = world.alice.grant(right.policy(policy), at(0)).unwrap();
    zelda.receive(&carried(&right.container())).unwrap();
    for cid in [world.to_alice, world.to_bob] {
        let token = world.bob.store().delegation(&cid).unwrap().unwrap();
        zelda.receive(&carried(&ContainerWriter::new().token(&token))).unwrap();
    }
    let another = Delegation::builder(agent(31).did().clone(), world.album.did().clone(), command("/photos"));
    let another = world.alice.grant(another, at(0)).unwrap();
    zelda.receive(&carried(&another.container())).unwrap();
    assert!(zelda.revoke(another.delegation.cid(), at(1)).is_err(), "that one is not hers to take back");
    let revoked = zelda.revoke(world.to_bob, at(1)).unwrap();
    world.takes_up(&revoked.container());
    assert_eq!(code(&world.asks(&world.bob, "/photos/read", at(2)).unwrap()), Some(Code::Revoked));
}

#[test]
fn an_agent_signs_what_its_builder_says_and_looks_for_the_proofs() {
    let world = World::new();
    let service = agent(40);
    let builder = Invocation::builder(world.album.did().clone(), command("/photos/read"))
        .audience(service.did().clone())
        .expires(at(60))
        .argument("path", "summer");
    let asked = world.bob.invoke_with(builder, at(0)).unwrap();
    assert_eq!(asked.invocation.executor(), service.did());
    assert_eq!(asked.invocation.expires(), Some(at(60)));
    assert_eq!(asked.chain.len(), 2);
    let own = world.bob.invoke(world.bob.did().clone(), command("/notes"), (), at(0)).unwrap();
    assert!(own.chain.is_empty());
    assert!(matches!(Subject::from(world.bob.did().clone()), Subject::Did(_)));
}
