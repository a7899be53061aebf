//! Choices: drawn by chance and written down, or read back. What is made from choices can be made again,
//! and made smaller by making the choices smaller.

/// Where choices come from.
#[derive(Debug, Clone)]
pub struct Draws {
    state: u64,
    /// What is read back, where nothing is drawn by chance.
    tape: Option<Vec<u16>>,
    taken: Vec<u16>,
}

impl Draws {
    /// Choices by chance: the same for the same seed.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self { state: seed, tape: None, taken: Vec::new() }
    }

    /// Choices read back; past their end, the first of everything.
    #[must_use]
    pub const fn from_tape(tape: Vec<u16>) -> Self {
        Self { state: 0, tape: Some(tape), taken: Vec::new() }
    }

    /// What was chosen so far.
    #[must_use]
    pub fn taken(&self) -> &[u16] {
        &self.taken
    }

    /// A number below `count`, which is from 1 to 65,536. The smaller ones should be the simpler choices.
    pub fn below(&mut self, count: usize) -> usize {
        let drawn = match &self.tape {
            Some(tape) => usize::from(tape.get(self.taken.len()).copied().unwrap_or_default()),
            None => usize::try_from(self.next() >> 40).unwrap_or_default(),
        };
        let chosen = drawn % count.max(1);
        self.taken.push(u16::try_from(chosen).expect("at most 65,536 choices"));
        chosen
    }

    /// True in one of `many` cases.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == many - 1 && many > 0
    }

    /// One of these; the first is the simplest.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// The algorithm is splitmix64 (Steele, Lea, Flood 2014).
    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
