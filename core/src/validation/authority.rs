//! What a chain of delegations allows, before anyone invokes anything.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::{cmp, fmt};

use super::chain::{Chain, Ends, Goal, Order};
use super::decision::Denial;
use super::evidence::Evidence;
use super::finding::Finding;
use super::trace::{Rule, Trace};
use crate::code::Code;
use crate::identity::{Did, Seen};
use crate::limits::Limits;
use crate::ucan::policy::Policy;
use crate::ucan::time::Window;
use crate::ucan::token::Payload;
use crate::ucan::{Command, Delegation, Verified};
use crate::wire::Cid;

/// The effective authority of a chain: who may do what on whose behalf, within which policies, and when.
///
/// It is the intersection of all links: the narrowest command, every policy, the latest beginning and the
/// earliest end. What it says was checked as a decision would check it, but for the invocation that is
/// not there yet.
#[derive(Debug, Clone)]
pub struct Authority {
    holder: Did,
    subject: Did,
    command: Command,
    window: Window,
    chain: Vec<Verified<Delegation>>,
}

impl Authority {
    /// What the holder of these delegations, named root first, may do with them.
    ///
    /// # Errors
    /// The denial that any use of the chain would meet.
    pub fn of(proofs: &[Cid], evidence: &Evidence<'_>) -> Result<Self, Denial> {
        let mut trace = Trace::with_room_for(proofs.len());
        let mut seen = Seen::new();
        let Some(chain) = Chain::load(
            proofs,
            &Ends::default(),
            Order::RootFirst,
            Limits::new(),
            &mut |cid| evidence.link(cid, &mut seen),
            &mut trace,
        ) else {
            return Err(Denial::of(trace));
        };
        // A powerline at the root is about nobody; its issuer stands in until the rule has said so.
        let subject = chain.root().map(|root| root.subject().did().unwrap_or(root.issuer()));
        let goal = Goal { subject, holder: None, use_of: None, invocation: None };
        chain.check(&goal, evidence, None, &mut trace);
        Self::intersect(chain.verified().filter(|_| trace.is_clean()).unwrap_or_default(), trace)
    }

    /// What these links come to together; none where the trace has a failure.
    fn intersect(chain: Vec<Verified<Delegation>>, mut trace: Trace) -> Result<Self, Denial> {
        let [root, rest @ ..] = chain.as_slice() else { return Err(Denial::of(trace)) };
        let commands = rest.iter().map(|link| link.command());
        let narrower = |one, other| cmp::max_by_key(one, other, |command: &&Command| command.as_str().len());
        let command = commands.fold(root.command(), narrower).clone();
        if let Some((index, link)) =
            chain.iter().enumerate().find(|(_, link)| !link.command().covers(&command))
        {
            let message = format!(
                "proof {index} is for {}, which has nothing in common with {command}",
                link.command()
            );
            let finding =
                Finding::new(Code::CommandNotCovered, Rule::Command, message).on(Some(index), link.cid());
            trace.record(Rule::Command, Some(index), Err(finding));
            return Err(Denial::of(trace));
        }
        Ok(Self {
            holder: rest.last().unwrap_or(root).audience().clone(),
            subject: root.issuer().clone(),
            command,
            window: chain.iter().fold(Window::default(), |window, link| window.and(link.window())),
            chain,
        })
    }

    /// Who holds it.
    #[must_use]
    pub const fn holder(&self) -> &Did {
        &self.holder
    }

    /// On whose behalf it is used.
    #[must_use]
    pub const fn subject(&self) -> &Did {
        &self.subject
    }

    /// What may be done: this and all below it.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// The policies that arguments have to satisfy, root first, every one of them.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.chain.iter().map(|link| link.policy()).filter(|policy| !policy.is_empty())
    }

    /// When all links are valid at once, without tolerance.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The links, root first.
    #[must_use]
    pub fn chain(&self) -> &[Verified<Delegation>] {
        &self.chain
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may {} on {}", self.holder, self.command, self.subject)?;
        let conditions: Vec<String> = self.policies().map(Policy::words).collect();
        if !conditions.is_empty() {
            write!(f, ", provided that {}", conditions.join("; and "))?;
        }
        if let Some(at) = self.window.not_before {
            write!(f, ", from {at}")?;
        }
        match self.window.expires {
            Some(at) => write!(f, ", until {at}"),
            None => f.write_str(", without end"),
        }
    }
}
