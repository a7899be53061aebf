#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| allod_tests::targets::run("strict", data));
