//! How fast allod is, beside the floor: see `benches/README.md`.

use std::hint::black_box;

use allod::{Algorithm, Authorizer, RevocationSet, Signer as _, Subjects};
use allod_bench::allocations::{self, Counting};
use allod_bench::chain::{Chain, Received};
use allod_bench::floor::{Check, Warm};
use allod_bench::turns::Turns;

#[global_allocator]
static COUNTING: Counting = Counting;

const LENGTHS: [usize; 4] = [1, 2, 5, 10];

fn main() {
    let none = RevocationSet::default();
    let chains: Vec<(usize, Chain)> =
        LENGTHS.map(|links| (links, Chain::of(links, Algorithm::Ed25519))).into();
    let did = chains[0].1.people[0].did().to_string();
    let policy = allod_bench::chain::policy();
    let people = &chains[0].1.people;
    let (audience, subject) = (people[1].did(), people[0].did());
    let ready = allod_bench::chain::policy();
    let command: allod::Command = "/photos".parse().unwrap();
    let mut turns = Turns::new();
    for (links, chain) in &chains {
        let checks: Vec<Check> =
            chain.links.iter().map(Check::of).chain([Check::of(&chain.invocation)]).collect();
        let keys: Vec<Warm> = checks.iter().map(Check::key).collect();
        let received: Received = chain.received();
        let authorizer = Authorizer::new(received.executor.clone(), Subjects::itself());
        let none = &none;
        assert!(authorizer.decide_bytes(&received.invocation, &received.evidence(none)).is_allowed());
        let (keys_only, everything) = (allod::Cache::default(), allod::Cache::default());
        let (one, again) = (authorizer.clone(), received.clone());
        let fresh = std::cell::Cell::new(0_usize);
        let invocations: Vec<Vec<u8>> =
            (1..2000).map(|number| chain.another(number).as_bytes().to_vec()).collect();
        let known = everything.clone();
        turns.add(format!("proofs known {links}"), move || {
            let evidence = again.evidence(none).cache(&known);
            // None of them is remembered by the time its turn comes again: see below.
            fresh.set((fresh.get() + 1) % invocations.len());
            assert!(one.decide_bytes(black_box(&invocations[fresh.get()]), &evidence).is_allowed());
        });
        let _ = keys_only;
        let container = chain.container();
        let other = authorizer.clone();
        turns.add(format!("cold container {links}"), move || {
            let container = allod_bench::chain::read(black_box(&container));
            let evidence = allod::Evidence::new(allod_bench::chain::now(), none);
            assert!(other.decide_container(&container, &evidence).is_allowed());
        });
        turns.add(format!("cold {links}"), move || {
            let evidence = received.evidence(none);
            assert!(authorizer.decide_bytes(black_box(&received.invocation), &evidence).is_allowed());
        });
        let checks = std::rc::Rc::new(checks);
        let warm = checks.clone();
        turns.add(format!("floor {links}"), move || {
            assert!(checks.iter().all(|check| black_box(check).cold()))
        });
        turns.add(format!("floor warm {links}"), move || {
            assert!(warm.iter().zip(&keys).all(|(check, key)| black_box(check).warm(key)));
        });
    }
    let delegation = chains[0].1.links[0].as_bytes();
    println!("a delegation of {} bytes", delegation.len());
    turns.add("decode", || {
        black_box(allod::Token::<allod::Delegation>::parse(black_box(delegation)).unwrap());
    });
    turns.add("sha256", || {
        black_box(allod::Cid::of(black_box(delegation)));
    });
    turns.add("did", || {
        black_box(allod::Did::parse(black_box(&did)).unwrap());
    });
    let arguments = chains[0].1.invocation.arguments();
    turns.add("policy", || {
        let truth =
            black_box(&policy).evaluate(black_box(arguments), &mut allod::ucan::policy::Budget::new());
        assert_eq!(truth, Ok(allod::ucan::policy::Truth::True));
    });
    turns.add("issue", || {
        let link = allod::Delegation::builder(audience.clone(), subject.clone(), "/photos".parse().unwrap())
            .policy(allod_bench::chain::policy())
            .expires(allod_bench::chain::now());
        black_box(link.sign(&people[0]).unwrap());
    });
    turns.add("issue ready", || {
        let link = allod::Delegation::builder(audience.clone(), subject.clone(), command.clone())
            .policy(ready.clone())
            .expires(allod_bench::chain::now());
        black_box(link.sign(&people[0]).unwrap());
    });
    let message = chains[0].1.links[0].signed_bytes();
    turns.add("sign", || {
        black_box(people[0].sign(black_box(message)).unwrap());
    });
    let allocated = allocations::during(|| {
        black_box(allod::Token::<allod::Delegation>::parse(black_box(delegation)).unwrap());
    });
    println!("decode allocates {allocated} times");
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(100);
    let medians = turns.measured(rounds);
    for (name, nanoseconds) in medians.iter() {
        println!("{name:24} {nanoseconds:12.0}");
    }
    for links in LENGTHS {
        let (cold, warm) =
            (medians.of(&format!("floor {links}")), medians.of(&format!("floor warm {links}")));
        let ours = medians.of(&format!("cold {links}"));
        println!("{links}: cold / floor {:.3}, cold / warm floor {:.3}", ours / cold, ours / warm);
    }
}
