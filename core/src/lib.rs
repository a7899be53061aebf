#![cfg_attr(not(feature = "std"), no_std)]
//! Identities people own and capabilities they hand out, narrow and take back.

extern crate alloc;

pub mod ucan;
pub mod wire;
