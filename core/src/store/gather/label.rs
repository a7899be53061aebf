//! The best ways to a DID.

use crate::identity::Did;
use crate::wire::Cid;

/// How short a way falls of what is wanted, and how long it is: less is better, in this order.
pub(super) type Rank = (u32, usize);

/// A way from where a search began to a DID: its last link, and the label before it.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) node: Did,
    /// The label it goes on from, and by which delegation; `None` where the search began.
    pub(super) from: Option<(usize, Cid)>,
    pub(super) rank: Rank,
    /// The earliest end of its links, in seconds; the greatest number if none of them ends.
    pub(super) ends: i64,
    /// Of those who revoke what others gave on (a bit for each). Downwards: whom the way has passed. Upwards: whom it
    /// must not pass any more.
    pub(super) revokers: u64,
    /// What its policies cost: statements and work.
    pub(super) spent: (u32, u32),
    /// Something better came later.
    pub(super) dead: bool,
}

impl Label {
    /// The label that a search begins with.
    pub(super) fn first(node: Did) -> Self {
        Self { node, from: None, rank: (0, 0), ends: i64::MAX, revokers: 0, spent: (0, 0), dead: false }
    }

    /// Whether nothing that goes on from `other` is better than what goes on from here.
    pub(super) fn dominates(&self, other: &Self, thrifty: bool) -> bool {
        let (steps, work) = self.spent;
        self.revokers & !other.revokers == 0
            && (!thrifty || (steps <= other.spent.0 && work <= other.spent.1))
            && (self.rank < other.rank || (self.rank == other.rank && self.outlasts(other)))
    }

    /// Of two that end together, the one with the smaller CID: whatever order the store lists them in.
    fn outlasts(&self, other: &Self) -> bool {
        let link = |label: &Self| label.from.map(|(_, cid)| cid);
        self.ends > other.ends || (self.ends == other.ends && link(self) <= link(other))
    }
}
