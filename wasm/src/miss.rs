//! What came nearest to a chain that is not there.

use allod::Did;
use allod::store::{Gap, NearestMiss, Reason};
use allod::wire::Writer;

use crate::output::or_null;

pub(crate) fn write_miss(out: &mut Writer, miss: &NearestMiss, names: &[(Did, String)]) {
    let name = |did: &Did| {
        names.iter().find(|(known, _)| known == did).map_or_else(|| did.short(), |(_, name)| name.clone())
    };
    let (gap, flaws) = match miss.gap() {
        Gap::Flawed(flawed) => ("flawed", flawed.flaws.as_slice()),
        Gap::TooLong { .. } => ("too-long", [].as_slice()),
        Gap::HoldsNothing => ("holds-nothing", [].as_slice()),
        Gap::EndsAt(_) => ("ends-at", [].as_slice()),
        Gap::OnlyPowerlines => ("only-powerlines", [].as_slice()),
        Gap::Circle => ("circle", [].as_slice()),
        _ => ("unsaid", [].as_slice()),
    };
    out.list_head(5);
    out.string(&miss.words(name));
    out.string(gap);
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

fn reason(reason: &Reason) -> &'static str {
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
