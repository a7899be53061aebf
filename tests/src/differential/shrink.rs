//! Making a case smaller while what is wrong with it stays, and writing it down.

use std::panic::catch_unwind;

use allod_model::{Verdict, World};
use data_encoding::BASE64;
use serde_json::{Value, json};

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
    vector
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
