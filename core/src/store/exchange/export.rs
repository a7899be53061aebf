//! Revocations on their way out.

use alloc::vec::Vec;

use crate::container::ContainerWriter;
use crate::limits::{MAX_CONTAINER, MAX_CONTAINER_TOKENS};
use crate::store::{Cursor, KeptRevocation, Page, RevocationStore, StoreError};
use crate::ucan::Token;
use crate::wire::{Cid, Keyed, Slice};

/// The revocations that a store holds, with the delegations that prove and witness them, as containers of at
/// most the size that is read: one part for each call, the next one from its cursor on.
///
/// # Errors
/// When the store does not answer, or the cursor is none of its own.
pub fn export_revocations<S: RevocationStore + ?Sized>(
    store: &S,
    after: Option<&Cursor>,
) -> Result<Page<ContainerWriter>, StoreError> {
    const AT_ONCE: usize = 64;
    /// What a token takes besides its own bytes, and a container besides its tokens.
    const AROUND: usize = 64;
    let mut writer = ContainerWriter::new();
    let (mut held, mut bytes, mut cursor) = (Keyed::new(), AROUND, after.cloned());
    let mut most = AT_ONCE;
    loop {
        let page = store.revocations(cursor.as_ref(), most)?;
        let mut tokens = unheld(&page.items, &held, true);
        let fit = |tokens: &[(Cid, Slice)]| {
            let size: usize = tokens.iter().map(|(_, token)| token.len() + 8).sum();
            bytes + size <= MAX_CONTAINER && held.len() + tokens.len() <= MAX_CONTAINER_TOKENS
        };
        if !fit(&tokens) {
            if most > 1 {
                most = 1;
                continue;
            }
            if held.len() > 0 {
                return Ok(Page { items: [writer].into(), next: cursor });
            }
            // It is longer than a container, alone with its chains: who takes it up has to know them.
            tokens = unheld(&page.items, &held, false);
        }
        for (cid, token) in tokens {
            held.add(cid);
            bytes += token.len() + 8;
            writer = writer.bytes(&token);
        }
        let full = bytes > MAX_CONTAINER / 2 || held.len() > MAX_CONTAINER_TOKENS / 2;
        match page.next {
            Some(next) if !full => cursor = Some(next),
            next => {
                let items = if held.len() == 0 { Vec::new() } else { [writer].into() };
                return Ok(Page { items, next });
            }
        }
    }
}

/// The tokens of these revocations that are not held yet, each once: with the delegations that prove and witness
/// them, or without.
fn unheld(kept: &[KeptRevocation], held: &Keyed<Cid, ()>, with_chains: bool) -> Vec<(Cid, Slice)> {
    let (mut seen, mut tokens) = (Keyed::new(), Vec::new());
    for kept in kept {
        let chains = kept.delegations.iter().filter(|_| with_chains).map(Token::bytes);
        for token in chains.chain([kept.revocation.token().bytes()]) {
            let cid = Cid::of(&token);
            if !held.contains(&cid) && seen.add(cid) {
                tokens.push((cid, token));
            }
        }
    }
    tokens
}
