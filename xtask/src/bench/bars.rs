//! What is promised, and what came out.

use serde_json::{Value, json};

use super::Measured;

/// One bar, as far as it could be measured.
pub(super) struct Row {
    pub(super) what: String,
    /// A ratio, or nanoseconds, or a count; none where it was not measured.
    pub(super) value: Option<f64>,
    pub(super) unit: Unit,
    pub(super) bar: Bar,
}

#[derive(Clone, Copy)]
pub(super) enum Unit {
    Ratio,
    Nanoseconds,
    Count,
}

#[derive(Clone, Copy)]
pub(super) enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

impl Row {
    pub(super) fn is_met(&self) -> Option<bool> {
        let value = self.value?;
        Some(match self.bar {
            Bar::AtMost(most) => value <= most,
            Bar::AtLeast(least) => value >= least,
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let (bar, kind) = match self.bar {
            Bar::AtMost(most) => (most, "at most"),
            Bar::AtLeast(least) => (least, "at least"),
        };
        json!({"what": self.what, "value": self.value, "bar": bar, "kind": kind, "met": self.is_met()})
    }
}

/// Every bar, measured or not.
pub(super) fn rows(measured: &Measured) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut ratio = |what: String, one: &str, other: &str, factor: f64, bar: Bar| {
        let both = measured.median(one).zip(measured.median(other));
        let value = both.map(|(one, other)| one / other * factor);
        rows.push(Row { what, value, unit: Unit::Ratio, bar });
    };
    for links in [1, 2, 5, 10] {
        let what = format!("cold decision ÷ floor, links: {links}");
        ratio(what, &format!("decide {links}"), &format!("floor {links}"), 1.0, Bar::AtMost(1.0));
    }
    for links in [1, 2, 5, 10] {
        let what = format!("issuers' keys known ÷ warm floor, links: {links}");
        let (ours, floor) = (format!("decide, keys known {links}"), format!("floor, keys known {links}"));
        ratio(what, &ours, &floor, 1.0, Bar::AtMost(1.0));
    }
    for (links, most) in [(1, 1.1), (10, 1.2)] {
        let what = format!("proofs known, a new invocation ÷ one cold check, links: {links}");
        // The floor of one link has two checks.
        ratio(what, &format!("decide, proofs known {links}"), "floor 1", 2.0, Bar::AtMost(most));
    }
    let decode = "decode a delegation";
    ratio(
        "decode and hash a delegation ÷ its SHA-256".into(),
        decode,
        "SHA-256 of a delegation",
        1.0,
        Bar::AtMost(1.5),
    );
    for (what, issue) in [
        ("its audience's key known", "issue a delegation"),
        ("to a DID from elsewhere", "issue a delegation to a DID from elsewhere"),
    ] {
        ratio(format!("issue a delegation, {what} ÷ a signature"), issue, "sign", 1.0, Bar::AtMost(1.12));
    }
    for curve in ["P-256", "secp256k1"] {
        let (ours, floor) = (format!("decide 3 of {curve}"), format!("floor 3 of {curve}"));
        ratio(format!("3 links of {curve} ÷ floor"), &ours, &floor, 1.0, Bar::AtMost(1.08));
    }
    let found = ("find_chain in 1000000", "find_chain in 10000");
    ratio("find_chain in 1,000,000 ÷ in 10,000".into(), found.0, found.1, 1.0, Bar::AtMost(2.0));
    let three = "Ed25519, 3 links";
    ratio(
        "Node ÷ native, 3 links".into(),
        &format!("node {three}"),
        &format!("native {three}"),
        1.0,
        Bar::AtMost(3.0),
    );
    let cores = measured.cores.unwrap_or(1);
    #[allow(clippy::cast_precision_loss, reason = "few cores")]
    let share = 1.0 / cores as f64;
    let (one, all) = ("decide in bulk, one core", "decide in bulk, all cores");
    let what = format!("bulk: speed on {cores} cores ÷ {cores} times that of one");
    ratio(what, one, all, share, Bar::AtLeast(0.9));
    let single = |name: &str, what: &str, most: f64| {
        let value = measured.median(name);
        Row { what: what.into(), value, unit: Unit::Nanoseconds, bar: Bar::AtMost(most) }
    };
    rows.push(single("decide, everything known 3", "everything known, 3 links", 3000.0));
    rows.push(single("evaluate a policy", "policy of 3 statements, 6 fields", 250.0));
    let count = |name: &str, what: &str, most: f64| {
        let value = measured.allocations.get(name).and_then(Value::as_f64);
        Row { what: what.into(), value, unit: Unit::Count, bar: Bar::AtMost(most) }
    };
    rows.push(count(decode, "allocations to decode", 4.0));
    rows.push(count("evaluate a policy", "allocations to evaluate a policy", 0.0));
    rows
}
