//! Requests: an invocation, and the chain of delegations it rests on.

use allod::{
    Algorithm, Command, Container, ContainerWriter, Delegation, Did, Encoding, Evidence, Invocation, Nonce,
    Policy, RevocationSet, SigningKey, Timestamp, Token,
};

/// The second at which everything is decided.
pub const NOW: i64 = 1_800_000_000;

/// A chain of so many links, of one algorithm, with a policy of three statements on each link.
pub struct Chain {
    /// The subject, the people the delegations go to, the last of whom invokes.
    pub people: Vec<SigningKey>,
    /// Root first.
    pub links: Vec<Token<Delegation>>,
    pub invocation: Token<Invocation>,
}

/// The same as it arrives: bytes only.
#[derive(Clone)]
pub struct Received {
    pub executor: Did,
    pub links: Vec<Vec<u8>>,
    pub invocation: Vec<u8>,
}

/// The key of one of the people; the same in every run.
#[must_use]
pub fn key(algorithm: Algorithm, number: usize) -> SigningKey {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    SigningKey::from_seed(algorithm, &seed).unwrap()
}

#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_seconds(NOW).unwrap()
}

/// Three statements that the arguments of [`Chain::of`] satisfy.
#[must_use]
pub fn policy() -> Policy {
    let policy = Policy::builder().equal(".album", "summer").at_most(".size", 5_000_000);
    policy.like(".name", "*.jpg").build().unwrap()
}

impl Chain {
    #[must_use]
    pub fn of(links: usize, algorithm: Algorithm) -> Self {
        Self::numbered(links, algorithm, 0)
    }

    /// Delegations between the same people, which differ for each number.
    #[must_use]
    pub fn numbered(links: usize, algorithm: Algorithm, chain: usize) -> Self {
        let people: Vec<_> = (0..=links).map(|number| key(algorithm, number)).collect();
        let subject = people[0].did();
        let command: Command = "/photos".parse().unwrap();
        let links: Vec<_> = people
            .windows(2)
            .enumerate()
            .map(|(number, pair)| {
                Delegation::builder(pair[1].did(), subject.clone(), command.clone())
                    .policy(policy())
                    .expires(Timestamp::from_seconds(NOW + 86_400).unwrap())
                    .nonce(Nonce::from_bytes(
                        &[&[number as u8; 4][..], &(chain as u64).to_be_bytes()].concat(),
                    ))
                    .sign(&pair[0])
                    .unwrap()
            })
            .collect();
        let invocation = invocation(&people, &links, 0);
        Self { people, links, invocation }
    }

    /// Another invocation of the same chain.
    #[must_use]
    pub fn another(&self, number: u64) -> Token<Invocation> {
        invocation(&self.people, &self.links, number)
    }

    #[must_use]
    pub fn received(&self) -> Received {
        Received {
            executor: self.people[0].did(),
            links: self.links.iter().map(|link| link.as_bytes().to_vec()).collect(),
            invocation: self.invocation.as_bytes().to_vec(),
        }
    }

    /// The request as one container.
    #[must_use]
    pub fn container(&self) -> Vec<u8> {
        let writer = self.links.iter().fold(ContainerWriter::new(), |writer, link| writer.token(link));
        writer.token(&self.invocation).write(Encoding::Raw).unwrap()
    }
}

fn invocation(people: &[SigningKey], links: &[Token<Delegation>], number: u64) -> Token<Invocation> {
    let (subject, invoker) = (people[0].did(), people.last().unwrap());
    Invocation::builder(subject, "/photos/read".parse().unwrap())
        .proofs(links.iter().map(|link| link.cid()))
        .argument("album", "summer")
        .argument("name", "beach.jpg")
        .argument("size", 1_234_567)
        .argument("width", 4000)
        .argument("height", 3000)
        .argument("public", false)
        .expires(Timestamp::from_seconds(NOW + 60).unwrap())
        .nonce(Nonce::from_bytes(&[&[0; 4][..], &number.to_be_bytes()].concat()))
        .sign(invoker)
        .unwrap()
}

impl Received {
    /// Every token, the invocation last.
    pub fn tokens(&self) -> impl Iterator<Item = &[u8]> {
        self.links.iter().chain([&self.invocation]).map(Vec::as_slice)
    }

    /// What a service has at hand once it has received the links.
    #[must_use]
    pub fn evidence<'a>(&self, revocations: &'a RevocationSet) -> Evidence<'a> {
        self.links.iter().fold(Evidence::new(now(), revocations), |evidence, link| evidence.bytes(&link[..]))
    }
}

/// The tokens of a container, as a service reads them.
#[must_use]
pub fn read(container: &[u8]) -> Container {
    Container::read(container).unwrap()
}
