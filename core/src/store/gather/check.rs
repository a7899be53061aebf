//! Whether a chain that was found holds as a whole.

// Requirements kept here: allod-gather-verified.

use alloc::vec::Vec;

use super::edge::{Lessons, Terms};
use crate::identity::Did;
use crate::ucan::{Delegation, Token, Verified};
use crate::wire::Cid;

/// What came of it.
pub(super) enum Checked {
    /// Every link is verified, and no rule is broken.
    Holds(Vec<Verified<Delegation>>),
    /// It does not hold; and what the next try minds.
    Learnt(Lessons),
}

/// Checks what cannot be told from a link by itself: its signature, since what is stored is not trusted;
/// revocations by issuers above it, `revoked`; and what the policies cost together.
pub(super) fn check(
    tokens: &[Token<Delegation>],
    revoked: &[(Cid, Did)],
    terms: &Terms<'_>,
    steps: &mut u64,
) -> Checked {
    let mut lessons = terms.lessons.clone();
    let mut chain = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let Ok(verified) = token.clone().verify_with(terms.documents) {
            chain.push(verified);
        } else {
            lessons.excluded.add(token.cid());
            lessons.wary = true;
        }
    }
    for (cid, by) in revoked {
        let own = |token: &Token<Delegation>| token.cid() == *cid && token.issuer() == by;
        if *by == terms.goal.subject || tokens.iter().any(own) {
            // Revoked since it was first asked about.
            lessons.excluded.add(*cid);
        } else if !lessons.revokers.contains(by) {
            lessons.revokers.push(by.clone());
        }
    }
    let mut budget = terms.budget();
    for token in tokens {
        if terms.policy(token, &mut budget, steps).is_some() {
            lessons.thrifty = true;
        }
    }
    if chain.len() == tokens.len() && !lessons.differ(terms.lessons) && revoked.is_empty() {
        Checked::Holds(chain)
    } else {
        Checked::Learnt(lessons)
    }
}
