//! What comes nearest, where there is no chain.

use alloc::vec::Vec;

use super::edge::Terms;
use super::goal::Goal;
use super::miss::{Flaw, Flawed, Gap, Reason};
use crate::identity::Did;
use crate::ucan::{Command, Delegation, Token};
use crate::wire::Cid;

/// All that may have been revoked in a chain, and by whom: each link by its issuer and by those of the links above.
pub(super) fn pairs(tokens: &[Token<Delegation>]) -> Vec<(Cid, Did)> {
    let mut pairs = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let mut above: Vec<&Did> = Vec::new();
        for issuer in tokens.iter().take(place + 1).map(|link| link.issuer()) {
            if !above.contains(&issuer) {
                above.push(issuer);
            }
        }
        pairs.extend(above.into_iter().map(|issuer| (token.cid(), issuer.clone())));
    }
    pairs
}

/// What is wrong with a whole chain.
pub(super) fn flawed(tokens: &[Token<Delegation>], revoked: &[(Cid, Did)], terms: &Terms<'_>) -> Gap {
    let mut flaws = Vec::new();
    let mut whole = terms.budget();
    for (index, token) in tokens.iter().enumerate() {
        let mut budget = terms.budget();
        let policy = terms.policy(token, &mut budget, &mut 0).or_else(|| {
            // Each by itself is affordable.
            terms.policy(token, &mut whole, &mut 0)
        });
        let revoked = revoked.iter().find(|(cid, _)| *cid == token.cid());
        let reasons = [
            (!terms.verifies(token)).then_some(Reason::Unverified),
            terms.command(token),
            terms.time(token),
            policy,
            revoked.map(|(_, by)| Reason::Revoked { by: by.clone() }),
        ];
        flaws.extend(reasons.into_iter().flatten().map(|reason| Flaw {
            index,
            delegation: token.cid(),
            issuer: token.issuer().clone(),
            audience: token.audience().clone(),
            reason,
        }));
    }
    // The heaviest first; of equals, that nearest to the root.
    flaws.sort_by_key(|flaw| core::cmp::Reverse(flaw.reason.weight(&terms.goal.command)));
    Gap::Flawed(Flawed {
        chain: tokens.iter().map(Token::cid).collect(),
        held: held(tokens),
        until: tokens.iter().filter_map(|token| token.expires()).min(),
        flaws,
    })
}

/// What all links have in common: the narrowest command, if the others cover it.
fn held(tokens: &[Token<Delegation>]) -> Option<Command> {
    let narrowest =
        tokens.iter().map(|token| token.command()).max_by_key(|command| command.as_str().len())?;
    tokens.iter().all(|token| token.command().covers(narrowest)).then(|| narrowest.clone())
}

/// Where the line from the invoker up comes to an end.
pub(super) fn gap(goal: &Goal, dead_end: Option<&Did>) -> Gap {
    match dead_end {
        None => Gap::Circle,
        Some(did) if *did == goal.invoker => Gap::HoldsNothing,
        Some(did) if *did == goal.subject => Gap::OnlyPowerlines,
        Some(did) => Gap::EndsAt(did.clone()),
    }
}
