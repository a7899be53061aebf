//! What came nearest to a chain that is not there.

use allod::Did;
use allod::store::{Gap, NearestMiss, Reason};
use allod::wire::Writer;

use crate::output::or_null;

pub fn write_miss(out: &mut Writer, miss: &NearestMiss, names: &[(Did, String)]) {
    let name = |did: &Did| {
        names.iter().find(|(known, _)| known == did).map_or_else(|| did.short(), |(_, name)| name.clone())
    };
    let flaws = match miss.gap() {
        Gap::Flawed(flawed) => flawed.flaws.as_slice(),
        _ => [].as_slice(),
    };
    out.list_head(5);
    out.string(&miss.words(name));
    out.string(gap(miss.gap()));
    or_null(out, miss.held(), |out, held| out.string(held.as_str()));
    or_null(out, miss.until(), |out, until| out.integer(until.as_seconds()));
    out.list(flaws.iter(), |out, flaw| {
        out.list_head(4);
        out.bytes(&flaw.delegation.to_bytes());
        out.string(&flaw.issuer.to_string());
        out.string(&flaw.audience.to_string());
        out.string(reason(&flaw.reason));
    });
}

/// Where the search ended.
pub fn gap(gap: &Gap) -> &'static str {
    match gap {
        Gap::Flawed(_) => "flawed",
        Gap::TooLong { .. } => "too-long",
        Gap::HoldsNothing => "holds-nothing",
        Gap::EndsAt(_) => "ends-at",
        Gap::OnlyPowerlines => "only-powerlines",
        Gap::Circle => "circle",
        _ => "unsaid",
    }
}

/// What is wrong with a delegation.
pub fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::Command { .. } => "command",
        Reason::Ended { .. } => "ended",
        Reason::Begins { .. } => "begins",
        Reason::Revoked { .. } => "revoked",
        Reason::Policy(_) => "policy",
        Reason::PolicyTooCostly(_) => "policy-too-costly",
        _ => "unverified",
    }
}
