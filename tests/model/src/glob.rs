//! Patterns of `like` (decision 18): characters, and `None` for each `*`.

/// `None` where a backslash stands before anything but `*` and `\`.
pub(crate) fn parse(pattern: &str) -> Option<Vec<Option<char>>> {
    let mut pieces = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '*' => None,
            '\\' => Some(rest.next().filter(|escaped| matches!(escaped, '*' | '\\'))?),
            c => Some(c),
        });
    }
    Some(pieces)
}

/// Whether the whole text matches: a table with a row for each piece, of which the last one is kept. Its
/// column `n` says whether the pieces so far match the first `n` characters.
pub(crate) fn matches(pieces: &[Option<char>], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for piece in pieces {
        let above = row.clone();
        for n in 0..=text.len() {
            row[n] = match piece {
                None => above[n] || (n > 0 && row[n - 1]),
                Some(c) => n > 0 && above[n - 1] && text[n - 1] == *c,
            };
        }
    }
    row[text.len()]
}
