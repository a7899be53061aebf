//! One binary for all tests that need no process of their own: linking is most of what a test costs.

mod attacks;
mod building;
mod cctv;
mod container_vectors;
mod containers;
mod dag_cbor_fixtures;
mod deciding;
mod decisions;
mod did_key_vectors;
mod differential;
mod issuing;
mod json;
mod laws;
mod open;
mod policy_fixtures;
mod requirements;
mod schema;
mod structure;
mod threads;
mod tokens;
mod ucan_fixtures;
mod vectors;
mod wycheproof_ecdsa;
mod wycheproof_eddsa;
mod wycheproof_xdh;
