//! The codes of denials in TypeScript, made from the one table of them.

use std::fmt::Write as _;
use std::fs;

use crate::steps::root;

const TABLE: &str = "core/src/code.rs";
const GENERATED: &str = "wasm/js/src/generated.ts";

/// Writes the file, where it would come out otherwise.
pub(crate) fn write() -> Result<(), String> {
    let generated = generate()?;
    let file = root().join(GENERATED);
    if fs::read_to_string(&file).is_ok_and(|there| there == generated) {
        return Ok(());
    }
    fs::write(&file, generated).map_err(|error| format!("{GENERATED}: {error}"))
}

/// Whether the file is what the table makes of it.
pub(crate) fn check() -> Result<(), String> {
    let there =
        fs::read_to_string(root().join(GENERATED)).map_err(|error| format!("{GENERATED}: {error}"))?;
    if there == generate()? {
        Ok(())
    } else {
        Err(format!("{GENERATED} is older than {TABLE}: run `cargo xtask wasm`, and commit it"))
    }
}

fn generate() -> Result<String, String> {
    let table = fs::read_to_string(root().join(TABLE)).map_err(|error| format!("{TABLE}: {error}"))?;
    let codes = parse(&table);
    if codes.is_empty() {
        return Err(format!("{TABLE} has no table of codes in the form that is known here"));
    }
    let mut text = format!("// Made from {TABLE} by `cargo xtask wasm`: change it there.\n\n");
    text.push_str("/** Why a decision is a denial. */\nexport type DenialCode =\n");
    for code in &codes {
        let _infallible = writeln!(text, "  /** {} */\n  | '{}'", code.doc, code.name);
    }
    Ok(text)
}

struct Code<'a> {
    doc: String,
    name: &'a str,
}

/// The rows of `codes! { … }`: lines of documentation, and then `Variant = number, "name", …`.
fn parse(table: &str) -> Vec<Code<'_>> {
    let rows = table.lines().skip_while(|line| *line != "codes! {").skip(1).take_while(|line| *line != "}");
    let mut doc = Vec::new();
    let mut codes = Vec::new();
    for row in rows.map(str::trim) {
        if let Some(line) = row.strip_prefix("/// ") {
            doc.push(line);
        } else if let Some(name) = named(row) {
            codes.push(Code { doc: doc.join(" "), name });
            doc.clear();
        }
    }
    codes
}

fn named(row: &str) -> Option<&str> {
    let (variant, rest) = row.split_once(" = ")?;
    let (number, rest) = rest.split_once(", \"")?;
    let known = variant.chars().all(char::is_alphanumeric) && number.parse::<u8>().is_ok();
    known.then(|| rest.split('"').next())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_row_by_row() {
        let table = "macro_rules! codes {\n    no = 1, \"no\",\n}\n\ncodes! {\n    /// One thing,\n    /// or another.\n    \
                     One = 1, \"one\", \"a = 1, \\\"b\\\"\",\n        \"do it\";\n    /// Two.\n    Two = 2, \"two-more\", \"\",\n}\n";
        let codes = parse(table);
        let read: Vec<_> = codes.iter().map(|code| (code.doc.as_str(), code.name)).collect();
        assert_eq!(read, [("One thing, or another.", "one"), ("Two.", "two-more")]);
    }
}
