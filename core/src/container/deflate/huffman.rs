//! Codes by their lengths.

use alloc::vec;
use alloc::vec::Vec;

/// The longest code.
pub(super) const LONGEST: usize = 15;

/// The code of each symbol, its first bit lowest, as they are read and written; zero for symbols that have none.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut next = [0_u16; LONGEST + 1];
    let mut code = 0_u16;
    for (length, next) in next.iter_mut().enumerate().skip(1) {
        *next = code;
        let many = lengths.iter().filter(|other| usize::from(**other) == length).count();
        code = code.wrapping_add(u16::try_from(many).unwrap_or_default()).wrapping_mul(2);
    }
    let code = |length: &u8| match next.get_mut(usize::from(*length)) {
        Some(next) if *length != 0 => {
            let code = next.reverse_bits() >> (16 - u32::from(*length));
            *next = next.wrapping_add(1);
            code
        }
        _ => 0,
    };
    lengths.iter().map(code).collect()
}

/// The lengths of codes for symbols that occur so often, none of them longer than `most`.
pub(super) fn lengths(often: &[u32], most: usize) -> Vec<u8> {
    let mut often = often.to_vec();
    // There are readers that want two codes where one would do.
    let used = often.iter().filter(|count| **count > 0).count();
    often
        .iter_mut()
        .filter(|count| **count == 0)
        .take(2_usize.saturating_sub(used))
        .for_each(|count| *count = 1);
    loop {
        let lengths = tree(&often);
        if lengths.iter().all(|length| usize::from(*length) <= most) {
            return lengths;
        }
        // The more alike they are, the flatter the tree.
        for count in &mut often {
            *count = count.div_ceil(2);
        }
    }
}

/// Huffman's tree, by looking for the two rarest over and over: there are a few hundred at most.
fn tree(often: &[u32]) -> Vec<u8> {
    // How often it occurs, unless it has been joined to another; and what it has been joined to.
    let mut nodes: Vec<(Option<u32>, usize)> =
        often.iter().map(|count| ((*count > 0).then_some(*count), 0)).collect();
    while let (Some((one, a)), Some((other, b))) = (rarest(&mut nodes), rarest(&mut nodes)) {
        let joined = nodes.len();
        for at in [a, b] {
            nodes.get_mut(at).into_iter().for_each(|node| node.1 = joined);
        }
        nodes.push((Some(one.saturating_add(other)), 0));
    }
    // What joins stands behind what it joins, the root last.
    let mut depths = vec![0_u8; nodes.len()];
    for (at, (_, joined)) in nodes.iter().enumerate().rev() {
        if *joined > 0 {
            let depth = depths.get(*joined).map_or(0, |depth| depth.saturating_add(1));
            depths.get_mut(at).into_iter().for_each(|at| *at = depth);
        }
    }
    depths.truncate(often.len());
    depths
}

/// Takes away the rarest of those that are left.
fn rarest(nodes: &mut [(Option<u32>, usize)]) -> Option<(u32, usize)> {
    let left = nodes.iter().enumerate().filter_map(|(at, node)| Some((node.0?, at)));
    let (count, at) = left.min()?;
    nodes.get_mut(at)?.0 = None;
    Some((count, at))
}
