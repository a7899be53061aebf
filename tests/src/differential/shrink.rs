//! Making a case smaller while what is wrong with it stays, and writing it down.

use std::panic::catch_unwind;

use allod::validation::Ignored;
use allod_model::{Verdict, World};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::compare::Setting;
use super::delivery::Delivery;
use super::draws::Draws;
use super::world::{Case, case};

/// The smallest choices found for which `wrong` still holds.
pub fn shrink(tape: &[u16], wrong: impl Fn(&Case) -> bool) -> Vec<u16> {
    // A tape of which no case can be made shows nothing.
    let made = |tape: &[u16]| catch_unwind(|| case(&mut Draws::from_tape(tape.to_vec())));
    let holds = |tape: &[u16]| made(tape).is_ok_and(|case| wrong(&case));
    let mut best = tape.to_vec();
    let mut tries = 20_000_u32;
    loop {
        let before = best.clone();
        for size in [64, 16, 8, 5, 4, 3, 2, 1] {
            let mut at = 0;
            while at < best.len() && tries > 0 {
                tries -= 1;
                let end = (at + size).min(best.len());
                let mut cut = best.clone();
                cut.drain(at..end);
                let mut zeroed = best.clone();
                zeroed[at..end].fill(0);
                if holds(&cut) {
                    best = cut;
                } else if best[at..end].iter().any(|choice| *choice > 0) && holds(&zeroed) {
                    best = zeroed;
                } else {
                    at += size;
                }
            }
        }
        for at in 0..best.len() {
            while best[at] > 0 && tries > 0 {
                tries -= 1;
                let mut lower = best.clone();
                lower[at] = if tries.is_multiple_of(2) { best[at] / 2 } else { best[at] - 1 };
                if !holds(&lower) {
                    break;
                }
                best = lower;
            }
        }
        if best == before || tries == 0 {
            return best;
        }
    }
}

/// The case as a vector, with what the model expects of it.
#[must_use]
pub fn vector(id: &str, description: &str, case: &Case) -> Value {
    let World { now, tolerance, executor, serves, .. } = &case.world;
    let mut vector = json!({
        "id": id,
        "description": description,
        "at": now,
        "executor": executor,
        "skew": tolerance,
    });
    if let Some(serves) = serves {
        vector["subjects"] = json!(serves);
    }
    match &case.delivery {
        Delivery::Tokens(tokens, invocation) => {
            vector["tokens"] = tokens.iter().map(|(bytes, _)| BASE64.encode(bytes)).collect();
            vector["invocation"] = BASE64.encode(invocation).into();
        }
        Delivery::Container(bytes) => vector["container"] = BASE64.encode(bytes).into(),
    }
    if !case.revocations.is_empty() {
        vector["revoked"] = case.revocations.iter().map(|bytes| BASE64.encode(bytes)).collect();
    }
    let known = known(case);
    if known != json!({}) {
        vector["known"] = known;
    }
    vector["expect"] = match allod_model::decide(&case.world) {
        Verdict::Allow { chain, until } => {
            let chain: Vec<_> = chain.iter().map(base58).collect();
            json!({ "decision": "allow", "chain": chain, "until": until })
        }
        Verdict::Deny { code, link } => json!({ "decision": "deny", "code": code, "link": link }),
    };
    let ignored = ignored(case);
    if !ignored.is_empty() {
        vector["expect"]["ignored"] = ignored.into();
    }
    vector
}

/// The revocations that take nothing back, by the validator's word: the model knows no order among faults of those
/// that are about something else.
fn ignored(case: &Case) -> Vec<Value> {
    let setting = Setting::of(case);
    let sifted = match setting.evidence_of(case) {
        Some((_, sifted)) => sifted,
        None => {
            let revocations = case.revocations.iter().map(|bytes| &bytes[..]);
            setting.authorizer.sift(revocations, None, &setting.evidence())
        }
    };
    let entry = |ignored: &Ignored| {
        let cid = ignored.cid.map(|cid| cid.to_string());
        json!({ "index": ignored.index, "cid": cid, "code": ignored.reason.name() })
    };
    sifted.ignored.iter().map(entry).collect()
}

/// What a host knows besides the tokens, where it knows anything.
fn known(case: &Case) -> Value {
    let World { revoked, unavailable, takes_leaf_first, .. } = &case.world;
    let pairs = |list: &[(allod_model::Cid, String)]| -> Value {
        list.iter().map(|(cid, by)| json!({ "delegation": base58(cid), "by": by })).collect()
    };
    let mut known = json!({});
    if !revoked.is_empty() {
        known["revoked"] = pairs(revoked);
    }
    if !unavailable.is_empty() {
        known["unavailable"] = pairs(unavailable);
    }
    if !case.documents.is_empty() {
        known["documents"] =
            case.documents.iter().map(|(did, json)| json!({ "did": did, "json": json })).collect();
    }
    if *takes_leaf_first {
        known["leaf_first"] = true.into();
    }
    known
}

fn base58(cid: &allod_model::Cid) -> String {
    allod::Cid::from_bytes(&cid.to_bytes()).map_or_else(|error| error.to_string(), |cid| cid.to_string())
}
