//! What libFuzzer says of itself.

/// The last figures of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) executions: u64,
    /// Edges of the program that were reached.
    pub(crate) edges: u64,
    /// The same, told apart by how often and with what operands.
    pub(crate) features: u64,
    /// How many inputs were worth keeping.
    pub(crate) corpus: u64,
}

impl Seen {
    /// From lines such as `#4194304 pulse  cov: 512 ft: 1804 corp: 120/4Kb lim: 80 …`, and the statistics at
    /// the end.
    pub(crate) fn read(log: &str) -> Self {
        let mut seen = Self::default();
        for line in log.lines() {
            if let Some(executions) = line.strip_prefix("stat::number_of_executed_units:") {
                seen.executions = executions.trim().parse().unwrap_or_default();
            } else if let Some(rest) = line.strip_prefix('#') {
                let words: Vec<_> = rest.split_whitespace().collect();
                let after = |name: &str| {
                    let at = words.iter().position(|word| *word == name)?;
                    let number = words.get(at + 1)?.split('/').next()?;
                    number.parse::<u64>().ok()
                };
                if let Some(edges) = after("cov:") {
                    seen.edges = edges;
                    seen.features = after("ft:").unwrap_or_default();
                    seen.corpus = after("corp:").unwrap_or_default();
                    let executions = words.first().and_then(|number| number.parse().ok());
                    seen.executions = executions.unwrap_or(seen.executions);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn the_last_figures_count() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 5 ft: 6 corp: 1/1b exec/s: 0 rss: 26Mb\n\
            #500\tNEW    cov: 9 ft: 12 corp: 3/41b lim: 4 exec/s: 0 rss: 26Mb L: 2/2 MS: 1 CopyPart-\n\
            #1024\tDONE   cov: 10 ft: 14 corp: 4/5Kb lim: 8 exec/s: 512 rss: 30Mb\nDone 1024 runs\n\
            stat::number_of_executed_units: 1025\n";
        assert_eq!(Seen::read(log), Seen { executions: 1025, edges: 10, features: 14, corpus: 4 });
        assert_eq!(Seen::read(""), Seen::default());
    }
}
