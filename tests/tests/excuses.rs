//! A mutant that no test notices is excused beside the code, and nothing is excused in silence.

use std::collections::BTreeSet;

use allod_tests::sources;

#[test]
fn every_mutant_left_out_is_excused_beside_its_code_and_none_besides() {
    let configuration: toml::Table = sources::read(".cargo/mutants.toml").parse().unwrap();
    let left_out: BTreeSet<String> = configuration["exclude_re"]
        .as_array()
        .unwrap()
        .iter()
        // The names, less what makes regular expressions of them.
        .map(|name| name.as_str().unwrap().replace('\\', ""))
        .collect();
    let mut excused = BTreeSet::new();
    for (file, text) in sources::rust_files("core/src") {
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("// mutants: ")) {
            let (name, why) = line.split_once(": ").unwrap_or_else(|| panic!("{file}: no reason: {line}"));
            assert!(why.len() > 10, "{file}: {line}");
            assert!(excused.insert(name.to_owned()), "{file}: excused twice: {name}");
        }
        assert!(!text.contains("mutants::skip"), "{file}: excused without a reason");
    }
    assert_eq!(left_out, excused);
}
