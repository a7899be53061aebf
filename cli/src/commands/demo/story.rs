//! The story itself: who there is, what they sign, and what comes of it.

use std::error::Error;
use std::sync::Arc;

use allod::executor::{Execution, Executor, Handler};
use allod::identity::GenerateError;
use allod::store::{TakeUp, TakenUp};
use allod::wire::Slice;
use allod::{
    Agent, Algorithm, AnyToken, Command, Container, ContainerWriter, Delegation, Denial, Did, Encoding,
    Invocation, InvocationBuilder, MemoryResolver, MemoryStore, Policy, SigningKey, Subjects, Timestamp,
    Token, Verified, VerifiedReceipt,
};

const DAY: i64 = 86_400;

/// The characters. Their keys are of three kinds, and make one chain all the same.
pub(super) struct Cast {
    alice: SigningKey,
    album: SigningKey,
    bob: SigningKey,
    phone: SigningKey,
}

impl Cast {
    pub(super) fn new() -> Result<Self, GenerateError> {
        Ok(Self {
            alice: SigningKey::generate(Algorithm::Ed25519)?,
            album: SigningKey::generate(Algorithm::Ed25519)?,
            bob: SigningKey::generate(Algorithm::Secp256k1)?,
            phone: SigningKey::generate(Algorithm::P256)?,
        })
    }

    pub(super) fn all(&self) -> [(&'static str, &SigningKey); 4] {
        [("Alice", &self.alice), ("album", &self.album), ("Bob", &self.bob), ("phone", &self.phone)]
    }
}

/// One step: what is signed in it, and what comes of it.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) at: Timestamp,
    pub(super) tokens: Vec<AnyToken>,
    pub(super) came: Option<Came>,
    /// Revocations that arrived before.
    pub(super) taken: Vec<TakenUp>,
    /// How it has to come out.
    expected: Option<&'static str>,
}

/// What came of a step.
#[allow(clippy::large_enum_variant, reason = "a dozen of them")]
pub(super) enum Came {
    Executed { chain: Vec<Verified<Delegation>>, until: Option<Timestamp>, receipt: VerifiedReceipt },
    Denied(Denial),
    Otherwise(String),
}

impl Came {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Executed { .. } => "executed",
            Self::Denied(denial) => denial.code().name(),
            Self::Otherwise(what) => what,
        }
    }
}

impl Step {
    pub(super) fn came_out_otherwise(&self) -> bool {
        self.came.as_ref().map(Came::name) != self.expected
            || self.taken.iter().any(|taken| !matches!(taken.result, TakeUp::New))
    }
}

type Told<T> = Result<T, Box<dyn Error>>;

/// The token's bytes.
pub(super) fn bytes(token: &AnyToken) -> Slice {
    match token {
        AnyToken::Delegation(token) => token.bytes(),
        AnyToken::Invocation(token) => token.bytes(),
    }
}

/// Somebody with a store of their own, in memory.
fn agent(key: &SigningKey) -> Told<Agent> {
    Ok(Agent::new(copy(key)?, Arc::new(MemoryStore::new())))
}

fn copy(key: &SigningKey) -> Told<SigningKey> {
    Ok(SigningKey::from_seed(key.algorithm(), &key.danger_export_seed())?)
}

/// What is sent arrives as text.
fn sent(writer: &ContainerWriter) -> Told<Container> {
    Ok(Container::read(&writer.write(Encoding::Base64Url)?)?)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(rename = "path")]
    _path: String,
    width: i64,
}

#[derive(serde::Serialize)]
struct Picture {
    bytes: i64,
}

/// Whoever keeps the album: decides, does what is allowed once, and signs what came of it.
fn keeper(album: &SigningKey) -> Told<Executor> {
    let read = Handler::new(|_, asked: Asked| Ok::<_, ()>(Picture { bytes: asked.width * 42 }));
    let keeper = Executor::new(copy(album)?, Subjects::itself(), Arc::new(MemoryStore::new()));
    Ok(keeper.handle("/photos/read".parse()?, read)?)
}

fn asking(album: &Did, command: &str, path: &str, at: Timestamp) -> Told<InvocationBuilder> {
    let builder = Invocation::builder(album.clone(), command.parse()?);
    Ok(builder.argument("path", path).argument("width", 1024).expires(at.plus(300)))
}

struct Stage {
    album: Did,
    keeper: Executor,
    phone: Agent,
    phone_key: SigningKey,
    chain: Vec<Verified<Delegation>>,
}

impl Stage {
    /// The phone's request, with the proofs that its agent finds.
    fn asks(&self, path: &str, at: Timestamp) -> Told<Token<Invocation>> {
        Ok(self.phone.invoke_with(asking(&self.album, "/photos/read", path, at)?, at)?.invocation)
    }

    /// A request that its agent would not make, signed all the same.
    fn asks_anyway(&self, command: &str, path: &str, at: Timestamp) -> Told<Token<Invocation>> {
        let builder = asking(&self.album, command, path, at)?;
        Ok(builder.proofs(self.chain.iter().map(|link| link.cid())).sign(&self.phone_key)?)
    }

