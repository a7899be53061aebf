//! The rules about the whole chain (decisions 9, 10, 11, 41 and 42).

use ipld_core::cid::Cid;

use crate::claims::{self, Kind, Read};
use crate::{Content, Fault, Token, World, policy};

/// A link that was found sound by itself.
pub(crate) struct Link<'a> {
    /// Its place in `prf`.
    pub(crate) at: usize,
    pub(crate) token: &'a Token,
    pub(crate) read: Read,
}

/// Whether links lead from the subject to the invoker in this order, by who issued to whom.
pub(crate) fn leads(world: &World, links: &[(usize, &Token)], subject: &str, invoker: &str) -> bool {
    let mut holder = Some(subject.to_owned());
    for (_, token) in links {
        let Content::Sound(claims) = &token.content else { return false };
        let Ok(read) = claims::read(world, claims, Kind::Delegation) else { return false };
        if holder != Some(read.iss) {
            return false;
        }
        holder = read.aud;
    }
    holder.as_deref() == Some(invoker)
}

/// Rule by rule, and for each of them from the root on.
pub(crate) fn check(world: &World, links: &[Link], subject: &str, invocation: &Read) -> Result<(), Fault> {
    aligned(links, subject, &invocation.iss)?;
    for link in links {
        if !covers(&link.read.cmd, &invocation.cmd) {
            return Err(("command-not-covered", Some(link.at)));
        }
    }
    for link in links {
        if matches!(&link.token.content, Content::Sound(claims) if claims.policy_is_endless) {
            return Err(("budget-exceeded", Some(link.at)));
        }
        if !policy::satisfied(&link.read.pol, &invocation.args) {
            return Err(("policy-unsatisfied", Some(link.at)));
        }
    }
    for n in 0..links.len() {
        not_revoked(world, &links[..=n])?;
    }
    Ok(())
}

/// Decision 10.
fn aligned(links: &[Link], subject: &str, invoker: &str) -> Result<(), Fault> {
    let Some(root) = links.first() else {
        // Decision 20.
        return if invoker == subject { Ok(()) } else { Err(("no-proof", None)) };
    };
    if root.read.sub.is_none() {
        return Err(("powerline-root", Some(root.at)));
    }
    for link in links {
        if link.read.sub.as_ref().is_some_and(|sub| sub != subject) {
            return Err(("wrong-subject", Some(link.at)));
        }
    }
    if root.read.iss != subject {
        return Err(("root-not-subject", Some(root.at)));
    }
    for (n, link) in links.iter().enumerate() {
        // The fault is that of the link whose audience does not go on, also where the invocation is next.
        let next = links.get(n + 1).map_or(invoker, |next| &next.read.iss);
        if link.read.aud.as_deref() != Some(next) {
            return Err(("broken-chain", Some(link.at)));
        }
    }
    Ok(())
}

/// Decision 11. By whole segments.
fn covers(above: &str, cmd: &str) -> bool {
    above == "/" || cmd == above || cmd.starts_with(&format!("{above}/"))
}

/// Decisions 41 and 42, for the last of these links: its issuer and those above may have revoked it.
fn not_revoked(world: &World, links: &[Link]) -> Result<(), Fault> {
    let link = links.last().expect("one link at least");
    let issued = |by: &String| links.iter().any(|link| link.read.iss == *by);
    let says = |list: &[(Cid, String)]| list.iter().any(|(cid, by)| *cid == link.token.cid && issued(by));
    // A revocation that is known comes before one of which nobody can tell.
    if says(&world.revoked) {
        return Err(("revoked", Some(link.at)));
    }
    if says(&world.unavailable) { Err(("revocation-stale", Some(link.at))) } else { Ok(()) }
}
