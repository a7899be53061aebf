//! The people and things that most vectors are about, and chains between them.

use allod::wire::{Cid, Ipld};

use super::case::{Case, Expect, Input};
use crate::forge::{Forge, Principal, ed, k256, links, p256};

/// The time of most decisions: 2027-01-15 08:00:00 UTC.
pub(super) const NOW: i64 = 1_800_000_000;

/// The subject of most chains: a thing with a key of its own, which executes what is done on it.
pub(super) const ALBUM: Principal = ed(1);
/// Holds the album.
pub(super) const ALICE: Principal = ed(2);
/// Given access by Alice.
pub(super) const BOB: Principal = p256(3);
/// Bob's phone.
pub(super) const PHONE: Principal = k256(4);
/// Nobody's friend.
pub(super) const MALLORY: Principal = ed(66);
/// A service other than the album.
pub(super) const SERVICE: Principal = p256(7);

/// A chain and the invocation that rests on it, before it is written.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) links: Vec<Forge>,
    pub(super) invocation: Forge,
    /// Name the links in the invocation, as they come out. Off where a vector names others.
    pub(super) name_links: bool,
    pub(super) at: i64,
    pub(super) skew: Option<u32>,
    pub(super) executor: String,
    pub(super) subjects: Option<Vec<String>>,
    /// Tokens that come along beside the links.
    pub(super) beside: Vec<Vec<u8>>,
    pub(super) revoked: Vec<Vec<u8>>,
    /// Which of those have to be ignored, and the code.
    pub(super) ignored: Vec<(usize, &'static str)>,
}

impl World {
    /// Album → Alice → Bob → phone, who reads: three links, three kinds of keys, allowed.
    pub(super) fn three() -> Self {
        Self::of(&[ALBUM, ALICE, BOB, PHONE], "/photos/read")
    }

    /// A chain from the first principal, the subject, to the last, the invoker.
    pub(super) fn of(principals: &[Principal], command: &str) -> Self {
        let subject = principals[0].text();
        let links = principals
            .windows(2)
            .map(|pair| Forge::delegation(pair[0], &pair[1].text(), Some(&subject), command))
            .collect();
        let invoker = principals[principals.len() - 1];
        Self {
            links,
            invocation: Forge::invocation(invoker, &subject, command, &[]),
            name_links: true,
            at: NOW,
            skew: Some(0),
            executor: subject.clone(),
            subjects: Some(vec![subject]),
            beside: Vec::new(),
            revoked: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// The CIDs of the links.
    pub(super) fn cids(&self) -> Vec<Cid> {
        self.links.iter().map(Forge::cid).collect()
    }

    /// Sets the invocation's arguments, from DAG-JSON.
    pub(super) fn args(mut self, json: &str) -> Self {
        self.invocation.set("args", dag_json(json));
        self
    }

    /// Sets a link's policy, from DAG-JSON.
    pub(super) fn policy(mut self, link: usize, json: &str) -> Self {
        self.links[link].set("pol", dag_json(json));
        self
    }

    /// The vector.
    pub(super) fn case(mut self, id: &str, description: &str, expect: Expect) -> Case {
        if self.name_links {
            let cids = self.cids();
            self.invocation.set("prf", links(&cids));
        }
        let ignored = self.ignored.iter().map(|(index, code)| {
            let bytes = &self.revoked[*index];
            (*index, (bytes.len() <= 65_536).then(|| Cid::of(bytes)), *code)
        });
        Case {
            ignored: ignored.collect(),
            id: id.into(),
            description: description.into(),
            at: self.at,
            executor: self.executor,
            subjects: self.subjects,
            skew: self.skew,
            input: Input::Tokens(
                self.links.iter().map(Forge::bytes).chain(self.beside).collect(),
                self.invocation.bytes(),
            ),
            revoked: self.revoked,
            expect,
        }
    }

    /// The vector, allowed on all links and without end.
    pub(super) fn allowed(self, id: &str, description: &str) -> Case {
        self.allowed_until(id, description, None)
    }

    /// The vector, allowed on all links.
    pub(super) fn allowed_until(self, id: &str, description: &str, until: Option<i64>) -> Case {
        let chain = self.cids();
        self.case(id, description, Expect::Allow { chain, until })
    }

    /// The vector, denied.
    pub(super) fn denied(self, id: &str, description: &str, code: &'static str, link: Option<usize>) -> Case {
        self.case(id, description, Expect::Deny { code, link })
    }

    /// With a change.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// With a change of one link.
    pub(super) fn link(self, index: usize, change: impl FnOnce(&mut Forge)) -> Self {
        self.with(|world| change(&mut world.links[index]))
    }

    /// With a change of the invocation.
    pub(super) fn invoked(self, change: impl FnOnce(&mut Forge)) -> Self {
        self.with(|world| change(&mut world.invocation))
    }
}

/// A value, from DAG-JSON.
pub(crate) fn dag_json(json: &str) -> Ipld {
    allod::wire::dag_json::parse(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}
