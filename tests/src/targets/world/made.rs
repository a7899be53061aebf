//! Worlds without a fault, and what of them is handed in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use allod::wire::{Cid, Ipld, dag_json};
use allod::{Algorithm, RevocationSet};

use super::super::source::Source;
use crate::forge::{Forge, Principal};

/// The time of every decision.
pub(super) const NOW: i64 = 1_800_000_000;

/// What is asked for, and with what.
const COMMAND: &str = "/photos/read";
const ARGUMENTS: &str = r#"{"album":"summer","size":3,"to":["a@x.org","b@x.org"],"none":null}"#;

/// Policies that these arguments satisfy.
const SATISFIED: [&str; 6] = [
    "[]",
    r#"[["==",".album","summer"]]"#,
    r#"[["<=",".size",3],["all",".to",["like",".","*@x.org"]]]"#,
    r#"[["or",[["==",".album","winter"],["!=",".size",4]]]]"#,
    r#"[["not",["any",".to",["==",".","c@x.org"]]]]"#,
    r#"[["==",".none",null],["==",".missing?",null]]"#,
];

/// A chain and an invocation, before they are signed.
pub(super) struct World {
    pub(super) principals: Vec<Principal>,
    pub(super) links: Vec<Forge>,
    pub(super) invocation: Forge,
}

/// What is handed in to be decided.
pub(super) struct Bundle {
    pub(super) links: Vec<Vec<u8>>,
    pub(super) invocation: Vec<u8>,
    pub(super) bystanders: Vec<Vec<u8>>,
    pub(super) executor: String,
    pub(super) subjects: Vec<String>,
    pub(super) revoked: RevocationSet,
    /// For faults that name or sign anew.
    pub(super) world: World,
}

impl World {
    /// A chain of up to four links between principals of any algorithm, each its own.
    pub(super) fn sound(source: &mut Source<'_>) -> Self {
        let length = source.below(5);
        let principals: Vec<_> = (10..=10 + u8::try_from(length).unwrap_or_default())
            .map(|seed| Principal { algorithm: source.pick(&Algorithm::ALL), seed })
            .collect();
        let subject = did(principals[0]);
        let mut links = Vec::new();
        for (index, pair) in principals.windows(2).enumerate() {
            let powerline = index > 0 && source.one_in(4);
            let command = source.pick(&[COMMAND, "/photos", "/"]);
            let about = (!powerline).then_some(subject.as_str());
            let mut link = Forge::delegation(pair[0], &did(pair[1]), about, command);
            link.set("pol", value(source.pick(&SATISFIED)));
            varied(&mut link, source);
            links.push(link);
        }
        let invoker = principals[principals.len() - 1];
        let mut invocation = Forge::invocation(invoker, &subject, COMMAND, &[]);
        invocation.set("args", value(ARGUMENTS));
        if source.one_in(4) {
            invocation.set("aud", subject);
        }
        varied(&mut invocation, source);
        Self { principals, links, invocation }
    }

    /// Signs it all, the invocation last, which names the links.
    pub(super) fn bundle(mut self, source: &mut Source<'_>) -> Bundle {
        let links: Vec<_> = self.links.iter().map(Forge::bytes).collect();
        let cids: Vec<_> = links.iter().map(|link| Cid::of(link)).collect();
        // Where a fault took the field, doubled it, or put something else there, that stays.
        let mut proofs = self.invocation.fields.iter().filter(|(key, _)| key == "prf");
        if proofs.next().is_some_and(|(_, bytes)| *bytes == [0x80]) && proofs.next().is_none() {
            self.invocation.set("prf", crate::forge::links(&cids));
        }
        let subject = did(self.principals[0]);
        let mut revoked = RevocationSet::new();
        let mut bystanders = Vec::new();
        if source.one_in(4) {
            // Someone who is nobody in this chain.
            cids.iter().for_each(|cid| revoked.danger_insert(*cid, stranger(Algorithm::Ed25519).did()));
            bystanders.push(source.bytes(64));
            let bystander = stranger(source.pick(&Algorithm::ALL));
            bystanders.push(Forge::delegation(bystander, &subject, Some(&subject), "/").bytes());
        }
        Bundle {
            links,
            invocation: self.invocation.bytes(),
            bystanders,
            executor: subject.clone(),
            subjects: vec![subject],
            revoked,
            world: self,
        }
    }
}

/// What a token may have in one way or another and mean the same.
fn varied(token: &mut Forge, source: &mut Source<'_>) {
    if source.one_in(2) {
        token.set("exp", Ipld::Integer((NOW + i64::from(source.byte())).into()));
    }
    if source.one_in(3) {
        token.set("nbf", Ipld::Integer((NOW - i64::from(source.byte())).into()));
    }
    if source.one_in(4) {
        token.set("nonce", Ipld::Bytes(source.bytes(16)));
    }
    if source.one_in(4) {
        token.set("meta", value(r#"{"note":"for the summer"}"#));
    }
    if source.one_in(4) {
        token.tag.push_str("-rc.1");
    }
}

/// A principal's DID. Making a key takes longer than anything else here, so each is made once.
pub(super) fn did(principal: Principal) -> String {
    static KNOWN: Mutex<BTreeMap<(u8, u8), String>> = Mutex::new(BTreeMap::new());
    let key = (principal.algorithm as u8, principal.seed);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.entry(key).or_insert_with(|| principal.text()).clone()
}

/// Someone outside the chain.
pub(super) fn stranger(algorithm: Algorithm) -> Principal {
    Principal { algorithm, seed: 66 }
}

pub(super) fn value(json: &str) -> Ipld {
    dag_json::parse(json).expect("DAG-JSON")
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for link in &self.links {
            writeln!(f, "link {}", hex::encode(link))?;
        }
        writeln!(f, "invocation {}", hex::encode(&self.invocation))?;
        write!(f, "executor {}, serves {:?}, {:?}", self.executor, self.subjects, self.revoked)
    }
}
