//! Revocations on their way from one store to another: by file, by QR code, by relay, by gossip.

// Requirements kept here: rev-out-of-order, allod-rev-quota, allod-rev-irrelevant-refused, allod-rev-carried.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt;

use super::{Added, Cursor, DelegationStore, KeptRevocation, Page, Quota, RevocationStore, StoreError};
use crate::code::Code;
use crate::container::{Container, ContainerWriter};
use crate::identity::{Did, MemoryResolver};
use crate::limits::{MAX_CHAIN, MAX_CONTAINER, MAX_CONTAINER_TOKENS};
use crate::ucan::policy::Budget;
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Revocation, Token, Verified};
use crate::validation::{Denial, Evidence, Relevance};
use crate::wire::{Cid, Slice};

/// What became of a revocation that came along.
#[derive(Debug, Clone)]
pub struct TakenUp {
    /// Its CID.
    pub cid: Cid,
    /// What it takes back.
    pub revoked: Cid,
    /// With whose authority, as it says.
    pub subject: Did,
    /// What became of it.
    pub result: TakeUp,
}

/// What became of a revocation.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a few of them, looked at once")]
pub enum TakeUp {
    /// It is kept, and takes effect from now on.
    New,
    /// It was known.
    Known,
    /// It was not kept: nothing shows that it is about any delegation that matters here. Send it again with its
    /// path, or with the delegation it revokes.
    Irrelevant,
    /// It was not kept: there are as many about others' subjects as are kept.
    OverQuota,
    /// It does not hold.
    Refused(Denial),
}

impl TakeUp {
    /// The failure code, where it does not hold.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(denial) => Some(denial.code()),
            _ => None,
        }
    }
}

/// How revocations are taken up.
#[derive(Clone, Copy)]
pub struct Intake<'a> {
    /// The subjects whose word is taken without a witness: those one acts for.
    pub own: &'a dyn Fn(&Did) -> bool,
    /// How many of others are kept.
    pub quota: Quota,
    /// Documents of the DIDs that need one.
    pub documents: &'a MemoryResolver,
}

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("quota", &self.quota).finish_non_exhaustive()
    }
}

/// Takes up the revocations in a container, with what it and the store hold of the delegations that prove and
/// witness them. It does not make what is known any newer: see [`RevocationStore::set_synced_at`].
///
/// # Errors
/// When the store does not answer, or could not keep one.
pub fn import_revocations<S: DelegationStore + RevocationStore + ?Sized>(
    store: &S,
    container: &Container,
    intake: &Intake<'_>,
) -> Result<Vec<TakenUp>, StoreError> {
    let mut taken_up = Vec::new();
    let mut known = Known { budget: Budget::of_many(), verified: BTreeMap::new(), refused: BTreeSet::new() };
    for revocation in container.revocations() {
        let (cid, revoked) = (revocation.cid(), revocation.revoked());
        let subject = revocation.subject().clone();
        let result = take_up(store, container, revocation, intake, &mut known)?;
        taken_up.push(TakenUp { cid, revoked, subject, result });
    }
    Ok(taken_up)
}

/// Delegations whose signature was looked at already: each is verified once, however many revocations name it.
struct Known {
    /// For the policies of all of them together.
    budget: Budget,
    verified: BTreeMap<Cid, Verified<Delegation>>,
    refused: BTreeSet<Cid>,
}

