//! The shape of the project: which room may import which, how long a file may be, what may not occur.

use std::collections::BTreeMap;

use allod_tests::sources::{before_tests, read, rust_files, without_comments, words};

/// The rooms of the core, and the rooms each may import.
///
/// `wire ← identity ← ucan ← {container, validation} ← store ← {agent, executor}`; `seal` stands on `wire`
/// and `identity`, `jwt` on `identity`. `code` and `limits` are leaves that anyone may import. `container`
/// and `validation` stand side by side; that `validation` takes a container apart is allowed, and the
/// other way is not.
const ROOMS: [(&str, &[&str]); 12] = [
    ("code", &[]),
    ("limits", &[]),
    ("wire", &[]),
    ("identity", &["wire"]),
    ("ucan", &["wire", "identity"]),
    ("container", &["wire", "identity", "ucan"]),
    ("validation", &["wire", "identity", "ucan", "container"]),
    ("store", &["wire", "identity", "ucan", "container", "validation"]),
    ("agent", &["wire", "identity", "ucan", "container", "validation", "store"]),
    ("executor", &["wire", "identity", "ucan", "container", "validation", "store"]),
    ("seal", &["wire", "identity"]),
    ("jwt", &["wire", "identity"]),
];

const LEAVES: [&str; 2] = ["code", "limits"];

/// What a pure function cannot ask: the clock, the network, the disk, the environment, chance.
const OUTSIDE: [&str; 8] = [
    "SystemTime::now",
    "Instant::now",
    "std::net",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "static mut",
];

/// The module path of a file below `core/src`; empty for the crate's root.
fn module(path: &str) -> Vec<&str> {
    let inner = path.strip_prefix("core/src/").expect("a file of the core");
    let inner = inner.strip_suffix(".rs").expect("a Rust file");
    let mut module: Vec<_> = inner.split('/').collect();
    if matches!(module.last(), Some(&("mod" | "lib"))) {
        module.pop();
    }
    module
}

/// The first names after every `crate::`, and after every run of `super::` that leads to the crate's root.
fn imported<'a>(code: &'a str, module: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut take = |rest: &'a str| match rest.strip_prefix('{') {
        // `use crate::{a::b, c}`
        Some(list) => {
            let list = list.split("};").next().unwrap_or(list);
            found.extend(list.split(',').filter_map(|item| words(item).next()));
        }
        None => found.extend(words(rest.split("::").next().unwrap_or(rest)).next()),
    };
    for (at, _) in code.match_indices("crate::") {
        take(&code[at + "crate::".len()..]);
    }
    let root = "super::".repeat(module.len());
    if !module.is_empty() {
        for (at, _) in code.match_indices(&root) {
            let rest = &code[at + root.len()..];
            if !rest.starts_with("super::") {
                take(rest);
            }
        }
    }
    found
}

#[test]
fn imports_go_one_way() {
    let rooms: BTreeMap<_, _> = ROOMS.into_iter().collect();
    let mut back = Vec::new();
    let mut arrows = 0;
    for (path, text) in rust_files("core/src") {
        let module = module(&path);
        let Some(room) = module.first() else { continue };
        let allowed = rooms
            .get(room)
            .unwrap_or_else(|| panic!("{path}: the room {room} has no place in the order of rooms"));
        let code = without_comments(&text);
        for target in imported(&code, &module) {
            if !rooms.contains_key(target) || target == *room {
                continue;
            }
            arrows += 1;
            if !allowed.contains(&target) && !LEAVES.contains(&target) {
                back.push(format!("{path} imports {target}"));
            }
        }
    }
    assert!(back.is_empty(), "arrows that run back:\n{}", back.join("\n"));
    assert!(arrows > 100, "only {arrows} imports were found: is the search right?");
}

#[test]
fn the_search_for_imports_finds_each_way_of_writing_one() {
    let code =
        "use crate::ucan::{Token, time};\nuse crate::{code::Code, wire::Cid};\nlet x = crate::store::y();
        use super::super::validation::Trace; use super::sibling; pub(in crate::agent) fn f() {}";
    let found = imported(code, &["wire", "cid"]);
    for room in ["ucan", "code", "wire", "store", "validation", "agent"] {
        assert!(found.contains(&room), "{room}: {found:?}");
    }
    assert!(!found.contains(&"sibling"), "{found:?}");
}

#[test]
fn the_core_asks_neither_clock_nor_network_nor_disk() {
    for (path, text) in rust_files("core/src") {
        if path.ends_with("tests.rs") {
            continue;
        }
        // A store in a file has to open a file. It decides nothing.
        if path.starts_with("core/src/store/redb/") {
            continue;
        }
        let code = without_comments(before_tests(&text));
        for word in OUTSIDE {
            assert!(!code.contains(word), "{path} has {word}");
        }
        // Chance belongs to those who make keys and tokens.
        if path.starts_with("core/src/validation") || path.starts_with("core/src/container") {
            for word in ["getrandom", "rand_core", "HashMap", "HashSet"] {
                assert!(!words(&code).any(|found| found == word), "{path} has {word}");
            }
        }
    }
}

#[test]
fn long_files_say_why() {
    for folder in ["core", "cli", "tests", "xtask", "wasm", "ffi", "benches", "fuzz"] {
        for (path, text) in rust_files(folder) {
            let lines = text.lines().count();
            let head = text.lines().take_while(|line| line.starts_with("//"));
            let reason = head.into_iter().any(|line| line.contains("Long, because"));
            assert!(
                lines <= 600 || reason,
                "{path} has {lines} lines: split it, or begin it with a comment `Long, because …`"
            );
        }
    }
}

