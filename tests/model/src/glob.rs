//! Patterns of `like` (decision 18).

/// A piece of a pattern.
pub(crate) enum Piece {
    /// `*`.
    Run,
    /// A character that stands for itself.
    One(char),
}

/// `None` where a backslash stands before anything but `*` and `\`.
pub(crate) fn parse(pattern: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '*' => Piece::Run,
            '\\' => match rest.next()? {
                escaped @ ('*' | '\\') => Piece::One(escaped),
                _ => return None,
            },
            c => Piece::One(c),
        });
    }
    Some(pieces)
}

/// Whether the whole text matches: a table with a row for each piece, of which the last one is kept. Its
/// column `n` says whether the pieces so far match the first `n` characters.
pub(crate) fn matches(pieces: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for piece in pieces {
        let mut next = vec![false; text.len() + 1];
        for n in 0..=text.len() {
            next[n] = match piece {
                Piece::Run => row[n] || (n > 0 && next[n - 1]),
                Piece::One(c) => n > 0 && row[n - 1] && text[n - 1] == *c,
            };
        }
        row = next;
    }
    row[text.len()]
}