impl Known {
    /// The evidence with a delegation that a revocation names, from wherever it is.
    fn add<'e, S: DelegationStore + ?Sized>(
        &mut self,
        evidence: Evidence<'e>,
        cid: Cid,
        store: &S,
        container: &Container,
        documents: &MemoryResolver,
    ) -> Result<Evidence<'e>, StoreError> {
        if let Some(token) = self.verified.get(&cid) {
            return Ok(evidence.verified(token.clone()));
        }
        // It stays refused; only the first revocation that names it is told why.
        if self.refused.contains(&cid) {
            return Ok(evidence);
        }
        let token = match container.get(&cid) {
            Some(bytes) => Token::parse(bytes.clone()).map_err(|_| bytes),
            None => match store.delegation(&cid)? {
                Some(token) => Ok(token),
                None => return Ok(evidence),
            },
        };
        let evidence = match token {
            Err(bytes) => evidence.bytes(bytes),
            Ok(token) => match token.clone().verify_with(documents) {
                Ok(verified) => {
                    self.verified.insert(cid, verified.clone());
                    return Ok(evidence.verified(verified));
                }
                Err(_) => evidence.delegation(token),
            },
        };
        self.refused.insert(cid);
        Ok(evidence)
    }
}

fn take_up<S: DelegationStore + RevocationStore + ?Sized>(
    store: &S,
    container: &Container,
    revocation: Revocation,
    intake: &Intake<'_>,
    known: &mut Known,
) -> Result<TakeUp, StoreError> {
    let own = (intake.own)(revocation.subject());
    // What is known as well as it can be known is not verified again.
    if store.is_revoked(&revocation.revoked(), revocation.subject())? && !own {
        return Ok(TakeUp::Known);
    }
    let mut evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
    for document in intake.documents.documents() {
        evidence = evidence.document(document.clone());
    }
    // Longer ones prove and witness nothing.
    let proofs = revocation.token().proofs().iter().take(MAX_CHAIN);
    for cid in proofs.chain(revocation.path().iter().take(MAX_CHAIN)).chain([&revocation.revoked()]) {
        evidence = known.add(evidence, *cid, store, container, intake.documents)?;
    }
    let verified = match revocation.verify_within(&evidence, &mut known.budget) {
        Ok(verified) => verified,
        Err(denial) => return Ok(TakeUp::Refused(denial)),
    };
    if !own && verified.relevance() == Relevance::Unknown {
        return Ok(TakeUp::Irrelevant);
    }
    let quota = match intake.quota {
        _ if own => None,
        // They are as many as those one acts for delegated to: strangers take no room from them.
        quota if verified.is_by_delegate_of(intake.own) => Some(Quota { all: u64::MAX, ..quota }),
        quota => Some(quota),
    };
    Ok(match store.put_revocation(&verified, quota)? {
        Added::New => TakeUp::New,
        Added::Known => TakeUp::Known,
        Added::OverQuota => TakeUp::OverQuota,
    })
}

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
    let (mut held, mut bytes, mut cursor) = (BTreeSet::new(), AROUND, after.cloned());
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
            if !held.is_empty() {
                return Ok(Page { items: [writer].into(), next: cursor });
            }
            // It is longer than a container, alone with its chains: who takes it up has to know them.
            tokens = unheld(&page.items, &held, false);
        }
        for (cid, token) in tokens {
            held.insert(cid);
            bytes += token.len() + 8;
            writer = writer.bytes(&token);
        }
        let full = bytes > MAX_CONTAINER / 2 || held.len() > MAX_CONTAINER_TOKENS / 2;
        match page.next {
            Some(next) if !full => cursor = Some(next),
            next => {
                let items = if held.is_empty() { Vec::new() } else { [writer].into() };
                return Ok(Page { items, next });
            }
        }
    }
}

/// The tokens of these revocations that are not held yet, each once: with the delegations that prove and witness
/// them, or without.
fn unheld(kept: &[KeptRevocation], held: &BTreeSet<Cid>, with_chains: bool) -> Vec<(Cid, Slice)> {
    let (mut seen, mut tokens) = (BTreeSet::new(), Vec::new());
    for kept in kept {
        let chains = kept.delegations.iter().filter(|_| with_chains).map(Token::bytes);
        for token in chains.chain([kept.revocation.token().bytes()]) {
            let cid = Cid::of(&token);
            if !held.contains(&cid) && seen.insert(cid) {
                tokens.push((cid, token));
            }
        }
    }
    tokens
}
