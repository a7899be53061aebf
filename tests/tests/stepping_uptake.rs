//! Taking up revocations in steps, over a store that takes its time.

use allod::agent::Genuine;
use allod::store::{Intake, TakeUp, TakenUp, TakingUp, TakingUpStep, import_revocations};
use allod::{Code, Container, ContainerWriter, Encoding, Receipt, Results, Revocation};

use crate::gathering::*;
use crate::stepping::wrong_answers;

fn carried(writer: &ContainerWriter) -> Container {
    Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap()
}

/// What the host was told to do.
#[derive(Default)]
struct Told {
    revoked: Vec<usize>,
    tokens: Vec<Vec<Cid>>,
    puts: Vec<(Cid, Option<Quota>)>,
}

/// Drives it as a host does that gets everything wrong before it gets it right.
fn drive<F: Fn(&Did) -> bool>(
    taking_up: &mut TakingUp<F>,
    mut answer: impl FnMut(&Ask) -> Answer,
    mut put: impl FnMut(&VerifiedRevocation, Option<Quota>) -> Added,
) -> (Vec<TakenUp>, Told) {
    let mut told = Told::default();
    assert!(taking_up.added(Added::New).is_err(), "none was to be kept");
    assert!(taking_up.answer(Answer::Revoked(vec![])).is_err(), "nothing was asked");
    loop {
        match taking_up.step() {
            TakingUpStep::Done(taken_up) => {
                assert!(taking_up.answer(Answer::Tokens(vec![])).is_err(), "it is over");
                assert!(taking_up.added(Added::Known).is_err(), "it is over");
                return (taken_up, told);
            }
            TakingUpStep::Ask(ask) => {
                for wrong in wrong_answers(&ask) {
                    assert!(taking_up.answer(wrong).is_err());
                }
                assert!(taking_up.added(Added::New).is_err());
                assert!(matches!(taking_up.step(), TakingUpStep::Ask(again) if again == ask));
                match &ask {
                    Ask::Revoked(pairs) => told.revoked.push(pairs.len()),
                    Ask::Tokens(cids) => told.tokens.push(cids.clone()),
                    Ask::Delegations { .. } => panic!("no listing is needed"),
                }
                let right = answer(&ask);
                taking_up.answer(right.clone()).unwrap();
                assert!(taking_up.answer(right).is_err(), "once is enough");
            }
            TakingUpStep::Put(revocation, quota) => {
                let cid = revocation.revocation().cid();
                assert!(taking_up.answer(Answer::Tokens(vec![])).is_err());
                assert!(
                    matches!(taking_up.step(), TakingUpStep::Put(again, _) if again.revocation().cid() == cid)
                );
                told.puts.push((cid, quota));
                taking_up.added(put(&revocation, quota)).unwrap();
                assert!(taking_up.added(Added::New).is_err(), "once is enough");
            }
        }
    }
}

fn over<F: Fn(&Did) -> bool>(store: &MemoryStore, taking_up: &mut TakingUp<F>) -> (Vec<TakenUp>, Told) {
    drive(
        taking_up,
        |ask| ask.answer_from(store).unwrap(),
        |revocation, quota| store.put_revocation(revocation, quota).unwrap(),
    )
}

/// What became of each, in words.
fn words(taken_up: &[TakenUp]) -> Vec<String> {
    let became = |result: &TakeUp| match result {
        TakeUp::Refused(denial) => format!("refused: {}", denial.message()),
        other => format!("{other:?}"),
    };
    let words = |taken: &TakenUp| {
        format!("{} {} {} {}", taken.cid, taken.revoked, taken.subject, became(&taken.result))
    };
    taken_up.iter().map(words).collect()
}

fn nobody(_: &Did) -> bool {
    false
}

const QUOTA: Quota = Quota { each: 2, all: 3 };

/// A store that holds these.
fn store(tokens: &[&Token<Delegation>]) -> MemoryStore {
    let store = MemoryStore::new();
    let verified: Vec<_> = tokens.iter().map(|token| (*token).clone().verify().unwrap()).collect();
    store.put_delegations(&verified).unwrap();
    store
}

