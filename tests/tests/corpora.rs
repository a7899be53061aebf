//! What fuzzers begin with and what they ever fell over, replayed on the stable compiler; and that targets,
//! corpora and binaries belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use allod_tests::sources::{read, root, rust_files, without_comments, words};
use allod_tests::targets;
use allod_tests::targets::world::Effect;

fn names() -> BTreeSet<String> {
    targets::ALL.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// What a folder of the project holds, sorted; nothing where it is absent.
fn entries(folder: &str) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(root().join(folder));
    entries.into_iter().flatten().map(|entry| entry.expect("a folder that can be read").path()).collect()
}

fn name_of(path: impl AsRef<Path>) -> String {
    path.as_ref().file_name().expect("a name").to_string_lossy().into_owned()
}

/// Runs every file below a folder through the target of its folder's name; says how many there were.
fn replay(folder: &str) -> usize {
    let (mut count, mut failed) = (0, Vec::new());
    for target in entries(folder) {
        let name = name_of(&target);
        assert!(names().contains(&name), "{folder}/{name}: no target has that name");
        for file in entries(&format!("{folder}/{name}")) {
            count += 1;
            let data = fs::read(&file).unwrap();
            if catch_unwind(|| targets::run(&name, &data)).is_err() {
                failed.push(format!("{folder}/{name}/{}", name_of(&file)));
            }
        }
    }
    assert!(failed.is_empty(), "fall over:\n{}", failed.join("\n"));
    count
}

#[test]
fn the_corpora_pass() {
    assert!(replay("fuzz/corpus") >= targets::ALL.len());
}

#[test]
fn past_crashers_pass() {
    replay("fuzz/crashes");
}

#[test]
fn every_target_passes_on_nothing_and_on_noise() {
    for (name, body) in targets::ALL {
        for data in [&b""[..], b"\0", b"\xff\xff\xff\xff\xff\xff\xff\xff", b"{", b"[[[[", b"."] {
            assert!(catch_unwind(|| body(data)).is_ok(), "{name} on {data:?}");
        }
    }
}

#[test]
fn every_target_has_a_corpus_and_a_binary() {
    let folders: BTreeSet<_> = entries("fuzz/corpus").iter().map(name_of).collect();
    assert_eq!(folders, names(), "left: folders of fuzz/corpus; right: targets");
    for name in &folders {
        assert!(!entries(&format!("fuzz/corpus/{name}")).is_empty(), "{name} has no corpus");
    }
    let manifest: toml::Table = read("fuzz/Cargo.toml").parse().unwrap();
    let binaries = manifest["bin"].as_array().unwrap().iter();
    let binaries: BTreeMap<_, _> = binaries
        .map(|bin| (bin["name"].as_str().unwrap().to_owned(), bin["path"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(binaries.keys().cloned().collect::<BTreeSet<_>>(), names());
    for (name, path) in &binaries {
        assert_eq!(*path, format!("fuzz_targets/{name}.rs"));
        assert!(read(&format!("fuzz/{path}")).contains(&format!("targets::run(\"{name}\", data)")), "{path}");
    }
    let files: BTreeSet<_> = entries("fuzz/fuzz_targets").iter().map(name_of).collect();
    assert_eq!(files, names().iter().map(|name| format!("{name}.rs")).collect());
}

#[test]
fn the_corpora_are_small_and_hold_nothing_twice() {
    let mut all = 0;
    for folder in entries("fuzz/corpus") {
        let name = name_of(&folder);
        let files = entries(&format!("fuzz/corpus/{name}"));
        assert!(files.len() <= 30, "{name}: {} files", files.len());
        let contents: BTreeSet<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        assert_eq!(contents.len(), files.len(), "{name}: a file is there twice");
        all += contents.iter().map(Vec::len).sum::<usize>();
    }
    assert!(all < 1_000_000, "{all} bytes");
}

#[test]
fn nothing_behaves_otherwise_under_a_fuzzer() {
    for folder in ["core", "cli", "tests/src", "fuzz"] {
        for (path, text) in rust_files(folder) {
            assert!(!words(&without_comments(&text)).any(|word| word == "fuzzing"), "{path}");
        }
    }
}

#[test]
fn the_fuzzers_are_built_from_the_same_versions() {
    let versions = |path: &str| -> BTreeSet<(String, String)> {
        let lock: toml::Table = read(path).parse().unwrap();
        let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        let packages = lock["package"].as_array().unwrap().iter();
        packages.map(|package| (text(package, "name"), text(package, "version"))).collect()
    };
    let (project, fuzz) = (versions("Cargo.lock"), versions("fuzz/Cargo.lock"));
    let shared: BTreeSet<_> = project.iter().map(|(name, _)| name.as_str()).collect();
    let other: Vec<_> =
        fuzz.difference(&project).filter(|(name, _)| shared.contains(name.as_str())).collect();
    assert!(other.is_empty(), "fuzz/Cargo.lock has other versions than Cargo.lock: {other:?}");
    assert!(fuzz.iter().any(|(name, _)| name == "allod-tests"));
}

#[test]
fn worlds_are_whole_or_faulty_about_as_often() {
    let mut came = BTreeMap::new();
    let mut state = 7_u64;
    for _ in 0..200 {
        let data: Vec<u8> = (0..96)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state.to_be_bytes()[0]
            })
            .collect();
        *came.entry(targets::world::decide(&data)).or_insert(0) += 1;
    }
    let count = |effect, allowed| came.get(&(effect, allowed)).copied().unwrap_or(0);
    assert!(count(Effect::None, true) > 30 && count(Effect::Deny, false) > 60, "{came:?}");
}
