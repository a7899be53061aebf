//! The rules about the whole chain (decisions 9, 10, 11, 41 and 42).

use ipld_core::cid::Cid;

use crate::claims::{self, Kind, Read};
use crate::{Fault, Token, World, policy, refuse, revocation};

/// A link that was found sound by itself.
pub(crate) struct Link {
    /// Its place in `prf`.
    pub(crate) at: usize,
    pub(crate) cid: Cid,
    pub(crate) read: Read,
}

/// Whether links lead from the subject to the invoker in this order, by who issued to whom, and from a root that
/// has a subject (decision 47).
pub(crate) fn leads(world: &World, links: &[(usize, &Token)], invocation: &Read) -> bool {
    let mut holder = invocation.sub.clone();
    for (at, (_, token)) in links.iter().enumerate() {
        let Ok((_, read)) = claims::read(world, token, Kind::Delegation) else { return false };
        if holder != Some(read.iss) || (at == 0 && read.sub.is_none()) {
            return false;
        }
        holder = read.aud;
    }
    holder.as_ref() == Some(&invocation.iss)
}

/// Rule by rule, and each of them from the root on.
pub(crate) fn check(links: &[Link], invocation: &Read) -> Result<(), Fault> {
    // Decisions 10 and 20.
    let subject = &invocation.sub;
    let Some(root) = links.first() else {
        return refuse(Some(&invocation.iss) != subject.as_ref(), "no-proof", None);
    };
    refuse(root.read.sub.is_none(), "powerline-root", Some(root.at))?;
    for link in links {
        refuse(link.read.sub.is_some() && link.read.sub != *subject, "wrong-subject", Some(link.at))?;
    }
    refuse(Some(&root.read.iss) != subject.as_ref(), "root-not-subject", Some(root.at))?;
    for (n, link) in links.iter().enumerate() {
        // The fault is that of the link whose audience does not go on, also where the invocation is next.
        let next = links.get(n + 1).map_or(&invocation.iss, |next| &next.read.iss);
        refuse(link.read.aud.as_ref() != Some(next), "broken-chain", Some(link.at))?;
    }
    for link in links {
        refuse(!covers(&link.read.cmd, &invocation.cmd), "command-not-covered", Some(link.at))?;
    }
    for link in links {
        refuse(link.read.policy_is_endless, "budget-exceeded", Some(link.at))?;
        let satisfied = policy::satisfied(&link.read.pol, &invocation.args);
        refuse(!satisfied, "policy-unsatisfied", Some(link.at))?;
    }
    Ok(())
}

/// Decisions 41 and 42: by no link's issuer, nor by those above. A revocation that is known comes before one of
/// which nobody can tell.
pub(crate) fn unrevoked(world: &World, links: &[Link]) -> Result<(), Fault> {
    let at_hand = world.revocations.iter().filter_map(|token| revocation(world, token).ok());
    let revoked: Vec<_> = at_hand.chain(world.revoked.iter().cloned()).collect();
    for (n, link) in links.iter().enumerate() {
        let above = |did: &String| links[..=n].iter().any(|link| link.read.iss == *did);
        let of_it = |(cid, by): &(Cid, String)| *cid == link.cid && above(by);
        refuse(revoked.iter().any(of_it), "revoked", Some(link.at))?;
        refuse(world.unavailable.iter().any(of_it), "revocation-stale", Some(link.at))?;
    }
    Ok(())
}

/// Decision 11. By whole segments.
fn covers(above: &str, cmd: &str) -> bool {
    above == "/" || cmd == above || cmd.starts_with(&format!("{above}/"))
}
