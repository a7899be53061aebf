//! Every limit in one place. A host may lower one; raising one takes a call that says so.

/// How deep lists and maps may nest. A token's envelope and payload take three levels of it.
pub const MAX_DEPTH: usize = 64;

/// The largest token, in bytes. A larger one is refused before a byte of it is looked at.
pub const MAX_TOKEN: usize = 64 * 1024;

/// The most delegations in one chain.
pub const MAX_CHAIN: usize = 16;

/// The largest container, in bytes, once decompressed.
pub const MAX_CONTAINER: usize = 1024 * 1024;

/// The most tokens in one container, since each is hashed.
pub const MAX_CONTAINER_TOKENS: usize = 4096;
