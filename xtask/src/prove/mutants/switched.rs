//! All mutants in one build, of which each run of the tests switches one on.
//!
//! What cargo-mutants needs a build for takes a second here. What no test notices in this way is no verdict yet:
//! where the compiler computes, the switch is off, and some mutants cannot be written beside the others at all.

mod instrumented;
mod noticed;
mod stage;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use self::instrumented::Binary;
use self::noticed::Noticed;
use self::stage::{Ended, SWITCHED, Stage};
use super::ledger::Verdict;
use super::list::Mutant;
use super::suite::Suite;

/// The build, and what is run in it.
pub(super) struct Switched {
    folder: PathBuf,
    binaries: Vec<Binary>,
    /// The mutants that can be switched on.
    placed: HashSet<usize>,
    /// The cheaper first, once they were seen to pass.
    stages: Vec<Stage>,
    noticed: Noticed,
}

/// What came of a mutant here: where it is none, its run was ended from elsewhere.
type Judged<'m> = (&'m Mutant, Option<Verdict>);

impl Switched {
    /// Builds it. What it writes into goes below the folder, and is kept for the next time.
    pub(super) fn build(
        folder: &Path,
        tree: &Path,
        list: &Path,
        suite: &Suite,
        mutants: &[Mutant],
    ) -> Result<Self, String> {
        let folder = folder.join("switched");
        let (binaries, placed) = instrumented::build(&folder, tree, list, suite, mutants)?;
        let stages = Stage::all(&binaries, suite);
        Ok(Self { folder, binaries, placed, stages, noticed: Noticed::default() })
    }

    /// Whether a mutant can be switched on.
    pub(super) fn has(&self, mutant: &Mutant) -> bool {
        self.placed.contains(&mutant.id)
    }

    /// Sees to it that all tests pass while no mutant is on.
    pub(super) fn passes(&mut self) -> Result<(), String> {
        let output = self.folder.join("output-none");
        for stage in &mut self.stages {
            let Some(binary) = self.binaries.get(stage.binary) else { continue };
            match binary.run(&stage.arguments, 0, stage.limit(), &output)? {
                (Ended::Passed, took) => {
                    stage.took = took;
                    // Otherwise a mutant that is only slow would count as noticed.
                    if stage.took > stage.limit() / 3 {
                        return Err(format!(
                            "without a mutant, {} takes {} s of the {} it is given: the slow tests among them belong into `SLOW`",
                            stage.arguments.join(" "),
                            stage.took.as_secs(),
                            stage.limit().as_secs()
                        ));
                    }
                }
                _ => {
                    return Err(format!(
                        "without a mutant, {} {} fails in the build that holds all of them: see {}",
                        binary.path.display(),
                        stage.arguments.join(" "),
                        output.display()
                    ));
                }
            }
        }
        self.stages.sort_by_key(|stage| (stage.slow, stage.took));
        Ok(())
    }

    /// Switches them on, one after the other on each core, until the time is up. `judged` is told of each, and
    /// of nothing now and then.
    pub(super) fn run<'m>(
        &self,
        mutants: &[&'m Mutant],
        until: Instant,
        judged: &mut dyn FnMut(Option<Judged<'m>>) -> Result<(), String>,
    ) -> Result<(), String> {
        let waiting = Mutex::new(mutants.iter().copied());
        let (sender, receiver) = channel();
        thread::scope(|scope| {
            let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
            for worker in 0..workers {
                let (sender, waiting) = (sender.clone(), &waiting);
                scope.spawn(move || self.work(worker, waiting, until, &sender));
            }
            drop(sender);
            // Where this returns early, the workers find nobody who listens, and stop.
            let receiver = receiver;
            loop {
                match receiver.recv_timeout(Duration::from_secs(1)) {
                    Ok(result) => judged(Some(result?))?,
                    Err(RecvTimeoutError::Timeout) => judged(None)?,
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        })
    }

    fn work<'m>(
        &self,
        worker: usize,
        waiting: &Mutex<impl Iterator<Item = &'m Mutant>>,
        until: Instant,
        sender: &Sender<Result<Judged<'m>, String>>,
    ) {
        let output = self.folder.join(format!("output-{worker}"));
        while Instant::now() < until {
            let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
            let Some(mutant) = next else { return };
            let result = self.judge(mutant, &output).map(|verdict| (mutant, verdict));
            if sender.send(result).is_err() {
                return;
            }
        }
    }

    fn judge(&self, mutant: &Mutant, output: &Path) -> Result<Option<Verdict>, String> {
        for (binary, tests) in self.noticed.most(&mutant.file) {
            let Some(found) = self.binaries.get(binary) else { continue };
            let arguments: Vec<String> = std::iter::once("--exact".into()).chain(tests).collect();
            match found.run(&arguments, mutant.id, SWITCHED[0], output)?.0 {
                Ended::Passed => {}
                Ended::Failed(tests) => {
                    self.noticed.add(&mutant.file, binary, &tests);
                    return Ok(Some(Verdict::Caught));
                }
                Ended::TooLate => return Ok(Some(Verdict::Timeout)),
                Ended::Stopped => return Ok(None),
            }
        }
        for stage in &self.stages {
            let Some(binary) = self.binaries.get(stage.binary) else { continue };
            match binary.run(&stage.arguments, mutant.id, stage.limit(), output)?.0 {
                Ended::Passed => {}
                Ended::Failed(tests) => {
                    // Slow tests are asked last, whatever they noticed before.
                    if !stage.slow {
                        self.noticed.add(&mutant.file, stage.binary, &tests);
                    }
                    return Ok(Some(Verdict::Caught));
                }
                Ended::TooLate => return Ok(Some(Verdict::Timeout)),
                Ended::Stopped => return Ok(None),
            }
        }
        Ok(Some(Verdict::Missed))
    }
}
