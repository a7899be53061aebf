//! The tests that are run against a mutant, whoever runs them.

use std::fs;
use std::path::Path;

/// Tests that take most of the time and are rarely the only ones to notice. What the others miss is run
/// again with these.
pub(super) const SLOW: [&str; 21] = [
    "a_change_of_any_bit_leaves_no_verified_token",
    "a_jwk_that_is_refused",
    "a_key_file_that_is_refused",
    "a_token_that_is_named_sixteen_times_is_verified_once",
    "agrees_with_kleenes_tables_on_random_trees",
    "agrees_with_the_definition_on_random_patterns",
    "any_float_is_written",
    "differential::",
    "every_key_of_a_large_map_is_found",
    "every_short_text",
    "every_single_byte_and_pair",
    "integers_and_floats_compare_as_long_arithmetic_says",
    "laws::",
    "long_lists_have_longer_heads",
    "middles_are_read",
    "powers_of_two_and_their_neighbours",
    "revocations_travel_as_containers",
    "whatever_else_is_wrong_a_denial",
    "whoever_floods_a_store",
    "work_is_bounded_where_steps_are_few",
    "wycheproof",
];

/// By the clock, for cargo-mutants. A test run without a mutant takes a few seconds without the slow tests, and half a minute with them; a mutant
/// that makes it take this long is noticed.
pub(super) const SECONDS: [u64; 2] = [60, 300];

/// What the laws draw from: a mutant that is caught is caught again.
pub(super) const LAWS_SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "1");

/// What `.cargo/mutants.toml` says of the tests.
pub(super) struct Suite {
    configuration: String,
    /// The arguments that name the test binaries.
    pub(super) binaries: Vec<String>,
    /// The arguments that every one of them is given.
    pub(super) arguments: Vec<String>,
}

const BINARIES: &str = "\nadditional_cargo_args = [";
const ARGUMENTS: &str = "\nadditional_cargo_test_args = [\"--\"";

impl Suite {
    pub(super) fn read(tree: &Path) -> Result<Self, String> {
        let path = tree.join(".cargo/mutants.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(text).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn parse(configuration: String) -> Result<Self, String> {
        let strings = |begin: &str| {
            let (_, rest) = configuration.split_once(begin).ok_or_else(|| format!("no {}", begin.trim()))?;
            let (list, _) = rest.split_once(']').ok_or_else(|| format!("no end of {}", begin.trim()))?;
            Ok::<_, String>(list.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        };
        let (binaries, arguments) = (strings(BINARIES)?, strings(ARGUMENTS)?);
        Ok(Self { configuration, binaries, arguments })
    }

    /// The project's configuration, with some tests left out. Arguments given on the command line would come
    /// before its own, and before the `--` that begins those of the tests.
    pub(super) fn without(&self, tests: &[&str]) -> String {
        let skips = tests.iter().fold(String::new(), |skips, test| skips + ", \"--skip\", \"" + test + "\"");
        self.configuration.replacen(ARGUMENTS, &format!("{ARGUMENTS}{skips}"), 1)
    }

    /// The project's configuration for asking the compiler alone: what does not compile is in the core, and
    /// nothing that stands on it need be looked at.
    pub(super) fn only_core(&self) -> String {
        let core = "\nadditional_cargo_args = [\"--lib\"]\n#";
        self.configuration.replacen(BINARIES, core, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\nadditional_cargo_args = [\"--lib\", \"--test\", \"all\"]\n\
                        additional_cargo_test_args = [\"--\", \"--skip\", \"texts::\"]\n";

    #[test]
    fn both_ways_run_what_the_configuration_says() {
        let suite = Suite::parse(TEXT.into()).unwrap_or_else(|error| unexpected(&error));
        assert_eq!(suite.binaries, ["--lib", "--test", "all"]);
        assert_eq!(suite.arguments, ["--skip", "texts::"]);
        let without = Suite::parse(suite.without(&["laws::"])).unwrap_or_else(|error| unexpected(&error));
        assert_eq!(without.binaries, suite.binaries);
        assert_eq!(without.arguments, ["--skip", "laws::", "--skip", "texts::"]);
        let core = Suite::parse(suite.only_core()).unwrap_or_else(|error| unexpected(&error));
        assert_eq!(core.binaries, ["--lib"]);
        assert_eq!(core.arguments, suite.arguments);
    }

    #[test]
    fn a_configuration_that_says_nothing_of_them_is_an_error() {
        assert!(Suite::parse("profile = \"mutants\"\n".into()).is_err());
    }

    fn unexpected(error: &str) -> Suite {
        assert_eq!(error, "");
        Suite { configuration: String::new(), binaries: Vec::new(), arguments: Vec::new() }
    }
}
