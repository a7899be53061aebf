//! What one holds and what one gave: what a screen of permissions shows.

use alloc::string::String;
use alloc::vec::Vec;

use super::Agent;
use crate::identity::Did;
use crate::store::{About, End, Query, StoreError};
use crate::ucan::time::{Position, Timestamp, Window};
use crate::ucan::{Delegation, Token};

/// What one holds, and what one gave.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    /// Delegations to oneself.
    pub held: Vec<Listed>,
    /// Delegations by oneself.
    pub given: Vec<Listed>,
}

/// A delegation, and how it stands.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The delegation.
    pub delegation: Token<Delegation>,
    /// How it stands by itself; what it rests on may have ended.
    pub state: State,
    /// What its issuer is called.
    pub issuer_name: Option<String>,
    /// What its audience is called.
    pub audience_name: Option<String>,
    /// What its subject is called.
    pub subject_name: Option<String>,
}

/// How a delegation stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It can be used.
    Valid,
    /// It begins later.
    NotYet(Timestamp),
    /// It has ended.
    Ended(Timestamp),
    /// It was taken back by its issuer or its subject.
    Revoked {
        /// By which of the two.
        by: Did,
    },
}

impl Agent {
    /// All delegations that one holds and that one gave, and how each stands.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn delegations(&self, now: Timestamp) -> Result<Holdings, StoreError> {
        let names = self.store.names()?;
        let name = |did: &Did| names.iter().find(|(_, known)| known == did).map(|(name, _)| name.clone());
        let list = |end| -> Result<Vec<Listed>, StoreError> {
            let listed = |delegation: Token<Delegation>| {
                Ok(Listed {
                    state: self.state(&delegation, now)?,
                    issuer_name: name(delegation.issuer()),
                    audience_name: name(delegation.audience()),
                    subject_name: delegation.subject().did().and_then(name),
                    delegation,
                })
            };
            self.all(&Query { end, about: About::Anyone })?.into_iter().map(listed).collect()
        };
        Ok(Holdings { held: list(End::To(self.did.clone()))?, given: list(End::By(self.did.clone()))? })
    }

    pub(super) fn all(&self, query: &Query) -> Result<Vec<Token<Delegation>>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.delegations(query, after.as_ref(), 256)?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    fn state(&self, delegation: &Token<Delegation>, now: Timestamp) -> Result<State, StoreError> {
        let cid = delegation.cid();
        for by in [Some(delegation.issuer()), delegation.subject().did()].into_iter().flatten() {
            if self.store.is_revoked(&cid, by)? {
                return Ok(State::Revoked { by: by.clone() });
            }
        }
        let window = Window { not_before: delegation.not_before(), expires: delegation.expires() };
        Ok(match window.position(now, self.tolerance) {
            Position::Within => State::Valid,
            Position::Before(at) => State::NotYet(at),
            Position::After(at) => State::Ended(at),
        })
    }
}
