//! Why there is no chain, for people.

// Requirements kept here: allod-gather-miss.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::goal::Goal;
use crate::identity::Did;
use crate::ucan::Command;
use crate::ucan::policy::{BudgetExceeded, PolicyFailure};
use crate::ucan::time::Timestamp;
use crate::wire::Cid;

/// What came nearest to a chain.
///
/// A whole chain that falls short comes before one with a gap, and of those the one that falls short the least: by
/// its policy, then by time, by a revocation, by its command. Its `Display` names DIDs in their short
/// form; [`NearestMiss::words`] takes other names. Neither shows anything of the arguments.
#[derive(Debug, Clone)]
pub struct NearestMiss {
    invoker: Did,
    subject: Did,
    command: Command,
    at: Timestamp,
    gap: Gap,
}

/// What is missing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Gap {
    /// There is a chain from the subject to the invoker, and it falls short.
    Flawed(Flawed),
    /// There is one, and it has too many links.
    TooLong {
        /// How many the shortest one has.
        links: usize,
        /// How many are followed.
        most: usize,
    },
    /// Nobody gave the invoker anything about the subject.
    HoldsNothing,
    /// The line from the invoker up ends at this DID, which was given nothing about the subject.
    EndsAt(Did),
    /// The line begins with a powerline by the subject, which is about nobody: only a delegation about the subject
    /// itself begins a chain.
    OnlyPowerlines,
    /// Those that the line leads up to only gave to each other.
    Circle,
    /// There is too much to look through to say what comes nearest.
    Unsaid,
}

/// A chain that falls short.
#[derive(Debug, Clone)]
pub struct Flawed {
    /// Its delegations, root first.
    pub chain: Vec<Cid>,
    /// The command that all its links have in common, if they have one.
    pub held: Option<Command>,
    /// When the first of its links ends; `None` if none does.
    pub until: Option<Timestamp>,
    /// What is wrong with it, the heaviest first; at least one.
    pub flaws: Vec<Flaw>,
}

/// What is wrong with one link.
#[derive(Debug, Clone)]
pub struct Flaw {
    /// The link's place in the chain, from 0.
    pub index: usize,
    /// Its CID.
    pub delegation: Cid,
    /// Who issued it.
    pub issuer: Did,
    /// To whom.
    pub audience: Did,
    /// What is wrong.
    pub reason: Reason,
}

/// In which way a link falls short.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It is for another command.
    Command {
        /// What it is for.
        held: Command,
    },
    /// It has ended.
    Ended {
        /// The last second of its validity.
        at: Timestamp,
    },
    /// It has not begun.
    Begins {
        /// The first second of its validity.
        at: Timestamp,
    },
    /// It was taken back.
    Revoked {
        /// With whose authority.
        by: Did,
    },
    /// The arguments do not satisfy its policy.
    Policy(PolicyFailure),
    /// Its policy takes too long to evaluate, alone or together with those above it.
    PolicyTooCostly(BudgetExceeded),
    /// Its signature does not hold, or cannot be checked for want of its issuer's document.
    Unverified,
}

impl Reason {
    /// How far this falls short: other arguments are easier had than another time, and that than another
    /// delegation.
    pub(super) fn weight(&self, asked: &Command) -> u32 {
        match self {
            Self::Policy(_) | Self::PolicyTooCostly(_) => 1,
            Self::Ended { .. } | Self::Begins { .. } => 2,
            Self::Revoked { .. } => 3,
            Self::Command { held } if held.segments().next() == asked.segments().next() => 4,
            Self::Command { .. } => 5,
            Self::Unverified => 6,
        }
    }
}

impl NearestMiss {
    pub(super) fn new(goal: &Goal, gap: Gap) -> Self {
        let Goal { invoker, subject, command, at, .. } = goal.clone();
        Self { invoker, subject, command, at, gap }
    }

    /// Who would invoke.
    #[must_use]
    pub const fn holder(&self) -> &Did {
        &self.invoker
    }

    /// On whose behalf.
    #[must_use]
    pub const fn subject(&self) -> &Did {
        &self.subject
    }

