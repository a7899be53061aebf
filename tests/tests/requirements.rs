//! Every requirement has something living that shows it.

use std::collections::{BTreeMap, BTreeSet};

use allod_tests::sources::{has_refusal, has_test, has_test_everywhere, read, root};
use serde_json::Value;
use toml::{Table, Value as Toml};

fn requirements() -> Table {
    read("spec/requirements.toml").parse().unwrap()
}

fn rows<'a>(table: &'a Table, kind: &str) -> Vec<&'a Table> {
    // Of a kind there may be none: no room is left to build, say.
    let rows = table.get(kind).map(|rows| rows.as_array().unwrap().as_slice()).unwrap_or_default();
    rows.iter().map(|row| row.as_table().unwrap()).collect()
}

fn text<'a>(row: &'a Table, key: &str) -> &'a str {
    row.get(key)
        .and_then(Toml::as_str)
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| panic!("{key} is missing or empty in {row:?}"))
}

/// The ids of the vectors in each file, by the file's name.
fn vectors() -> BTreeMap<String, BTreeSet<String>> {
    std::fs::read_dir(allod_tests::vectors::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let ids = file["cases"].as_array().unwrap().iter();
            let ids = ids.map(|case| case["id"].as_str().unwrap().to_owned()).collect();
            (path.file_name().unwrap().to_string_lossy().into_owned(), ids)
        })
        .collect()
}

/// The anchors of the headings of a text in Markdown.
fn anchors(markdown: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
    };
    markdown.lines().filter_map(heading).collect()
}

const LEVELS: [&str; 7] = ["MUST", "MUST NOT", "REQUIRED", "SHOULD", "SHOULD NOT", "RECOMMENDED", "MAY"];

#[test]
fn every_row_is_whole() {
    let table = requirements();
    let decisions = read("spec/decisions.md");
    let anchors = anchors(&decisions);
    let kinds: [(&str, &[&str], &[&str]); 3] = [
        ("requirement", &["id", "spec", "level", "rule", "room", "tests"], &["decision"]),
        ("later", &["id", "spec", "level", "rule", "room", "why"], &[]),
        ("not_kept", &["id", "spec", "rule", "why"], &[]),
    ];
    let known: BTreeSet<_> = kinds.map(|(kind, ..)| kind).into();
    assert!(table.keys().all(|kind| known.contains(kind.as_str())), "{:?}", table.keys().collect::<Vec<_>>());
    let mut ids = BTreeSet::new();
    for (kind, required, optional) in kinds {
        for row in rows(&table, kind) {
            let id = text(row, "id");
            assert!(ids.insert(id.to_owned()), "{id} stands there twice");
            let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id.chars().all(sound), "{id}");
            for key in required {
                assert!(row.contains_key(*key), "{id} lacks {key}");
            }
            for key in row.keys() {
                assert!(required.contains(&key.as_str()) || optional.contains(&key.as_str()), "{id}: {key}");
            }
            assert!(!text(row, "rule").is_empty());
            if row.contains_key("level") {
                assert!(LEVELS.contains(&text(row, "level")), "{id}: {}", text(row, "level"));
            }
            if kind == "requirement" {
                let room = text(row, "room");
                assert!(root().join(room).exists(), "{id}: the room {room} is not there");
            }
            if let Some(decision) = row.get("decision") {
                let heading = format!("\n## {}. ", decision.as_integer().unwrap());
                assert!(decisions.contains(&heading), "{id}: decision {decision:?} is not written down");
            }
            let spec = text(row, "spec");
            match spec.strip_prefix("spec/decisions.md#") {
                Some(anchor) => assert!(anchors.contains(anchor), "{id}: {spec}"),
                None => assert!(spec.starts_with("https://github.com/"), "{id}: {spec}"),
            }
        }
    }
}

