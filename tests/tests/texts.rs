//! What is written about the project names what is there.

use std::collections::BTreeSet;

use allod_tests::sources::{read, root};

/// The ids of requirements that are kept.
fn kept() -> BTreeSet<String> {
    let table: toml::Table = read("spec/requirements.toml").parse().unwrap();
    let rows = table["requirement"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// What stands in code font on one line of a text.
fn code(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The first words of the ids: what looks like an id begins with one of them.
fn rooms(ids: &BTreeSet<String>) -> BTreeSet<&str> {
    ids.iter().filter_map(|id| id.split('-').next()).collect()
}

fn looks_like_an_id(word: &str, rooms: &BTreeSet<&str>) -> bool {
    word.split_once('-').is_some_and(|(room, rest)| rooms.contains(room) && !rest.is_empty())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn every_requirement_that_a_text_names_is_kept() {
    let ids = kept();
    let rooms = rooms(&ids);
    // Crates are named like requirements.
    let crates =
        ["allod-cli", "allod-tests", "allod-timing", "allod-model", "allod-ffi", "allod-wasm", "allod-bench"];
    for path in ["SECURITY.md", "spec/assurance.md"] {
        let text = read(path);
        let named: BTreeSet<_> = code(&text)
            .into_iter()
            .filter(|word| looks_like_an_id(word, &rooms) && !crates.contains(word))
            .collect();
        let unknown: Vec<_> = named.iter().filter(|id| !ids.contains(**id)).collect();
        assert!(unknown.is_empty(), "{path} names what is no requirement: {unknown:?}");
        assert!(named.len() > 10, "{path} names only {named:?}");
    }
}

#[test]
fn every_file_that_a_text_points_to_is_there() {
    for (path, folder) in
        [("SECURITY.md", ""), ("spec/assurance.md", "spec"), ("README.md", ""), ("CONTRIBUTING.md", "")]
    {
        let text = read(path);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                assert!(root().join(folder).join(link).exists(), "{path} points to {link}");
            }
        }
    }
}

#[test]
fn what_is_no_id_is_told_from_what_is() {
    let ids = kept();
    let rooms = rooms(&ids);
    for word in ["dlg-powerline-not-root", "allod-no-such-thing", "core-x"] {
        assert!(looks_like_an_id(word, &rooms), "{word}");
    }
    for word in ["proof-missing", "allod", "cargo xtask test", "--batch", "core/src", "no-proof"] {
        assert!(!looks_like_an_id(word, &rooms), "{word}");
    }
}

/// The benches of time are a workspace of their own, with a lock file of their own.
#[test]
fn what_is_timed_is_what_is_shipped() {
    let versions = |path: &str| -> BTreeSet<(String, String)> {
        let lock: toml::Table = read(path).parse().unwrap();
        let packages = lock["package"].as_array().unwrap().iter();
        let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        packages.map(|package| (text(package, "name"), text(package, "version"))).collect()
    };
    let (shipped, timed) = (versions("Cargo.lock"), versions("tests/timing/Cargo.lock"));
    for name in [
        "base64ct",
        "crypto-bigint",
        "curve25519-dalek",
        "data-encoding",
        "ecdsa",
        "ed25519-dalek",
        "elliptic-curve",
        "hmac",
        "k256",
        "p256",
        "pem-rfc7468",
        "pkcs8",
        "primefield",
        "primeorder",
        "rfc6979",
        "sha2",
        "subtle",
        "x25519-dalek",
        "zeroize",
    ] {
        let of = |all: &BTreeSet<(String, String)>| {
            all.iter().filter(|(found, _)| found == name).cloned().collect::<Vec<_>>()
        };
        assert!(!of(&shipped).is_empty(), "{name} is not used any more");
        assert_eq!(of(&timed), of(&shipped), "run `cargo update -p {name}` in tests/timing");
    }
}
