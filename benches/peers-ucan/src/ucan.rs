//! `ucan` 0.4: UCAN 0.10, that is N JWTs, each of which names the one before by its CID, and each signed. The last is the
//! invocation: it is to the service.
//!
//! From text: the tokens are put in the peer's store, which hashes them, and the chain is followed from the last. A parser
//! of DIDs remembers keys; each decision has a new one, as allod's here has no cache.
//!
//! For what it does not check, see [`NOTE`].

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use allod_bench::turns::Turns;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use ucan::builder::UcanBuilder;
use ucan::capability::{CapabilitySemantics as _, CapabilityView};
use ucan::chain::ProofChain;
use ucan::crypto::did::DidParser;
use ucan::store::{MemoryStore, UcanJwtStore as _};

use crate::key::{KEYS, Own, secret};
use crate::photos::{Owner, Photos, Read};
use crate::{LATER, LENGTHS};

/// What it does not check.
pub const NOTE: &str = "ucan 0.4 (UCAN 0.10): conditions are JSON, each member of which has to be the same in the \
    next link; nothing is judged against arguments, which its tokens do not have (allod judges three conditions on \
    each of N - 1 delegations and decodes six arguments). Nothing is asked about revocation. Header and version are \
    not looked at, and unknown members are passed over. Identifiers are hashed with BLAKE3, where allod has SHA-256. \
    Equal: N Ed25519 signatures by the same implementation, checked strictly, of keys read from their DIDs; issuers \
    and audiences in line; the expiry of each token.";

pub fn add(turns: &mut Turns<'_>) {
    let people: Vec<Own> = (0..=LENGTHS[3]).map(Own::of).collect();
    let issuing = Rc::new(Issuing { people, capability: capability(true) });
    for number in LENGTHS {
        let service = Service { did: issuing.people[0].did.clone(), request: capability(true) };
        let tokens = issuing.tokens(number);
        check(&service, number);
        turns.add(format!("ucan verify {number}"), move || {
            service.allows(black_box(&tokens)).unwrap();
        });
        let issuing = Rc::clone(&issuing);
        turns.add(format!("ucan create {number}"), move || {
            black_box(issuing.tokens(black_box(number)));
        });
    }
}

/// What is handed on, and asked for; the three conditions of allod's policies.
fn capability(with_conditions: bool) -> CapabilityView<Owner, Read> {
    let conditions: Value = match with_conditions {
        true => json!({ "album": "summer", "size": 5_000_000, "name": "*.jpg" }),
        false => json!({}),
    };
    Photos.parse("photos:alice", "photos/read", Some(&conditions)).unwrap()
}

/// That it is allowed, and refused where any signature is another's, or without the conditions.
fn check(service: &Service, number: usize) {
    let tokens = |forger: Option<usize>| {
        let people = (0..=number).map(|person| Own {
            secret: secret(person + usize::from(forger == Some(person))),
            ..Own::of(person)
        });
        Issuing { people: people.collect(), capability: capability(true) }.tokens(number)
    };
    service.allows(&tokens(None)).unwrap();
    let wider = Service { did: service.did.clone(), request: capability(false) };
    assert!(wider.allows(&tokens(None)).is_err());
    for place in 0..number {
        assert!(service.allows(&tokens(Some(place))).is_err());
    }
}

/// What tokens are made from.
struct Issuing {
    people: Vec<Own>,
    capability: CapabilityView<Owner, Read>,
}

impl Issuing {
    /// Root first; the last is to the service.
    fn tokens(&self, number: usize) -> Vec<String> {
        let mut before = None;
        let tokens = self.people[..number].iter().zip(1..).map(|(issuer, next)| {
            let audience = if next == number { &self.people[0] } else { &self.people[next] };
            let token = UcanBuilder::default().issued_by(issuer).for_audience(&audience.did);
            let token =
                token.with_expiration(LATER.into()).with_nonce().claiming_capability(&self.capability);
            let token = match &before {
                Some(before) => token.witnessed_by(before, None),
                None => token,
            };
            let token = done(token.build().unwrap().sign()).unwrap();
            before.insert(token).encode().unwrap()
        });
        tokens.collect()
    }
}

/// Someone who decides on requests for its photos.
struct Service {
    did: String,
    request: CapabilityView<Owner, Read>,
}

impl Service {
    fn allows(&self, tokens: &[String]) -> Result<()> {
        let (last, links) = tokens.split_last().context("no token")?;
        let (mut store, mut parser) = (MemoryStore::default(), DidParser::new(KEYS));
        for link in links {
            done(store.write_token(link))?;
        }
        let chain = done(ProofChain::try_from_token_string(last, None, &mut parser, &store))?;
        ensure!(chain.ucan().audience() == self.did, "to someone else");
        let capabilities = chain.reduce_capabilities(&Photos);
        let allowed = capabilities
            .iter()
            .any(|info| info.originators.contains(&self.did) && info.capability.enables(&self.request));
        ensure!(allowed, "not the service's own, or not this");
        Ok(())
    }
}

/// Nothing here waits for anything.
fn done<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits"),
    }
}
