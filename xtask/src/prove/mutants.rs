//! Mutation testing: the core is changed in one place, and a test has to notice.
//!
//! cargo-mutants says which changes there are, and judges each by a build of its own. Since there are thousands,
//! all of them are first compiled into one build, in which a run of the tests switches one on; what is left for
//! cargo-mutants is what no test noticed there, what cannot be built so, and, if there is time, to say the same
//! again. A ledger of verdicts outlives a run: the work can be spread over as many runs as one likes.

mod ledger;
mod list;
mod outcome;
mod progress;
mod shard;
mod suite;
mod switched;
mod tree;

use std::path::PathBuf;
use std::time::Instant;

use self::ledger::{Judge, Ledger, Verdict};
use self::list::Mutant;
use self::progress::Progress;
use self::shard::Shards;
use self::suite::Suite;
use self::switched::Switched;
use super::sources::fingerprint;
use super::{Context, Part};
use crate::steps::{cargo, succeeds};

/// The rooms that are mutated, the narrower before the wider, and whether a survivor there is a failure.
const ROOMS: [(&str, bool); 8] = [
    ("core/src/validation/", true),
    ("core/src/ucan/policy/", true),
    ("core/src/wire/cbor/", true),
    ("core/src/identity/did_key.rs", true),
    ("core/src/ucan/", false),
    ("core/src/wire/", false),
    ("core/src/identity/", false),
    ("core/src/container/", false),
];

/// What decides whether a mutant is noticed.
const DECIDE: [&str; 15] = [
    "core",
    // The corpora go through its reader of lines.
    "cli/src",
    "tests/src",
    "tests/tests",
    "tests/model",
    "tests/vectors",
    "tests/build.rs",
    "tests/Cargo.toml",
    "fuzz/corpus",
    "fuzz/crashes",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/mutants.toml",
    // Who judges.
    "tests/mutants/src",
    "xtask/src/prove/mutants",
];

pub(super) fn run(given: &Context) -> Part {
    let begun = Instant::now();
    if !succeeds(&cargo(), &["mutants", "--version"])
        && !succeeds(&cargo(), &["install", "--locked", "cargo-mutants"])
    {
        return Part::skipped("cargo-mutants is not there, and cargo could not install it");
    }
    match judge(given, begun) {
        Ok(part) => part,
        Err(error) => Part::failed(error),
    }
}

fn judge(given: &Context, begun: Instant) -> Result<Part, String> {
    let folder = given.folder.join("mutants");
    let tree = tree::copied(&folder, |_| false)?;
    let list = folder.join("list.json");
    let mutants = list::mutants(&tree, &list)?;
    let mut run = Run {
        suite: Suite::read(&tree)?,
        ledger: Ledger::open(&folder, fingerprint(&DECIDE)?)?,
        progress: Progress::new(begun),
        folder,
        tree,
        list,
        seed: given.seed,
        until: begun + given.time,
    };
    run.switch(&mutants)?;
    run.rest(&mutants)?;
    Ok(outcome::part(&mutants, &run.ledger, run.progress.judged()))
}

/// A run, and what it knows.
struct Run {
    folder: PathBuf,
    tree: PathBuf,
    /// What cargo-mutants says of the mutants.
    list: PathBuf,
    suite: Suite,
    ledger: Ledger,
    progress: Progress,
    seed: u64,
    until: Instant,
}

impl Run {
    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Switches on what is outstanding, in the build that holds all mutants.
    fn switch(&mut self, mutants: &[Mutant]) -> Result<(), String> {
        let mut asked = self.ledger.outstanding(mutants, self.seed);
        asked.retain(|mutant| !self.ledger.went_unnoticed(mutant));
        if asked.is_empty() || self.is_over() {
            return Ok(());
        }
        self.progress.doing("building all mutants into one".into());
        let mut switched = Switched::build(&self.folder, &self.tree, &self.list, &self.suite, mutants)?;
        asked.retain(|mutant| switched.has(mutant));
        if asked.is_empty() || self.is_over() {
            return Ok(());
        }
        self.progress.doing("running the tests without a mutant".into());
        switched.passes()?;
        self.progress.doing(format!("switching on {} mutants", asked.len()));
        let Self { ledger, progress, until, .. } = self;
        switched.run(&asked, *until, &mut |judged| {
            if let Some((mutant, Some(verdict))) = judged {
                ledger.add(&[(mutant, verdict)], Judge::Switched)?;
                progress.add(Judge::Switched, verdict);
            }
            progress.tell();
            Ok(())
        })
    }

    /// Has cargo-mutants judge what is still outstanding, and then, for as long as there is time, what was
    /// noticed when it was switched on.
    fn rest(&mut self, mutants: &[Mutant]) -> Result<(), String> {
        let (folder, tree, suite) = (self.folder.clone(), self.tree.clone(), Suite::read(&self.tree)?);
        let mut shards = Shards::new(&folder, &tree, &suite);
        let (unnoticed, others): (Vec<_>, Vec<_>) = self
            .ledger
            .outstanding(mutants, self.seed)
            .into_iter()
            .partition(|mutant| self.ledger.went_unnoticed(mutant));
        if !unnoticed.is_empty() {
            self.progress.doing(format!("building {} that went unnoticed one by one", unnoticed.len()));
            self.shards(&mut shards, &unnoticed)?;
        }
        // Most of those that cannot be switched on do not compile, which takes no tests to find out.
        for some in others.chunks(shard::CHECKED) {
            if self.is_over() {
                return Ok(());
            }
            self.progress.doing(format!(
                "compiling {} of {} that cannot be switched on",
                some.len(),
                others.len()
            ));
            let (viable, unviable) = shards.check(some, &mut || self.progress.tell())?;
            let unviable: Vec<_> = unviable.into_iter().map(|mutant| (mutant, Verdict::Unviable)).collect();
            self.add(&unviable)?;
            if !viable.is_empty() {
                self.progress
                    .doing(format!("building {} that cannot be switched on one by one", viable.len()));
                self.shards(&mut shards, &viable)?;
            }
        }
        let unconfirmed = self.ledger.unconfirmed(mutants, self.seed);
        if !unconfirmed.is_empty() && !self.is_over() {
            self.progress.doing(format!("building {} that were noticed one by one", unconfirmed.len()));
            self.shards(&mut shards, &unconfirmed)?;
        }
        Ok(())
    }

    fn shards(&mut self, shards: &mut Shards<'_>, mutants: &[&Mutant]) -> Result<(), String> {
        for shard in mutants.chunks(shard::SIZE) {
            if self.is_over() {
                break;
            }
            let verdicts = shards.run(shard, &mut || self.progress.tell())?;
            self.add(&verdicts)?;
        }
        Ok(())
    }

    fn add(&mut self, verdicts: &[(&Mutant, Verdict)]) -> Result<(), String> {
        self.ledger.add(verdicts, Judge::CargoMutants)?;
        for (_, verdict) in verdicts {
            self.progress.add(Judge::CargoMutants, *verdict);
        }
        Ok(())
    }
}