#[test]
fn taking_up_in_steps_comes_out_as_it_does_at_once() {
    let people: [SigningKey; 6] = std::array::from_fn(|number| key(number as u32));
    let [album, alice, bob, carol, zelda, mallory] = &people;
    let to_alice = Link::new(album, alice, album.did()).sign();
    let to_bob = Link::new(alice, bob, album.did()).sign();
    let to_carol = Link::new(bob, carol, album.did()).sign();
    let right = Link { command: "/ucan/revoke", ..Link::new(alice, zelda, alice.did()) }.sign();
    let forged = {
        let mut bytes = Link { number: 7, ..Link::new(alice, carol, album.did()) }.sign().as_bytes().to_vec();
        bytes[10] ^= 1;
        Token::<Delegation>::parse(bytes).unwrap()
    };
    let mut revocations = Vec::new();
    for by in &people {
        for of in [&to_alice, &to_bob, &to_carol, &right, &forged] {
            for path in [vec![], vec![to_alice.cid(), of.cid()], vec![to_alice.cid(), to_bob.cid(), of.cid()]]
            {
                for (subject, proofs) in [(by.did(), vec![]), (alice.did(), vec![right.cid()])] {
                    let builder = Revocation::builder(of.cid(), subject);
                    revocations.push(builder.path(path.clone()).proofs(proofs).sign(by).unwrap());
                }
            }
        }
    }
    let links = [&to_alice, &to_bob, &to_carol, &right, &forged];
    let documents = MemoryResolver::new();
    let mut chance = Chance(8);
    let mut became = BTreeMap::new();
    for _ in 0..60 {
        let chosen: Vec<_> = (0..12).map(|_| chance.of(&revocations)).collect();
        let writer = chosen.iter().fold(ContainerWriter::new(), |writer, one| writer.token(one.token()));
        let along = links.iter().filter(|_| chance.percent(50));
        let writer = along.fold(writer, |writer, link| writer.token(link)).bytes(b"no token");
        let here: Vec<_> = links[..4].iter().copied().filter(|_| chance.percent(50)).collect();
        let one = chance.of(&people).did();
        let own = |did: &Did| *did == one && *did != mallory.did();
        let container = carried(&writer);

        let (stepped, at_once) = (store(&here), store(&here));
        let intake = Intake { own: &own, quota: QUOTA, documents: &documents };
        // What was taken up before is known.
        for _ in 0..2 {
            let (taken_up, told) = over(&stepped, &mut TakingUp::new(&container, own).quota(QUOTA));
            let expected = import_revocations(&at_once, &container, &intake).unwrap();
            assert_eq!(words(&taken_up), words(&expected));
            assert!(told.revoked.len() <= 1 && told.tokens.len() <= 1, "each question is asked once");
            for cids in &told.tokens {
                let different: BTreeSet<_> = cids.iter().collect();
                assert_eq!(different.len(), cids.len(), "each delegation is asked for once");
                assert!(cids.iter().all(|cid| !container.contains(cid)), "and none that came along");
            }
            for taken in &taken_up {
                let kind = format!("{:?}", taken.result);
                *became
                    .entry(kind.chars().take_while(char::is_ascii_alphabetic).collect::<String>())
                    .or_insert(0) += 1;
            }
        }
    }
    // All of it occurred.
    let kinds: Vec<_> = became.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["Irrelevant", "Known", "New", "OverQuota", "Refused"], "{became:?}");
}

/// Two revocations of the same delegation by the same issuer, in the order of the container.
fn twins() -> (Token<Delegation>, [Revocation; 2], Container) {
    let [album, alice] = [0, 1].map(key);
    let grant = Link::new(&album, &alice, album.did()).sign();
    let twin = |reason: &str| {
        Revocation::builder(grant.cid(), album.did()).meta("reason", reason).sign(&album).unwrap()
    };
    let mut twins = [twin("lost"), twin("stolen")];
    twins.sort_by_key(|twin| twin.cid());
    let writer = twins.iter().fold(ContainerWriter::new(), |writer, twin| writer.token(twin.token()));
    let container = carried(&writer.token(&grant));
    (grant, twins, container)
}

#[test]
fn of_two_that_say_the_same_the_second_is_known() {
    let (_, twins, container) = twins();
    let (taken_up, told) = over(&MemoryStore::new(), &mut TakingUp::new(&container, nobody));
    assert!(matches!(taken_up[0].result, TakeUp::New) && matches!(taken_up[1].result, TakeUp::Known));
    assert_eq!(told.puts, [(twins[0].cid(), Some(Quota::USUAL))], "nor is the second looked at");
    // Where there was no room for the first, the second is tried.
    let known = |ask: &Ask| ask.answer_from(&MemoryStore::new()).unwrap();
    let mut answers = [Added::OverQuota, Added::New].into_iter();
    let (taken_up, told) =
        drive(&mut TakingUp::new(&container, nobody), known, |_, _| answers.next().unwrap());
    assert!(matches!(taken_up[0].result, TakeUp::OverQuota) && matches!(taken_up[1].result, TakeUp::New));
    assert_eq!(told.puts.len(), 2);
    // One's own is kept without a quota, and in any case: it counted before.
    let own = |did: &Did| *did == key(0).did();
    let (taken_up, told) = over(&MemoryStore::new(), &mut TakingUp::new(&container, own));
    assert!(matches!(taken_up[0].result, TakeUp::New) && matches!(taken_up[1].result, TakeUp::Known));
    assert_eq!(told.puts, twins.map(|twin| (twin.cid(), None)));
    assert!(told.revoked.is_empty(), "whether it is known does not matter");
}

