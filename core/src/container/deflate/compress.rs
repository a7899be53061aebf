//! Writing.

use alloc::vec::Vec;

use super::bits::Writer;
use super::huffman::{LONGEST, codes, lengths};
use super::matches::{Symbol, symbols};
use super::{DISTANCES, END, LITERALS, ORDER, distance, fixed, length};

/// How many symbols share their codes.
const BLOCK: usize = 1 << 14;

/// Deflates; the same bytes give the same bytes.
pub(in super::super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let symbols = symbols(bytes);
    let mut out = Writer::default();
    let (mut rest, mut plain) = (&symbols[..], bytes);
    loop {
        let (block, later) = rest.split_at_checked(BLOCK).unwrap_or((rest, &[]));
        let covered = block.iter().map(|symbol| symbol.length).sum();
        let (stored, after) = plain.split_at_checked(covered).unwrap_or((plain, &[]));
        (rest, plain) = (later, after);
        append(&mut out, block, stored, rest.is_empty());
        if rest.is_empty() {
            out.align();
            return out.bytes;
        }
    }
}

/// Writes a block in the shortest of the three ways.
fn append(out: &mut Writer, block: &[Symbol], bytes: &[u8], last: bool) {
    let begun = |kind: usize| {
        let mut out = out.after();
        out.write(usize::from(last) | kind << 1, 3);
        out
    };
    let mut fixed_codes = begun(1);
    let (literals, distances) = fixed();
    with_codes(&mut fixed_codes, block, &literals, &distances);
    let mut own_codes = begun(2);
    with_own_codes(&mut own_codes, block);
    let mut shortest = if own_codes.len() < fixed_codes.len() { own_codes } else { fixed_codes };
    if let Ok(length) = u16::try_from(bytes.len()) {
        let mut stored = begun(0);
        stored.align();
        for number in [length, !length] {
            stored.write(number.into(), 16);
        }
        stored.bytes.extend_from_slice(bytes);
        if stored.len() < shortest.len() {
            shortest = stored;
        }
    }
    out.go_on(&shortest);
}

/// Codes by how often their symbols occur, themselves told beforehand.
fn with_own_codes(out: &mut Writer, block: &[Symbol]) {
    let (mut literals, mut distances) = ([0; LITERALS], [0; DISTANCES]);
    let count = |counts: &mut [u32], at: usize| counts.get_mut(at).into_iter().for_each(|count| *count += 1);
    count(&mut literals, END);
    for symbol in block {
        count(&mut literals, symbol.literal());
        if symbol.distance > 0 {
            count(&mut distances, index(symbol.distance, DISTANCES, distance));
        }
    }
    let (literals, distances) = (lengths(&literals, LONGEST), lengths(&distances, LONGEST));
    let used = |lengths: &[u8], least: usize| {
        lengths.iter().rposition(|length| *length > 0).map_or(0, |at| at + 1).max(least)
    };
    let (literals_used, distances_used) = (used(&literals, END + 1), used(&distances, 1));
    let told: Vec<u8> =
        literals.iter().take(literals_used).chain(distances.iter().take(distances_used)).copied().collect();
    let runs = runs(&told);
    let mut counts = [0; ORDER.len()];
    for (symbol, ..) in &runs {
        count(&mut counts, *symbol);
    }
    let of_lengths = lengths(&counts, 7);
    let ordered: Vec<u8> =
        ORDER.iter().map(|at| of_lengths.get(usize::from(*at)).copied().unwrap_or_default()).collect();
    let ordered_used = used(&ordered, 4);
    out.write(literals_used - END - 1, 5);
    out.write(distances_used - 1, 5);
    out.write(ordered_used - 4, 4);
    for length in ordered.iter().take(ordered_used) {
        out.write(usize::from(*length), 3);
    }
    let told = codes(&of_lengths);
    for (symbol, value, extra) in runs {
        code(out, &told, &of_lengths, symbol);
        out.write(value, extra);
    }
    with_codes(out, block, &literals, &distances);
}

/// The lengths of codes, those that repeat themselves counted: what stands for them, and what adds to it.
fn runs(lengths: &[u8]) -> Vec<(usize, usize, u32)> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|one, next| one == next) {
        let length = usize::from(run.first().copied().unwrap_or_default());
        let mut left = run.len();
        if length != 0 {
            runs.push((length, 0, 0));
            left -= 1;
        }
        while left > 0 {
            let (now, symbol) = match (length, left) {
                (_, ..3) => (1, (length, 0, 0)),
                (0, ..11) => (left, (17, left - 3, 3)),
                (0, _) => (left.min(138), (18, left.min(138) - 11, 7)),
                _ => (left.min(6), (16, left.min(6) - 3, 2)),
            };
            runs.push(symbol);
            left -= now;
        }
    }
    runs
}

fn with_codes(out: &mut Writer, block: &[Symbol], literals: &[u8], distances: &[u8]) {
    let (literal_codes, distance_codes) = (codes(literals), codes(distances));
    for symbol in block {
        let literal = symbol.literal();
        code(out, &literal_codes, literals, literal);
        if symbol.distance > 0 {
            let (base, extra) = length(literal - END - 1);
            out.write(symbol.length - base, extra);
            let at = index(symbol.distance, DISTANCES, distance);
            code(out, &distance_codes, distances, at);
            let (base, extra) = distance(at);
            out.write(symbol.distance - base, extra);
        }
    }
    code(out, &literal_codes, literals, END);
}

fn code(out: &mut Writer, codes: &[u16], lengths: &[u8], symbol: usize) {
    if let Some((code, length)) = codes.get(symbol).zip(lengths.get(symbol)) {
        out.write(usize::from(*code), u32::from(*length));
    }
}

impl Symbol {
    /// What stands for it among literals and lengths.
    fn literal(&self) -> usize {
        if self.distance == 0 {
            return usize::from(self.byte);
        }
        END + 1 + index(self.length, LITERALS - END - 1, length)
    }
}

/// The last symbol that begins no later.
fn index(value: usize, symbols: usize, base: fn(usize) -> (usize, u32)) -> usize {
    (0..symbols).rev().find(|at| base(*at).0 <= value).unwrap_or_default()
}
