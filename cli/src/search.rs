//! The chain that a grant or a request rests on, found in the store.

use allod::identity::DidDocument;
use allod::store::{Found, Gap, Goal, NearestMiss, Reason, find_chain};
use allod::wire::Item;
use allod::{Command, Delegation, Did, MemoryResolver, Timestamp, Verified};

use crate::failure::Failure;
use crate::home::Home;
use crate::names::Names;
use crate::state::failed;

/// Who wants to do what, on whose behalf.
pub(crate) struct Wanted<'a> {
    pub(crate) holder: &'a Did,
    pub(crate) subject: &'a Did,
    pub(crate) command: &'a Command,
    /// What policies are held against; without, they are for whoever invokes to satisfy.
    pub(crate) arguments: Option<Item>,
    pub(crate) documents: &'a [DidDocument],
}

/// The best chain in the store: of the fewest links, and of those the one that lasts longest. None is needed for
/// oneself.
pub(crate) fn chain(
    home: &Home,
    wanted: Wanted<'_>,
    now: Timestamp,
) -> Result<Vec<Verified<Delegation>>, Failure> {
    let Wanted { holder, subject, command, arguments, documents } = wanted;
    let goal = Goal::new(holder.clone(), subject.clone(), command.clone(), now);
    let goal = arguments.into_iter().fold(goal, Goal::arguments);
    let mut known = MemoryResolver::new();
    for document in documents {
        known.insert(document.clone());
    }
    match find_chain(home.store(), goal, &known).map_err(|error| failed(&error))? {
        Found::Chain(chain) => Ok(chain),
        Found::None(miss) => Err(missed(&miss, &home.names)),
        Found::OutOfBudget { steps } => Err(too_long(steps)),
    }
}

pub(crate) fn too_long(steps: u64) -> Failure {
    Failure::new(
        format_args!(
            "the search for a chain in the store was given up after {steps} steps: there is too much of what leads nowhere"
        ),
        "give the files of the line meant with --proof",
    )
}

/// What comes nearest, and what to do about it.
pub(crate) fn missed(miss: &NearestMiss, names: &Names) -> Failure {
    let (holder, subject) = (names.of(miss.holder()), names.of(miss.subject()));
    let take_in = "take it in with `allod receive`, or give its file with --proof";
    let remedy = match (miss.gap(), miss.flaw()) {
        (Gap::Flawed(_), Some(flaw)) => {
            let issuer = names.of(&flaw.issuer);
            match &flaw.reason {
                Reason::Policy(_) => format!("change --args, or ask {issuer} for a wider delegation"),
                Reason::Command { .. } => {
                    format!(
                        "use a command that is held, or ask {issuer} for a delegation of {}",
                        miss.command()
                    )
                }
                Reason::Begins { .. } => format!("wait until it begins, or ask {issuer} for another"),
                Reason::Unverified => format!(
                    "give the document of {issuer} with --document if it is a did:web, or receive the delegation again"
                ),
                _ => format!("ask {issuer} for a new delegation, and {take_in}"),
            }
        }
        (Gap::EndsAt(did), _) => format!("ask {} for what was given to it, and {take_in}", names.of(did)),
        (Gap::HoldsNothing, _) => format!("ask {subject} for a delegation to {holder}, and {take_in}"),
        _ => format!("ask {subject} for a delegation about itself, and {take_in}"),
    };
    Failure::new(names.rewrite(&miss.words(|did| names.of(did))), remedy)
}