#[test]
fn a_store_that_changes_meanwhile_changes_what_becomes_of_them() {
    let (grant, twins, _) = twins();
    let container = carried(&ContainerWriter::new().token(twins[0].token()));
    let outcome = |token: Option<Token<Delegation>>, known: bool, added: Added| {
        let answer = |ask: &Ask| match ask {
            Ask::Tokens(cids) => {
                assert_eq!(cids, &[grant.cid()]);
                Answer::Tokens(vec![token.clone()])
            }
            _ => Answer::Revoked(vec![known]),
        };
        let (taken_up, told) = drive(&mut TakingUp::new(&container, nobody), answer, |_, _| added);
        (taken_up[0].result.clone(), told.puts.len())
    };
    let there = || Some(grant.clone());
    assert!(matches!(outcome(there(), false, Added::New), (TakeUp::New, 1)));
    // Somebody else was faster.
    assert!(matches!(outcome(there(), false, Added::Known), (TakeUp::Known, 1)));
    assert!(matches!(outcome(None, true, Added::New), (TakeUp::Known, 0)));
    // What it is about was forgotten, or is something else.
    assert!(matches!(outcome(None, false, Added::New), (TakeUp::Irrelevant, 0)));
    let other = Link { number: 1, ..Link::new(&key(0), &key(1), key(0).did()) }.sign();
    assert!(matches!(outcome(Some(other), false, Added::New), (TakeUp::Irrelevant, 0)));
}

#[test]
fn what_a_full_container_asks_for_is_bounded_by_it() {
    let [album, bob] = [0, 1].map(key);
    // As many names as there is room for, half of them twice.
    let mut writer = ContainerWriter::new();
    for n in 0..600_u32 {
        let path = (0..15).map(|place| Cid::of(format!("{} {place}", n / 2).as_bytes()));
        let revocation = Revocation::builder(Cid::of(&n.to_be_bytes()), bob.did()).path(path);
        writer = writer.token(revocation.sign(&bob).unwrap().token());
    }
    let container = carried(&writer);
    let (taken_up, told) = over(&MemoryStore::new(), &mut TakingUp::new(&container, nobody));
    assert!(taken_up.len() == 600 && taken_up.iter().all(|one| matches!(one.result, TakeUp::Irrelevant)));
    assert_eq!((told.revoked, told.tokens[0].len()), (vec![600], 600 + 300 * 15));
    // Of none, nothing is asked.
    let none = carried(&ContainerWriter::new().token(&Link::new(&album, &bob, album.did()).sign()));
    let (taken_up, told) = over(&MemoryStore::new(), &mut TakingUp::new(&none, nobody));
    assert!(taken_up.is_empty() && told.revoked.is_empty() && told.tokens.is_empty());
}

#[test]
fn what_is_genuine_is_told_from_what_is_not() {
    let [album, bob] = [0, 1].map(key);
    let grant = Link::new(&album, &bob, album.did()).sign();
    let invocation = Invocation::builder(album.did(), command("/photos/read")).sign(&bob).unwrap();
    let receipt = Receipt::builder(invocation.task().cid(), Results::Ok(1.into())).sign(&album).unwrap();
    let broken = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[10] ^= 1;
        bytes
    };
    let writer = ContainerWriter::new().token(&grant).token(&invocation).token(receipt.token());
    let other = Link { number: 1, ..Link::new(&album, &bob, album.did()) }.sign();
    let writer = writer.bytes(&broken(other.as_bytes())).bytes(b"no token");
    let later = Receipt::builder(Cid::of(b"task"), Results::Ok(1.into())).sign(&album).unwrap();
    let writer = writer.bytes(&broken(later.token().as_bytes()));
    let genuine = Genuine::in_container(&carried(&writer), &MemoryResolver::new());
    assert_eq!(genuine.delegations.iter().map(|token| token.cid()).collect::<Vec<_>>(), [grant.cid()]);
    assert_eq!(genuine.receipts, [receipt]);
    let mut codes: Vec<_> = genuine.refused.iter().map(|(_, code)| *code).collect();
    codes.sort();
    assert_eq!(codes, [Code::Malformed, Code::BadSignature, Code::BadSignature]);
}