#[test]
fn nothing_is_unsafe_and_every_crate_forbids_it() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let lint = &manifest["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(lint.as_str(), Some("forbid"));
    for folder in ["core", "cli", "wasm"] {
        let files = rust_files(folder);
        if files.is_empty() {
            assert_ne!(folder, "core");
            continue;
        }
        let manifest: toml::Table = read(&format!("{folder}/Cargo.toml")).parse().unwrap();
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{folder}");
        for (path, text) in files {
            let code = without_comments(&text);
            assert!(!words(&code).any(|word| word == "unsafe"), "{path}");
        }
    }
}

#[test]
fn memory_of_the_host_is_touched_in_one_place() {
    let by_pointer = [
        "from_raw_parts",
        "from_raw_parts_mut",
        "from_raw",
        "from_ptr",
        "transmute",
        "read_unaligned",
        "write_unaligned",
        "read_volatile",
        "write_volatile",
        "copy_from",
        "copy_from_nonoverlapping",
        "NonNull",
    ];
    let mut files = 0;
    for (path, text) in rust_files("ffi/src") {
        files += 1;
        if ["pointer.rs", "callback.rs"].iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let code = without_comments(before_tests(&text));
        let found = words(&code).find(|word| by_pointer.contains(word));
        assert_eq!(found, None, "{path}");
        for follows in ["unsafe { *", "unsafe { &*", "unsafe { &mut *"] {
            assert!(!code.contains(follows), "{path} follows a pointer");
        }
    }
    assert!(files > 20, "{files} files: is the search right?");
}

#[test]
fn one_version_each_of_what_computes_on_secrets() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    for name in [
        "curve25519-dalek",
        "ed25519-dalek",
        "x25519-dalek",
        "sha2",
        "digest",
        "p256",
        "k256",
        "elliptic-curve",
        "ecdsa",
        "signature",
        "zeroize",
        "rand_core",
    ] {
        let versions: Vec<_> = packages
            .iter()
            .filter(|package| package["name"].as_str() == Some(name))
            .map(|package| package["version"].as_str().unwrap())
            .collect();
        assert_eq!(versions.len(), 1, "{name}: {versions:?}");
    }
}

#[test]
fn verified_tokens_and_grants_are_each_made_in_one_place() {
    // `Verified` is built where the signature was just checked, `Grant` and `Decision::Allow` where the
    // whole trace was: one line of code each.
    let count = |folder: &str, text: &str| -> usize {
        let files = rust_files(folder).into_iter();
        let code = files.map(|(_, file)| without_comments(before_tests(&file)));
        code.map(|code| code.matches(text).count()).sum()
    };
    assert_eq!(count("core/src", "Ok(Verified("), 1);
    assert_eq!(count("core/src", "Grant::new("), 1);
    assert_eq!(count("core/src", "Decision::Allow(Grant"), 1);
    assert!(!read("core/src/ucan/token.rs").contains("pub struct Verified<P>(pub"));
}

#[test]
fn every_test_file_is_in_a_binary() {
    let all = read("tests/tests/all.rs");
    for (path, _) in rust_files("tests/tests") {
        let name = path.rsplit('/').next().and_then(|file| file.strip_suffix(".rs")).unwrap();
        let own = ["all", "dropped", "hostile", "wiped"].contains(&name);
        assert!(own || all.contains(&format!("\nmod {name};\n")), "{path} is never run");
    }
}

/// A feature that no list names is tested by nobody and found by nobody.
#[test]
fn every_feature_of_the_core_is_tested_and_told_of() {
    let manifest: toml::Table = read("core/Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap().keys().filter(|name| *name != "default");
    let features: Vec<&str> = features.map(String::as_str).collect();
    let task = read("xtask/src/test.rs");
    let list = |name: &str| {
        let (_, after) = task.split_once(&format!("const {name}: [&str; ")).unwrap();
        let (_, names) = after.split_once('=').and_then(|(_, names)| names.split_once('[')).unwrap();
        let (names, _) = names.split_once(']').unwrap();
        names.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let (ours, native) = (list("FEATURES"), list("NATIVE"));
    let mut tested = [&ours[..], &native[..]].concat();
    tested.sort();
    let mut all = features.clone();
    all.sort_unstable();
    assert_eq!(tested, all);
    // Tests of the workspace have all but the others' implementations, and mutants the same.
    let tests: toml::Table = read("tests/Cargo.toml").parse().unwrap();
    let asked = tests["dependencies"]["allod"]["features"].as_array().unwrap();
    let asked: Vec<_> = asked.iter().filter_map(toml::Value::as_str).chain(["tables"]).collect();
    let mutants = read(".cargo/mutants.toml");
    for feature in &ours {
        assert!(asked.contains(&feature.as_str()), "{feature}");
        assert!(mutants.contains(&format!("\"allod/{feature}\"")), "{feature}");
    }
    assert!(native.iter().all(|feature| !asked.contains(&feature.as_str())));
    let readme = read("README.md");
    let (_, table) = readme.split_once("## Features").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    for feature in features {
        assert!(table.contains(&format!("`{feature}`")), "{feature}");
    }
}