    /// The request arrives at the album.
    fn arrives(
        &self,
        title: &'static str,
        request: &Token<Invocation>,
        at: Timestamp,
        expected: &'static str,
    ) -> Told<Step> {
        let writer = ContainerWriter::new().token(request);
        let container = sent(&self.chain.iter().fold(writer, |writer, link| writer.token(link)))?;
        let mut tokens = vec![AnyToken::Invocation(request.clone())];
        let came = match self.keeper.execute(&container, at)? {
            Execution::Executed(receipt) => {
                tokens.push(AnyToken::Invocation(receipt.token().clone()));
                let ends = self.chain.iter().map(|link| link.expires()).chain([request.expires()]);
                let (chain, until) = (self.chain.clone(), ends.flatten().min());
                Came::Executed { chain, until, receipt }
            }
            Execution::Denied(denial) | Execution::Replayed { denial, .. } => Came::Denied(denial),
            other => Came::Otherwise(other.to_string()),
        };
        Ok(Step { title, at, tokens, came: Some(came), taken: Vec::new(), expected: Some(expected) })
    }
}

/// Makes everything, and has everything done, with a story that begins at `now`.
pub(super) fn tell(cast: &Cast, now: Timestamp) -> Told<Vec<Step>> {
    let (album, alice, bob) = (agent(&cast.album)?, agent(&cast.alice)?, agent(&cast.bob)?);
    let phone = agent(&cast.phone)?;
    let about = |whom: &Agent, command: Command| {
        Delegation::builder(whom.did().clone(), album.did().clone(), command)
    };
    let read: Command = "/photos/read".parse()?;

    let owner = about(&alice, Command::top()).expires(now.plus(365 * DAY));
    let owner = album.grant(owner, now)?;
    alice.receive(&sent(&owner.container())?)?;
    let to_bob = about(&bob, read.clone())
        .policy(Policy::from_json(r#"[["like", ".path", "summer/*"]]"#)?)
        .expires(now.plus(7 * DAY));
    let to_bob = alice.grant(to_bob, now)?;
    bob.receive(&sent(&to_bob.container())?)?;
    let to_phone = about(&phone, read)
        .policy(Policy::from_json(r#"[["<=", ".width", 2048]]"#)?)
        .expires(now.plus(7 * DAY));
    let to_phone = bob.grant(to_phone, now)?;
    phone.receive(&sent(&to_phone.container())?)?;

    let stage = Stage {
        album: album.did().clone(),
        keeper: keeper(&cast.album)?,
        phone,
        phone_key: copy(&cast.phone)?,
        chain: [&to_phone.chain[..], std::slice::from_ref(&to_phone.delegation)].concat(),
    };
    let signed = |title, token: Option<&Token<Delegation>>| Step {
        title,
        at: now,
        tokens: token.cloned().map(AnyToken::Delegation).into_iter().collect(),
        came: None,
        taken: Vec::new(),
        expected: None,
    };
    let mut steps = vec![
        signed("Alice makes an identity, and one for her photo album; Bob and his phone have theirs", None),
        signed(
            "The album belongs to Alice: it delegates everything to her, for a year",
            Some(&owner.delegation),
        ),
        signed("Alice lets Bob read her summer pictures, for a week", Some(&to_bob.delegation)),
        signed("Bob lets his phone do the same, but with small pictures only", Some(&to_phone.delegation)),
    ];

    let beach = "summer/beach.jpg";
    let request = stage.asks(beach, now)?;
    steps.push(stage.arrives(
        "The phone reads summer/beach.jpg, and gets a receipt",
        &request,
        now,
        "executed",
    )?);
    let mut again =
        stage.arrives("Somebody sends the same request once more", &request, now.plus(1), "replayed")?;
    again.tokens.clear();
    steps.push(again);
    let delete = stage.asks_anyway("/photos/delete", beach, now)?;
    steps.push(stage.arrives("The phone tries to delete it", &delete, now.plus(1), "command-not-covered")?);
    let winter = stage.asks_anyway("/photos/read", "winter/party.jpg", now)?;
    let title = "The phone tries to read winter/party.jpg";
    steps.push(stage.arrives(title, &winter, now.plus(1), "policy-unsatisfied")?);

    let later = now.plus(3600);
    let revoked = alice.revoke(to_bob.delegation.cid(), later)?;
    steps.push(Step {
        title: "Alice takes back what she gave Bob",
        at: later,
        tokens: vec![AnyToken::Invocation(revoked.revocation.revocation().token().clone())],
        came: None,
        taken: Vec::new(),
        expected: None,
    });
    let request = stage.asks(beach, later)?;
    let title = "The album has not heard of it yet: the phone reads on";
    steps.push(stage.arrives(title, &request, later, "executed")?);
    let later = later.plus(60);
    let taken = stage.keeper.take_up_revocations(&sent(&revoked.container())?, &MemoryResolver::new())?;
    let request = stage.asks(beach, later)?;
    let title = "The revocation arrives at the album, and the phone asks again";
    let denied = stage.arrives(title, &request, later, "revoked")?;
    steps.push(Step { taken, ..denied });
    let later = now.plus(8 * DAY);
    let request = stage.asks_anyway("/photos/read", beach, later)?;
    let title = "Eight days later the grants would have ended anyway";
    steps.push(stage.arrives(title, &request, later, "expired")?);
    Ok(steps)
}