    /// What was asked for.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// What is missing.
    #[must_use]
    pub const fn gap(&self) -> &Gap {
        &self.gap
    }

    /// The chain that falls short, if there is one.
    #[must_use]
    pub const fn flawed(&self) -> Option<&Flawed> {
        match &self.gap {
            Gap::Flawed(flawed) => Some(flawed),
            _ => None,
        }
    }

    /// What is wrong with that chain: the heaviest of its flaws.
    #[must_use]
    pub fn flaw(&self) -> Option<&Flaw> {
        self.flawed()?.flaws.first()
    }

    /// The command that the holder has instead.
    #[must_use]
    pub fn held(&self) -> Option<&Command> {
        self.flawed()?.held.as_ref()
    }

    /// When what the holder has ends, or ended; `None` also where nothing is held.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.flawed()?.until
    }

    /// The same in words, with names for DIDs.
    pub fn words(&self, name: impl Fn(&Did) -> String) -> String {
        let Self { invoker, subject, command, .. } = self;
        let nothing =
            |why: String| format!("nothing leads from {} to {}: {why}", name(subject), name(invoker));
        match &self.gap {
            Gap::Flawed(flawed) => self.flawed_words(flawed, &name),
            Gap::TooLong { links, most } => {
                nothing(format!("the shortest chain has {links} links, and at most {most} are followed"))
            }
            Gap::HoldsNothing => nothing(format!("{} holds nothing about it", name(invoker))),
            Gap::EndsAt(did) => {
                nothing(format!("the line ends at {}, who holds nothing about it", name(did)))
            }
            Gap::OnlyPowerlines => nothing(format!(
                "the line begins with a powerline of {}, which begins no chain",
                name(subject)
            )),
            Gap::Circle => nothing("the line goes round in a circle".into()),
            Gap::Unsaid => format!(
                "{} holds no valid chain for {command} on {}; there are too many delegations to say what comes nearest",
                name(invoker),
                name(subject)
            ),
        }
    }

    fn flawed_words(&self, flawed: &Flawed, name: &dyn Fn(&Did) -> String) -> String {
        let Self { invoker, command, at, .. } = self;
        let Some(flaw) = flawed.flaws.first() else {
            return "what is stored has changed in the meantime: look again".into();
        };
        let revoked = flawed.flaws.iter().any(|flaw| matches!(flaw.reason, Reason::Revoked { .. }));
        let over = revoked || flawed.until.is_some_and(|until| until < *at);
        let has = if over { "had" } else { "has" };
        let until = match flawed.until {
            Some(until) => format!("until {until}"),
            None => "without end".into(),
        };
        let invoker = name(invoker);
        let link = format!("what {} gave {}", name(&flaw.issuer), name(&flaw.audience));
        let held = match (&flawed.held, &flaw.reason) {
            (Some(held), Reason::Command { .. }) => {
                return format!("{invoker} {has} {held} {until}, not {command}");
            }
            (None, Reason::Command { held }) => return format!("{link} is for {held}, not for {command}"),
            (Some(held), _) => held,
            (None, _) => command,
        };
        match &flaw.reason {
            Reason::Command { .. } => String::new(),
            Reason::Ended { at } => format!("{invoker} had {held}, but {link} ended on {at}"),
            Reason::Begins { at } => format!("{invoker} has {held}, but {link} begins on {at}"),
            Reason::Revoked { by } => format!("{invoker} had {held}, but {link} was revoked by {}", name(by)),
            Reason::Policy(failure) => {
                format!(
                    "{invoker} {has} {held} {until}, but the policy of {link} is not satisfied: {failure}"
                )
            }
            Reason::PolicyTooCostly(exceeded) => format!("{invoker} {has} {held}, but of {link}, {exceeded}"),
            Reason::Unverified => format!(
                "{invoker} {has} {held} {until}, but {link} cannot be verified: its signature is not {}'s, or the document with the keys is missing",
                name(&flaw.issuer)
            ),
        }
    }
}

impl fmt::Display for NearestMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Did::short))
    }
}
