//! What a run reached.

use std::collections::BTreeMap;

use allod_model::Verdict;
use serde_json::{Value, json};

use super::world::{Case, catalogue};

/// What a run reached.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// How many cases were decided.
    pub cases: u64,
    /// How many of them were allowed.
    pub allowed: u64,
    /// How often each code came out.
    pub codes: BTreeMap<&'static str, u64>,
    /// How often each fault was done.
    pub faults: BTreeMap<&'static str, u64>,
    /// How often each number of links was named, in cases that were allowed.
    pub links: BTreeMap<usize, u64>,
}

impl Statistics {
    /// Takes up a case that both agreed on.
    pub fn add(&mut self, case: &Case, verdict: &Verdict) {
        self.cases += 1;
        match verdict {
            Verdict::Allow { chain, .. } => {
                self.allowed += 1;
                *self.links.entry(chain.len()).or_default() += 1;
            }
            Verdict::Deny { code, .. } => *self.codes.entry(code).or_default() += 1,
        }
        for fault in &case.faults {
            *self.faults.entry(fault).or_default() += 1;
        }
    }

    /// Takes up what another run reached.
    pub fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.allowed += other.allowed;
        other.codes.into_iter().for_each(|(code, count)| *self.codes.entry(code).or_default() += count);
        other.faults.into_iter().for_each(|(fault, count)| *self.faults.entry(fault).or_default() += count);
        other.links.into_iter().for_each(|(links, count)| *self.links.entry(links).or_default() += count);
    }

    /// The share of cases that were allowed, in percent.
    #[must_use]
    pub fn allow_share(&self) -> u64 {
        self.allowed * 100 / self.cases.max(1)
    }

    /// The codes that never came out, but for `replayed`: a decision remembers nothing, its executor does.
    #[must_use]
    pub fn codes_not_reached(&self) -> Vec<&'static str> {
        let all = allod::Code::ALL.iter().map(|code| code.name());
        all.filter(|name| *name != "replayed" && !self.codes.contains_key(name)).collect()
    }

    /// The faults that were never done.
    #[must_use]
    pub fn faults_not_done(&self) -> Vec<&'static str> {
        catalogue().into_iter().filter(|name| !self.faults.contains_key(name)).collect()
    }

    /// For the report.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "cases": self.cases,
            "allowed": self.allowed,
            "allow_percent": self.allow_share(),
            "codes": self.codes,
            "codes_not_reached": self.codes_not_reached(),
            "faults": self.faults,
            "faults_not_done": self.faults_not_done(),
            "allowed_by_links": self.links.iter().map(|(links, count)| (links.to_string(), *count)).collect::<BTreeMap<_, _>>(),
        })
    }
}
