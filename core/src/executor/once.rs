//! What keeps an invocation from being executed twice.

use crate::store::{ReplayEntry, StoreError};
use crate::ucan::time::Timestamp;
use crate::ucan::{Invocation, Token};
use crate::wire::{Cid, Writer};

use super::Executor;

/// What is remembered of an invocation.
pub(super) fn entry(invocation: &Token<Invocation>, until: Timestamp) -> ReplayEntry {
    ReplayEntry { invocation: invocation.cid(), request: request(invocation), until }
}

/// The name of an invocation by what it asks: an ECDSA key signs the same payload twice with two signatures, and so
/// with two CIDs. When it begins and ends, what it rests on and what it asserts besides is left out.
fn request(invocation: &Invocation) -> Cid {
    let mut writer = Writer::new();
    writer.map_head(5);
    writer.string("cmd");
    writer.string(invocation.command().as_str());
    writer.string("iss");
    writer.string(&alloc::format!("{}", invocation.issuer()));
    writer.string("sub");
    writer.string(&alloc::format!("{}", invocation.subject()));
    writer.string("args");
    writer.view(invocation.arguments());
    writer.string("nonce");
    writer.bytes(invocation.nonce().as_bytes());
    Cid::of(&writer.into_bytes())
}

/// An execution that was begun. Whatever becomes of it, the store is told: where it is dropped unfinished, that
/// nobody knows what came of it.
pub(super) struct Begun<'a> {
    executor: &'a Executor,
    invocation: Cid,
    finished: bool,
}

impl<'a> Begun<'a> {
    pub(super) const fn new(executor: &'a Executor, invocation: Cid) -> Self {
        Self { executor, invocation, finished: false }
    }

    pub(super) fn finish(mut self, receipt: &crate::ucan::VerifiedReceipt) -> Result<(), StoreError> {
        self.executor.store().finish(&self.invocation, receipt)?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.finished {
            // A store that does not even take this will say `running` until it is opened again.
            let _unheard = self.executor.store().abandon(&self.invocation);
        }
    }
}
