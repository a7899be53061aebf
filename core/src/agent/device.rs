//! A second device: the same person with another key.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::identity::Did;
use crate::store::{About, End, Query};
use crate::ucan::revocation::REVOKE;
use crate::ucan::time::Timestamp;
use crate::ucan::{Command, Delegation, DelegationBuilder, Subject, Token, Verified};

/// How a device is linked.
#[derive(Debug, Clone)]
pub struct DeviceLink {
    device: Did,
    command: Command,
    expires: Option<Timestamp>,
    as_oneself: bool,
    may_revoke: bool,
}

impl DeviceLink {
    /// Lets a device use whatever is given to oneself, now and in future (a powerline), for ever. Neither what is
    /// about oneself nor the right to take back is part of it.
    #[must_use]
    pub fn to(device: Did) -> Self {
        Self { device, command: Command::top(), expires: None, as_oneself: false, may_revoke: false }
    }

    /// Only this command and what is below it.
    #[must_use]
    pub fn only(mut self, command: Command) -> Self {
        self.command = command;
        self
    }

    /// Until when.
    #[must_use]
    pub const fn expires(mut self, at: Timestamp) -> Self {
        self.expires = Some(at);
        self
    }

    /// Also for what is about oneself: the device speaks for one as far as the command goes. Where that is
    /// everything, it may also take back in one's name.
    #[must_use]
    pub const fn as_oneself(mut self) -> Self {
        self.as_oneself = true;
        self
    }

    /// Also lets it take back, in one's name, whatever one granted (`/ucan/revoke`). Without it, a second device
    /// cannot revoke what the first granted.
    #[must_use]
    pub const fn may_revoke(mut self) -> Self {
        self.may_revoke = true;
        self
    }

    fn builders(&self, root: &Did) -> Vec<DelegationBuilder> {
        let about = |subject: Subject, command: Command| {
            let builder = Delegation::builder(self.device.clone(), subject, command);
            self.expires.into_iter().fold(builder, DelegationBuilder::expires)
        };
        let mut builders = [about(Subject::Powerline, self.command.clone())].to_vec();
        if self.as_oneself {
            builders.push(about(Subject::Did(root.clone()), self.command.clone()));
        }
        if self.may_revoke {
            builders.push(about(Subject::Did(root.clone()), Command::own(REVOKE)));
        }
        builders
    }
}

/// A device that was linked.
#[derive(Debug, Clone)]
pub struct Linked {
    /// What makes the device speak for one.
    pub delegations: Vec<Verified<Delegation>>,
    /// What one holds, and what that rests on.
    pub held: Vec<Token<Delegation>>,
    /// Whether that is all of it: no more was taken than a container has room for. What is missing can be sent
    /// to the device apart.
    pub complete: bool,
}

impl Linked {
    /// All of it, for the device.
    #[must_use]
    pub fn container(&self) -> ContainerWriter {
        let writer =
            self.delegations.iter().fold(ContainerWriter::new(), |writer, token| writer.token(token));
        self.held.iter().fold(writer, ContainerWriter::token)
    }
}

impl Agent {
    /// Links a device: signs the delegations that make it speak for one, and bundles them with what is held, for
    /// the device to [`receive`](Agent::receive).
    ///
    /// # Errors
    /// When a validator would refuse them, or the store does not answer.
    pub fn link_device(&self, link: &DeviceLink, now: Timestamp) -> Result<Linked, AgentError> {
        let (held, complete) = self.lineage()?;
        let granted = link.builders(&self.did).into_iter().map(|builder| self.grant(builder, now));
        let delegations =
            granted.map(|granted| Ok(granted?.delegation)).collect::<Result<_, AgentError>>()?;
        Ok(Linked { delegations, held, complete })
    }

    /// What one holds and what that rests on, as far as it fits into a container beside what is signed now.
    fn lineage(&self) -> Result<(Vec<Token<Delegation>>, bool), AgentError> {
        const MOST: usize = 1024;
        let (mut tokens, mut bytes) = (Vec::new(), 0);
        let (mut asked, mut waiting) = (BTreeSet::from([self.did.clone()]), Vec::from([self.did.clone()]));
        while let Some(did) = waiting.pop() {
            for token in self.all(&Query { end: End::To(did), about: About::Anyone })? {
                bytes += token.as_bytes().len() + 8;
                if tokens.len() == MOST || bytes > crate::limits::MAX_CONTAINER / 2 {
                    return Ok((tokens, false));
                }
                if asked.insert(token.issuer().clone()) {
                    waiting.push(token.issuer().clone());
                }
                tokens.push(token);
            }
        }
        Ok((tokens, true))
    }
}
