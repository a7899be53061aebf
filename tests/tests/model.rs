//! The model is worth something only while it shares nothing with what it judges. Its files are held to that
//! as texts.

use std::collections::BTreeSet;

use allod_tests::sources::{read, root, rust_files, without_comments, words};
use toml::Table;

#[test]
fn the_model_stands_on_the_value_type_alone() {
    let manifest: Table = read("tests/model/Cargo.toml").parse().unwrap();
    // No [lib] with another path, no build-dependencies, none for a target, no features.
    assert_eq!(manifest.keys().collect::<Vec<_>>(), ["dependencies", "package"]);
    let dependencies = manifest["dependencies"].as_table().unwrap();
    assert_eq!(dependencies.keys().collect::<Vec<_>>(), ["ipld-core"]);
    // From the registry, and under its own name.
    let keys: Vec<_> = dependencies["ipld-core"].as_table().unwrap().keys().collect();
    assert_eq!(keys, ["default-features", "features", "version"]);
    let workspace: Table = read("Cargo.toml").parse().unwrap();
    assert!(!workspace.contains_key("patch") && !workspace.contains_key("replace"));

    let package = manifest["package"].as_table().unwrap();
    assert!(!package.contains_key("build") && !root().join("tests/model/build.rs").exists());
    assert!(!package.contains_key("links"));
}

#[test]
fn the_model_names_no_other_crate() {
    let files = rust_files("tests/model");
    assert!(files.iter().any(|(name, _)| name == "tests/model/src/lib.rs"));
    let texts: Vec<_> = files.iter().map(|(name, text)| (name, without_comments(text))).collect();

    let mut heads = BTreeSet::from(["std", "core", "alloc", "ipld_core", "crate", "super", "self"]);
    for (name, text) in &texts {
        for forbidden in ["allod::", "extern", "include", "#[path", "path =", "macro_rules", "env!"] {
            assert!(!text.contains(forbidden), "{name} has `{forbidden}`");
        }
        // Modules that the model declares, so files of its own.
        heads.extend(text.lines().filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';')));
    }
    for (name, text) in &texts {
        // Its own tests, beside `src`, see it from outside.
        let itself = !name.starts_with("tests/model/src/");
        for head in heads_of_paths(text) {
            let known = heads.contains(head) || (itself && head == "allod_model");
            assert!(known, "{name} has a path into `{head}`");
        }
    }
}

/// What paths begin with, bar types, which are in scope by another path. Of `use` also where nothing follows.
fn heads_of_paths(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut heads = Vec::new();
    for (at, _) in text.match_indices("::") {
        let before = &text[..at];
        let start = before.trim_end_matches(is_word).len();
        // Behind a `::` it is no head, unless nothing stands before that: `::name` is a crate's. Nor is a
        // function before its generic arguments.
        let outer = before[..start].strip_suffix("::");
        let inner = outer.is_some_and(|outer| outer.ends_with(|c| is_word(c) || c == '>'));
        if !inner && !text[at..].starts_with("::<") {
            heads.push(&before[start..]);
        }
    }
    for line in text.lines() {
        let used =
            line.trim().trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("use ");
        heads.extend(used.and_then(|used| words(used).next()));
    }
    let numbers = ["i8", "i64", "i128", "u8", "u64", "usize", "f64", "char", "str"];
    let is_type = |head: &&str| head.starts_with(char::is_uppercase) || numbers.contains(head);
    heads.retain(|head| !head.is_empty() && !is_type(head));
    heads
}

#[test]
fn paths_are_told_by_what_they_begin_with() {
    let text = "use a::b::C;\npub use d;\nlet x = e::f(G::h(), i64::MAX, Vec::<u8>::new(), ::j::k, [l::m]);";
    assert_eq!(heads_of_paths(text), ["a", "e", "j", "l", "a", "d"]);
}

#[test]
fn the_model_can_be_read_in_one_sitting() {
    let lines: usize = rust_files("tests/model/src").iter().map(|(_, text)| text.lines().count()).sum();
    assert!(lines <= 800, "{lines} lines");
}
