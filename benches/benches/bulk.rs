//! Many requests, each of three links, decided one after the other and on all cores at once. It measures time as it
//! passes, and so needs a machine that does nothing else. It prints one JSON object.

use std::time::{Duration, Instant};

use allod::{Algorithm, Authorizer, Container, Evidence, RevocationSet, Subjects};
use allod_bench::chain::{self, Chain};
use allod_bench::turns::rounds;

const MANY: usize = 1000;

fn main() {
    let requests: Vec<Container> = (0..MANY)
        .map(|number| chain::read(&Chain::numbered(3, Algorithm::Ed25519, number).container()))
        .collect();
    let executor = chain::key(Algorithm::Ed25519, 0).did();
    let (authorizer, none) = (Authorizer::new(executor, Subjects::itself()), RevocationSet::default());
    let evidence = Evidence::new(chain::now(), &none);
    let timed = |work: &dyn Fn() -> bool| {
        let begun = Instant::now();
        assert!(work());
        begun.elapsed()
    };
    let one = || requests.iter().all(|request| authorizer.decide_container(request, &evidence).is_allowed());
    let all = || authorizer.decide_containers(&requests, &evidence).iter().all(allod::Decision::is_allowed);
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..rounds(15) {
        alone.push(timed(&one));
        together.push(timed(&all));
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e9 / MANY as f64
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{{\"medians\": {{\"decide in bulk, one core\": {:.1}, \"decide in bulk, all cores\": {:.1}}}, \"cores\": {cores}}}",
        median(alone),
        median(together)
    );
}
