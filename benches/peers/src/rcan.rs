//! `rcan`: N delegations from key to key, each signed, that arrive one by one.
//!
//! Each is checked as it is decoded, strictly as allod does; so a chain of N has N signatures. The invocation has none: the
//! key at the end of the chain has to have authenticated the connection, and that is not measured. So N delegations with
//! three conditions each are judged here, where allod's request has N - 1 and a signed invocation.
//!
//! For what it does not check, see [`NOTE`].

use std::hint::black_box;
use std::rc::Rc;

use allod_bench::turns::Turns;
use ed25519_dalek::{SigningKey, VerifyingKey};
use rcan::{Authorizer, Capability, Expires, Rcan};
use serde::{Deserialize, Serialize};

use crate::{LATER, LENGTHS};

/// What it does not check.
pub const NOTE: &str = "rcan 0.4: the invocation is not signed and names neither time nor nonce; that the invoker \
    holds the key at the end of the chain is left to the connection, and its handshake is not measured. Nothing is \
    asked about revocation, and nothing is hashed for an identifier. There is no language of policies: the three \
    conditions are Rust, of a type that the program knows, over three arguments (allod decodes six), and the \
    capability of a link is not compared with that of the link before, but each with the request. Equal: N Ed25519 \
    signatures, checked strictly, issuers and audiences in line, and the expiry of each link. Judged are N links, \
    where allod has N - 1 delegations and an invocation.";

/// What may be done with photos, and what is done.
#[derive(Clone, Serialize, Deserialize)]
enum Photos {
    May { album: String, most: u64, ending: String },
    Read { album: String, size: u64, name: String },
}

impl Capability for Photos {
    fn permits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::May { album, most, ending }, Self::Read { album: of, size, name }) => {
                album == of && size <= most && name.ends_with(ending.as_str())
            }
            _ => false,
        }
    }
}

pub fn add(turns: &mut Turns<'_>) {
    let issuing = Rc::new(Issuing::new());
    for number in LENGTHS {
        let service =
            Service { authorizer: Authorizer::new(issuing.public[0]), invoker: issuing.public[number] };
        let links = issuing.links(number);
        check(&service, &links);
        turns.add(format!("rcan verify {number}"), move || {
            assert!(service.allows(black_box(&links), "summer"));
        });
        let issuing = Rc::clone(&issuing);
        turns.add(format!("rcan create {number}"), move || {
            black_box(issuing.links(black_box(number)));
        });
    }
}

/// That it is allowed, and refused where any signature, or an argument, is another.
fn check(service: &Service, links: &[Vec<u8>]) {
    assert!(service.allows(links, "summer"));
    assert!(!service.allows(links, "winter"));
    for number in 0..links.len() {
        let mut tampered = links.to_vec();
        let link = &mut tampered[number];
        // The signature is last.
        let at = link.len() - 64 + 5;
        link[at] ^= 1;
        assert!(!service.allows(&tampered, "summer"));
    }
}

/// What delegations are made from.
struct Issuing {
    people: Vec<SigningKey>,
    public: Vec<VerifyingKey>,
    may: Photos,
}

impl Issuing {
    fn new() -> Self {
        let people = (0..=LENGTHS[3]).map(|number| SigningKey::from_bytes(&crate::seed(number)));
        let people: Vec<SigningKey> = people.collect();
        let public = people.iter().map(SigningKey::verifying_key).collect();
        let may = Photos::May { album: "summer".into(), most: 5_000_000, ending: ".jpg".into() };
        Self { people, public, may }
    }

    fn links(&self, number: usize) -> Vec<Vec<u8>> {
        let link = |number: usize| {
            let (issuer, audience, may) = (&self.people[number], self.public[number + 1], self.may.clone());
            let link = match number {
                0 => Rcan::issuing_builder(issuer, audience, may),
                _ => Rcan::delegating_builder(issuer, audience, self.public[0], may),
            };
            link.sign(Expires::At(LATER.into())).encode()
        };
        (0..number).map(link).collect()
    }
}

/// Someone who decides on requests that come from this invoker.
struct Service {
    authorizer: Authorizer,
    invoker: VerifyingKey,
}

impl Service {
    fn allows(&self, links: &[Vec<u8>], album: &str) -> bool {
        let links = links.iter().map(|link| Rcan::decode(link));
        let Ok(links) = links.collect::<Result<Vec<Rcan<Photos>>, _>>() else { return false };
        let proofs: Vec<&Rcan<Photos>> = links.iter().collect();
        let request = Photos::Read { album: album.into(), size: 1_234_567, name: "beach.jpg".into() };
        self.authorizer.check_invocation_from(self.invoker, request, &proofs).is_ok()
    }
}
