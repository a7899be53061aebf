//! What a program that measures allod beside its peers says: medians, and what each peer leaves out.

use crate::turns::Medians;

/// Both as one JSON object; a note is plain ASCII, which Rust and JSON quote alike.
///
/// # Panics
/// Where a note is not.
#[must_use]
pub fn report(medians: &Medians, notes: &[(&str, &str)]) -> String {
    let notes = notes.iter().map(|(peer, note)| {
        assert!(note.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "the note on {peer}");
        format!("  {peer:?}: {note:?}")
    });
    let notes = notes.collect::<Vec<_>>().join(",\n");
    format!("{{\n\"medians\": {},\n\"notes\": {{\n{notes}\n}}\n}}", medians.to_json())
}
