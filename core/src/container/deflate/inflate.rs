//! Reading.

use alloc::vec;
use alloc::vec::Vec;

use super::super::ContainerError;
use super::bits::Reader;
use super::huffman::{LONGEST, codes};
use super::{DISTANCES, END, LITERALS, ORDER, distance, fixed, length, small};

/// Codes that are no longer than this are looked up at once.
const QUICK: u16 = 9;

/// What the data inflate to, up to so many bytes, and what follows them.
pub(in super::super) fn inflate(deflated: &[u8], most: usize) -> Result<(Vec<u8>, &[u8]), ContainerError> {
    let mut input = Reader::new(deflated);
    let mut out = Inflated { bytes: Vec::new(), most };
    loop {
        let last = input.take(1).ok_or(ContainerError::Gzip)?;
        match input.take(2) {
            Some(0) => {
                let length = stored(&mut input).ok_or(ContainerError::Gzip)?;
                // What is too large is so before it is cut short.
                let there = input.bytes(length.min(input.rest().len())).unwrap_or_default();
                out.room(there.len())?;
                out.bytes.extend_from_slice(there);
                if there.len() < length {
                    return Err(ContainerError::Gzip);
                }
            }
            Some(1) => {
                let (literals, distances) = fixed();
                let codes = Code::new(&literals).zip(Code::new(&distances));
                out.block(&mut input, codes)?;
            }
            Some(2) => {
                let codes = described(&mut input);
                out.block(&mut input, codes)?;
            }
            _ => return Err(ContainerError::Gzip),
        }
        if last == 1 {
            return Ok((out.bytes, input.rest()));
        }
    }
}

/// How many bytes follow as they are: a number, and its complement.
fn stored(input: &mut Reader<'_>) -> Option<usize> {
    let (length, complement) = input.bytes(4)?.split_first_chunk()?;
    let length = u16::from_le_bytes(*length);
    (!length).to_le_bytes().eq(complement).then_some(length.into())
}

/// The codes of a block that says which ones it uses.
fn described(input: &mut Reader<'_>) -> Option<(Code, Code)> {
    let literals = input.take(5)? + END + 1;
    let distances = input.take(5)? + 1;
    let described = input.take(4)? + 4;
    if literals > LITERALS || distances > DISTANCES {
        return None;
    }
    let mut lengths = [0; ORDER.len()];
    for at in ORDER.into_iter().take(described) {
        let length = u8::try_from(input.take(3)?).ok()?;
        lengths.get_mut(usize::from(at)).into_iter().for_each(|at| *at = length);
    }
    // Without a gap, where other codes may have one.
    let code = Code::new(&lengths).filter(|code| code.gap == 0)?;
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match code.read(input)? {
            16 => (*lengths.last()?, input.take(2)? + 3),
            17 => (0, input.take(3)? + 3),
            18 => (0, input.take(7)? + 11),
            length => (u8::try_from(length).ok()?, 1),
        };
        lengths.resize(lengths.len() + times, length);
    }
    if lengths.len() > literals + distances {
        return None;
    }
    let (literals, distances) = lengths.split_at_checked(literals)?;
    Code::new(literals).zip(Code::new(distances))
}

/// What came out.
struct Inflated {
    bytes: Vec<u8>,
    most: usize,
}

impl Inflated {
    /// Whether so many more may come out.
    fn room(&self, more: usize) -> Result<(), ContainerError> {
        if self.most - self.bytes.len() < more { Err(ContainerError::TooLarge) } else { Ok(()) }
    }

    fn block(&mut self, input: &mut Reader<'_>, codes: Option<(Code, Code)>) -> Result<(), ContainerError> {
        let (literals, distances) = codes.ok_or(ContainerError::Gzip)?;
        loop {
            let symbol = literals.read(input).ok_or(ContainerError::Gzip)?;
            if let Ok(byte) = u8::try_from(symbol) {
                self.room(1)?;
                self.bytes.push(byte);
            } else if symbol == END {
                return Ok(());
            } else {
                let (from, length) = self.matched(symbol, input, &distances).ok_or(ContainerError::Gzip)?;
                self.room(length)?;
                self.copy(from, length);
            }
        }
    }

    /// From where a match is copied, and how much of it.
    fn matched(&self, symbol: usize, input: &mut Reader<'_>, distances: &Code) -> Option<(usize, usize)> {
        let (base, extra) = if symbol < LITERALS { length(symbol - END - 1) } else { return None };
        let length = base + input.take(extra)?;
        let symbol = distances.read(input).filter(|symbol| *symbol < DISTANCES)?;
        let (base, extra) = distance(symbol);
        let distance = base + input.take(extra)?;
        Some((self.bytes.len().checked_sub(distance)?, length))
    }

    /// A match may go on into what it makes: it then repeats itself.
    fn copy(&mut self, from: usize, mut length: usize) {
        while length > 0 {
            let now = length.min(self.bytes.len() - from);
            self.bytes.extend_from_within(from..from + now);
            length -= now;
        }
    }
}

/// A code, to be read.
struct Code {
    /// By the next bits: the symbol, and the length of its code above it, or zero for longer ones.
    quick: Vec<u16>,
    /// How many codes there are of each length, and their symbols in the order of the codes.
    counts: [usize; LONGEST + 1],
    symbols: Vec<usize>,
    /// How many of the longest codes stand for nothing.
    gap: usize,
}

impl Code {
    /// None where there are more codes than fit, or fewer: only one code of one bit may stand alone, or none at all.
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0; LONGEST + 1];
        let mut symbols = Vec::new();
        let mut gap = 1_usize;
        for (length, count) in counts.iter_mut().enumerate().skip(1) {
            let before = symbols.len();
            let of_length = lengths.iter().enumerate().filter(|(_, other)| usize::from(**other) == length);
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            *count = symbols.len() - before;
            gap = (gap * 2).checked_sub(*count)?;
        }
        if gap != 0 && lengths.iter().any(|length| *length > 1) {
            return None;
        }
        let mut quick = vec![0; 1 << QUICK];
        for (symbol, (code, length)) in codes(lengths).into_iter().zip(lengths).enumerate() {
            let length = u16::from(*length);
            if (1..=QUICK).contains(&length) {
                let entry = length << QUICK | u16::try_from(symbol).ok()?;
                quick.iter_mut().skip(code.into()).step_by(1 << length).for_each(|at| *at = entry);
            }
        }
        Some(Self { quick, counts, symbols, gap })
    }

    fn read(&self, input: &mut Reader<'_>) -> Option<usize> {
        let mut bits = input.peek() as usize;
        if let Some(entry) = self.quick.get(bits & ((1 << QUICK) - 1)).filter(|entry| **entry != 0) {
            input.skip(u32::from(entry >> QUICK))?;
            return Some(usize::from(entry & ((1 << QUICK) - 1)));
        }
        // Where the codes of this length begin, and their symbols.
        let (mut code, mut first, mut index) = (0, 0, 0);
        for (length, count) in self.counts.iter().enumerate().skip(1) {
            code |= bits & 1;
            bits >>= 1;
            if code < first + count {
                input.skip(small(length))?;
                return self.symbols.get(index + code - first).copied();
            }
            index += count;
            first = (first + count) * 2;
            code *= 2;
        }
        None
    }
}
