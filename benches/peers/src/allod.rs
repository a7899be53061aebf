//! allod's side of each comparison.

use std::hint::black_box;

use allod::ucan::time::Position;
use allod::ucan::token::Payload as _;
use allod::{
    Algorithm, Authorizer, Command, ContainerWriter, Delegation, Did, Encoding, Evidence, Policy,
    RevocationSet, SigningKey, Subjects, Timestamp, Token,
};
use allod_bench::chain::{self, Chain, NOW, Received};
use allod_bench::turns::Turns;

use crate::{LATER, LENGTHS, flipped};

pub fn add(turns: &mut Turns<'_>) {
    for number in LENGTHS {
        let issuing = Issuing::new();
        turns.add(format!("allod create {number}"), move || {
            black_box(issuing.container(black_box(number)));
        });
        let service = Service::new(number);
        let container = service.chain.container();
        assert!(service.allows_container(&container));
        service.places().for_each(|(_, signature)| {
            let at = container.windows(64).position(|bytes| bytes == signature).unwrap();
            assert!(!service.allows_container(&flipped(&container, at + 5)));
        });
        turns.add(format!("allod for biscuit verify {number}"), move || {
            assert!(service.allows_container(black_box(&container)));
        });
        let service = Service::new(number);
        let received = service.chain.received();
        assert!(service.allows(&received));
        service.places().for_each(|(place, signature)| {
            let mut tampered = received.clone();
            let token = tampered.links.get_mut(place).unwrap_or(&mut tampered.invocation);
            let at = token.windows(64).position(|bytes| bytes == signature).unwrap();
            token[at + 5] ^= 1;
            assert!(!service.allows(&tampered));
        });
        turns.add(format!("allod for rcan verify {number}"), move || {
            assert!(service.allows(black_box(&received)));
        });
    }
    one(turns);
}

/// One delegation, beside one JWT.
fn one(turns: &mut Turns<'_>) {
    let issuing = Issuing::new();
    let token = issuing.link(0).as_bytes().to_vec();
    let audience = issuing.names[1].clone();
    assert!(good(&token, &audience));
    assert!(!good(&token, &issuing.names[0]));
    let at = token.windows(6).position(|bytes| bytes == b"summer").unwrap();
    assert!(Token::<Delegation>::parse(flipped(&token, at)).unwrap().verify().is_err());
    turns.add("allod sign delegation", move || {
        black_box(issuing.link(black_box(0)));
    });
    turns.add("allod verify delegation", move || {
        assert!(good(black_box(&token), &audience));
    });
}

/// Whether this is a delegation that its issuer signed, to this audience and in time.
fn good(token: &[u8], audience: &Did) -> bool {
    Token::<Delegation>::parse(token).is_ok_and(|token| {
        token.verify().is_ok_and(|token| {
            token.audience() == audience && token.window().position(chain::now(), 60) == Position::Within
        })
    })
}

/// What the delegations of a chain are made from.
struct Issuing {
    people: Vec<SigningKey>,
    names: Vec<Did>,
    command: Command,
    policy: Policy,
}

impl Issuing {
    fn new() -> Self {
        let people = (0..=LENGTHS[3]).map(|number| chain::key(Algorithm::Ed25519, number));
        let people: Vec<SigningKey> = people.collect();
        let names = people.iter().map(|person| person.did()).collect();
        Self { people, names, command: "/photos".parse().unwrap(), policy: chain::policy() }
    }

    /// With a fresh nonce, as usual.
    fn link(&self, number: usize) -> Token<Delegation> {
        let (audience, subject) = (self.names[number + 1].clone(), self.names[0].clone());
        let link = Delegation::builder(audience, subject, self.command.clone()).policy(self.policy.clone());
        link.expires(Timestamp::from_seconds(LATER.into()).unwrap()).sign(&self.people[number]).unwrap()
    }

    fn container(&self, links: usize) -> Vec<u8> {
        let links = (0..links).map(|number| self.link(number));
        let writer = links.fold(ContainerWriter::new(), |writer, link| writer.token(&link));
        writer.write(Encoding::Raw).unwrap()
    }
}

/// Someone who decides on requests of so many signatures.
struct Service {
    chain: Chain,
    authorizer: Authorizer,
    revocations: RevocationSet,
}

impl Service {
    fn new(signatures: usize) -> Self {
        let chain = Chain::of(signatures - 1, Algorithm::Ed25519);
        let authorizer = Authorizer::new(chain.people[0].did(), Subjects::itself());
        Self { chain, authorizer, revocations: RevocationSet::default() }
    }

    fn allows_container(&self, container: &[u8]) -> bool {
        let Ok(container) = allod::Container::read(container) else { return false };
        let evidence = Evidence::new(Timestamp::from_seconds(NOW).unwrap(), &self.revocations);
        self.authorizer.decide_container(&container, &evidence).is_allowed()
    }

    fn allows(&self, received: &Received) -> bool {
        self.authorizer.decide_bytes(&received.invocation, &received.evidence(&self.revocations)).is_allowed()
    }

    /// Each token's place and signature, the invocation's last.
    fn places(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let links = self.chain.links.iter().map(Token::signature_bytes);
        links.chain([self.chain.invocation.signature_bytes()]).enumerate()
    }
}