#[test]
fn every_requirement_has_a_living_test() {
    let vectors = vectors();
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    let mut dead = Vec::new();
    let mut references = 0;
    for row in rows(&requirements(), "requirement") {
        let id = text(row, "id");
        let tests = row["tests"].as_array().unwrap();
        if tests.is_empty() {
            dead.push(format!("{id} has no test"));
        }
        let mut seen = BTreeSet::new();
        let mut everywhere = false;
        for reference in tests {
            let reference = reference.as_str().unwrap();
            references += 1;
            if !seen.insert(reference) {
                dead.push(format!("{id}: {reference} stands there twice"));
            }
            let alive = if let Some((file, vector)) =
                reference.strip_prefix("vectors/").and_then(|rest| rest.split_once('#'))
            {
                everywhere = true;
                vectors.get(file).is_some_and(|ids| ids.contains(vector))
            } else if let Some((path, name)) = reference.split_once("::") {
                let exists = root().join(path).is_file();
                exists && {
                    let text = sources.entry(path.to_owned()).or_insert_with(|| read(path));
                    everywhere |= has_test_everywhere(text, name) || has_refusal(text, name);
                    has_test(text, name) || has_refusal(text, name)
                }
            } else {
                false
            };
            if !alive {
                dead.push(format!("{id}: {reference}"));
            }
        }
        if !everywhere {
            dead.push(format!("{id} is shown only where data from elsewhere is there"));
        }
    }
    assert!(dead.is_empty(), "{} references are dead:\n{}", dead.len(), dead.join("\n"));
    assert!(references > 600, "{references}");
}

#[test]
fn every_file_of_vectors_is_made_by_a_topic_and_shows_a_requirement() {
    let mut made: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, cases) in allod_tests::vectors::all() {
        let ids = cases.into_iter().map(|case| case.id).collect();
        assert!(made.insert(format!("{name}.json"), ids).is_none(), "{name} is made twice");
    }
    // What the differential run found is kept as it was written.
    made.extend(vectors().remove_entry("found.json"));
    assert_eq!(vectors(), made);
    let table = requirements();
    let shown: Vec<&str> = rows(&table, "requirement")
        .into_iter()
        .flat_map(|row| row["tests"].as_array().unwrap())
        .filter_map(Toml::as_str)
        .collect();
    for file in made.keys() {
        let prefix = format!("vectors/{file}#");
        assert!(shown.iter().any(|reference| reference.starts_with(&prefix)), "{file} shows nothing");
    }
    // The text of the requirements names vectors in passing too.
    for kind in ["later", "not_kept"] {
        for row in rows(&table, kind) {
            for part in text(row, "why").split('`').filter(|part| part.starts_with("vectors/")) {
                let (file, id) = part.strip_prefix("vectors/").unwrap().split_once('#').unwrap();
                assert!(made[file].contains(id), "{part}");
            }
        }
    }
}

#[test]
fn dead_references_are_told_from_living_ones() {
    let file = "
        #[test]
        #[should_panic(expected = \"x\")]
        fn living() {}

        #[test]
        #[ignore = \"later\"]
        fn asleep() {}

        #[test]
        #[cfg_attr(not(there), ignore = \"not there\")]
        fn living_here() {}

        fn helper() {}

        /// ```compile_fail
        /// x
        /// ```
        pub fn refusal() {}

        /// ```
        /// x
        /// ```
        pub fn example() {}
    ";
    assert!(has_test(file, "living") && has_test_everywhere(file, "living"));
    assert!(has_test(file, "living_here") && !has_test_everywhere(file, "living_here"));
    for name in ["asleep", "helper", "living_on", "refusal", "example", "nowhere"] {
        assert!(!has_test(file, name), "{name}");
    }
    assert!(has_refusal(file, "refusal"));
    for name in ["living", "helper", "example", "nowhere"] {
        assert!(!has_refusal(file, name), "{name}");
    }
}

/// A rule is quoted where it is kept, so that whoever changes the code meets it.
#[test]
fn every_rule_is_quoted_in_its_room() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("spec/requirements.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let mut missing = Vec::new();
    for row in table["requirement"].as_array().unwrap() {
        let (id, room) = (row["id"].as_str().unwrap(), row["room"].as_str().unwrap());
        let path = root.join(room);
        let path = if path.is_dir() { path.join("mod.rs") } else { path };
        let quoted = std::fs::read_to_string(&path)
            .unwrap()
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .any(|word| word == id);
        if !quoted {
            missing.push(format!("{id}: {room}"));
        }
    }
    assert!(missing.is_empty(), "not quoted in their rooms: {missing:#?}");
}
