//! Tests of the C ABI in C and C++.

mod exports;

use crate::steps::{Steps, root};

pub(crate) fn test(steps: &mut Steps) {
    steps.call("C: table of exports", || {
        let folder = root().join("target/ffi-c");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        std::fs::write(folder.join("exports.h"), exports::table(&exports::header()?)?)
            .map_err(|error| error.to_string())
    });
}
