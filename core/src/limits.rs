//! Every limit in one place. A host may lower one; raising one takes a call that says so.

// Requirements kept here: allod-limit-by-name.

/// How deep lists and maps may nest. A token's envelope and payload take three levels of it.
pub const MAX_DEPTH: usize = 64;

/// The largest token, in bytes. A larger one is refused before a byte of it is looked at.
pub const MAX_TOKEN: usize = 64 * 1024;

/// The longest DID, in bytes.
pub const MAX_DID: usize = 2048;

/// The longest digest that a CID may carry as data, in bytes.
pub const MAX_DATA_DIGEST: usize = 64;

/// The largest DID document, in bytes.
pub const MAX_DOCUMENT: usize = 64 * 1024;

/// The most verification methods in one DID document.
pub const MAX_METHODS: usize = 64;

/// The most keys of one DID that a signature is tried with.
pub const MAX_KEYS: usize = 8;

/// The largest container, in bytes, once decompressed.
pub const MAX_CONTAINER: usize = 1024 * 1024;

/// The most tokens in one container, since each is hashed.
pub const MAX_CONTAINER_TOKENS: usize = 4096;

/// The most delegations in one chain.
pub const MAX_CHAIN: usize = 16;

/// The most statements that the policies of one decision visit, each on one value.
pub const MAX_POLICY_STEPS: u32 = 10_000;

/// The most work that the policies of one decision do, in units: see [`crate::ucan::policy::Budget`].
pub const MAX_POLICY_WORK: u32 = 4_194_304;

/// The most receipts whose signature one decision checks, to find out what its arguments promise.
pub const MAX_RECEIPTS: usize = 32;

/// The most steps that one search for a chain takes: a delegation looked at, a revocation asked about, a page
/// asked for.
pub const MAX_GATHER_STEPS: u64 = 1_000_000;

/// The most steps that are taken to find out what comes nearest, where there is no chain.
pub const MAX_MISS_STEPS: u64 = 20_000;

/// The most delegations that a search for a chain asks for at once.
pub const MAX_GATHER_PAGE: usize = 256;

/// How often the limits on policies are granted to the revocations of one container together: each has the policies
/// of its own proofs. What is over it is refused, and can be sent again in a smaller one.
pub const MAX_REVOCATION_POLICIES: u32 = 16;

/// The limits of one decision: those above, or lower.
///
/// ```
/// use allod::limits::Limits;
/// let limits = Limits::new().chain(4).policy_steps(1_000);
/// assert_eq!(limits, Limits::new().policy_steps(1_000).chain(4));
/// assert_eq!(Limits::new().chain(99), Limits::new(), "raising takes another call");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub(crate) chain: usize,
    pub(crate) policy_steps: u32,
    pub(crate) policy_work: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

impl Limits {
    /// The limits above.
    #[must_use]
    pub const fn new() -> Self {
        Self { chain: MAX_CHAIN, policy_steps: MAX_POLICY_STEPS, policy_work: MAX_POLICY_WORK }
    }

    /// Follows at most `links` delegations; no more than [`MAX_CHAIN`].
    #[must_use]
    pub fn chain(mut self, links: usize) -> Self {
        self.chain = links.min(MAX_CHAIN);
        self
    }

    /// Visits at most `steps` statements; no more than [`MAX_POLICY_STEPS`].
    #[must_use]
    pub fn policy_steps(mut self, steps: u32) -> Self {
        self.policy_steps = steps.min(MAX_POLICY_STEPS);
        self
    }

    /// Does at most `units` of work on policies; no more than [`MAX_POLICY_WORK`].
    #[must_use]
    pub fn policy_work(mut self, units: u32) -> Self {
        self.policy_work = units.min(MAX_POLICY_WORK);
        self
    }

    /// Follows as many delegations as said: each costs a signature check that a stranger can ask for.
    #[must_use]
    pub const fn danger_chain_of(mut self, links: usize) -> Self {
        self.chain = links;
        self
    }

    /// Spends as much on policies as said: a stranger's policy and arguments may take that long.
    #[must_use]
    pub const fn danger_policy_budget(mut self, steps: u32, units: u32) -> Self {
        self.policy_steps = steps;
        self.policy_work = units;
        self
    }
}
