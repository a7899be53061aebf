//! Drives the binary as people and scripts do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "cli/batch.rs"]
mod batch;
#[path = "cli/check.rs"]
mod check;
#[path = "cli/demo.rs"]
mod demo;
#[path = "cli/grants.rs"]
mod grants;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/log.rs"]
mod log;
#[path = "cli/names.rs"]
mod names;
#[path = "cli/received.rs"]
mod received;
#[path = "cli/revoked.rs"]
mod revoked;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/store.rs"]
mod store;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/vectors.rs"]
mod vectors;
#[path = "cli/worlds.rs"]
mod worlds;
