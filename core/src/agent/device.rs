//! A second device: the same person with another key.

use alloc::vec::Vec;

use super::{Agent, AgentError, Held, Lineage};
use crate::container::ContainerWriter;
use crate::identity::Did;
use crate::store::{Step, StoreError};
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

    /// The delegations by oneself that link it, to be signed. They rest on no others.
    ///
    /// ```
    /// use allod::agent::DeviceLink;
    /// use allod::{Algorithm, Signer, SigningKey};
    ///
    /// let (alice, phone) = (SigningKey::generate(Algorithm::P256)?, SigningKey::generate(Algorithm::P256)?);
    /// for builder in DeviceLink::to(phone.did()).may_revoke().delegations(&alice.did()) {
    ///     let unsigned = builder.to_sign(alice.public_key())?;
    ///     // Wherever the key is.
    ///     let signature = alice.sign(unsigned.bytes_to_sign())?;
    ///     unsigned.attach(signature.as_bytes())?.verify()?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn delegations(&self, oneself: &Did) -> Vec<DelegationBuilder> {
        let about = |subject: Subject, command: Command| {
            let builder = Delegation::builder(self.device.clone(), subject, command);
            self.expires.into_iter().fold(builder, DelegationBuilder::expires)
        };
        let mut builders = [about(Subject::Powerline, self.command.clone())].to_vec();
        if self.as_oneself {
            builders.push(about(Subject::Did(oneself.clone()), self.command.clone()));
        }
        if self.may_revoke {
            builders.push(about(Subject::Did(oneself.clone()), Command::own(REVOKE)));
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
        let mut lineage = Lineage::of(self.did.clone());
        let Held { delegations: held, complete } = loop {
            match lineage.step() {
                Step::Done(held) => break held,
                // Each kind of question is answered with its own kind.
                Step::Ask(ask) => {
                    lineage.answer(ask.answer_from(&*self.store)?).map_err(|_| StoreError::InDoubt)?;
                }
            }
        };
        let granted = link.delegations(&self.did).into_iter().map(|builder| self.grant(builder, now));
        let delegations =
            granted.map(|granted| Ok(granted?.delegation)).collect::<Result<_, AgentError>>()?;
        Ok(Linked { delegations, held, complete })
    }
}
