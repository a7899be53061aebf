//! Benches of allod; see `benches/`. Run them with `cargo xtask bench store`.
