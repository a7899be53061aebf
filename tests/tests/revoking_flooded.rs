//! Taking back what one granted, from a store that somebody has flooded.

use std::sync::Arc;

use allod::agent::AgentError;
use allod::store::{
    Added, AuditEntry, AuditLog, Begun, Cursor, DelegationStore, KeptRevocation, NameStore, Page, Query,
    Quota, ReceiptStore, ReplayEntry, ReplayStore, RevocationStore, StoreError,
};
use allod::validation::{Relevance, VerifiedRevocation};
use allod::{
    Agent, Algorithm, Cid, Delegation, Did, MemoryStore, Receipt, SigningKey, Timestamp, Token, Verified,
    VerifiedReceipt,
};

/// A store in which no listing ever ends.
#[derive(Default)]
struct Flooded(MemoryStore);

impl DelegationStore for Flooded {
    fn put_delegations(&self, tokens: &[Verified<Delegation>]) -> Result<usize, StoreError> {
        self.0.put_delegations(tokens)
    }
    fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError> {
        self.0.delegation(cid)
    }
    fn delegations(
        &self,
        _query: &Query,
        _after: Option<&Cursor>,
        _most: usize,
    ) -> Result<Page<Token<Delegation>>, StoreError> {
        Ok(Page { items: Vec::new(), next: Some(Cursor(Vec::new())) })
    }
    fn remove_delegation(&self, cid: &Cid) -> Result<bool, StoreError> {
        self.0.remove_delegation(cid)
    }
    fn sweep_delegations(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.0.sweep_delegations(time)
    }
}

impl RevocationStore for Flooded {
    fn put_revocation(
        &self,
        revocation: &VerifiedRevocation,
        quota: Option<Quota>,
    ) -> Result<Added, StoreError> {
        self.0.put_revocation(revocation, quota)
    }
    fn is_revoked(&self, delegation: &Cid, subject: &Did) -> Result<bool, StoreError> {
        self.0.is_revoked(delegation, subject)
    }
    fn revocations(&self, after: Option<&Cursor>, most: usize) -> Result<Page<KeptRevocation>, StoreError> {
        self.0.revocations(after, most)
    }
    fn sweep_revocations(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.0.sweep_revocations(time)
    }
    fn synced_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.0.synced_at()
    }
    fn set_synced_at(&self, time: Timestamp) -> Result<(), StoreError> {
        self.0.set_synced_at(time)
    }
}

impl ReplayStore for Flooded {
    fn begin(&self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Begun, StoreError> {
        self.0.begin(entry, now, margin)
    }
    fn abandon(&self, invocation: &Cid) -> Result<(), StoreError> {
        self.0.abandon(invocation)
    }
    fn finish(&self, invocation: &Cid, receipt: &VerifiedReceipt) -> Result<(), StoreError> {
        self.0.finish(invocation, receipt)
    }
    fn danger_set_latest_time(&self, time: Timestamp) -> Result<(), StoreError> {
        self.0.danger_set_latest_time(time)
    }
    fn latest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.0.latest_time()
    }
    fn sweep_replays(&self, margin: u32) -> Result<usize, StoreError> {
        self.0.sweep_replays(margin)
    }
}

impl ReceiptStore for Flooded {
    fn put_receipt(&self, receipt: &VerifiedReceipt) -> Result<bool, StoreError> {
        self.0.put_receipt(receipt)
    }
    fn receipt(&self, cid: &Cid) -> Result<Option<Receipt>, StoreError> {
        self.0.receipt(cid)
    }
    fn receipts_of(&self, task: &Cid, issuer: &Did, most: usize) -> Result<Vec<Receipt>, StoreError> {
        self.0.receipts_of(task, issuer, most)
    }
    fn sweep_receipts(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.0.sweep_receipts(time)
    }
}

impl NameStore for Flooded {
    fn set_name(&self, name: &str, did: Option<&Did>) -> Result<(), StoreError> {
        self.0.set_name(name, did)
    }
    fn names(&self) -> Result<Vec<(String, Did)>, StoreError> {
        self.0.names()
    }
}

impl AuditLog for Flooded {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.0.record(entry)
    }
    fn entries(&self, after: Option<&Cursor>, most: usize) -> Result<Page<AuditEntry>, StoreError> {
        self.0.entries(after, most)
    }
}

#[test]
fn whoever_floods_a_store_keeps_nobody_from_taking_back_what_they_granted() {
    let key = |seed| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
    let (album, alice, bob) = (key(1), key(2), key(3));
    let store = Arc::new(Flooded::default());
    let grant = |issuer: &SigningKey| {
        let builder = Delegation::builder(bob.did(), album.did(), "/photos".parse().unwrap());
        builder.sign(issuer).unwrap().verify().unwrap()
    };
    let (by_alice, by_the_album) = (grant(&alice), grant(&album));
    store.put_delegations(&[by_alice.clone(), by_the_album.clone()]).unwrap();

    let agent = Agent::new(alice, Arc::clone(&store) as _);
    let revoked = agent.revoke(by_alice.cid(), Timestamp::EPOCH).unwrap();
    assert_eq!(revoked.revocation.relevance(), Relevance::Issued);
    assert!(store.is_revoked(&by_alice.cid(), agent.did()).unwrap());
    // What is not one's own as it stands has to be searched for.
    let others = agent.revoke(by_the_album.cid(), Timestamp::EPOCH);
    assert!(matches!(others, Err(AgentError::SearchTooLong { .. })), "{others:?}");
    let agent = Agent::new(album, Arc::clone(&store) as _);
    agent.revoke(by_alice.cid(), Timestamp::EPOCH).unwrap();
}
