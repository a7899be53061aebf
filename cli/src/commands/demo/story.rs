//! The story itself: who there is, what they sign, and what is decided.

use allod::identity::GenerateError;
use allod::ucan::policy::PolicyError;
use allod::validation::{Authorizer, Decision, Evidence, Subjects};
use allod::wire::Slice;
use allod::{
    Algorithm, AnyToken, BuildError, Command, CommandError, Delegation, Invocation, Policy, SigningKey,
    Timestamp, Token,
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

/// One step: what is signed in it, and what is decided.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) at: Timestamp,
    pub(super) tokens: Vec<AnyToken>,
    decision: Option<Decision>,
    /// How the decision has to come out.
    pub(super) expected: Option<bool>,
}

impl Step {
    pub(super) const fn decision(&self) -> Option<&Decision> {
        self.decision.as_ref()
    }
}

/// Why the story broke off: never on account of its input, for it has none.
#[derive(Debug)]
pub(super) enum StoryError {
    Build(BuildError),
    Policy(PolicyError),
    Command(CommandError),
}

impl std::fmt::Display for StoryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::Policy(error) => error.fmt(f),
            Self::Command(error) => error.fmt(f),
        }
    }
}

impl From<BuildError> for StoryError {
    fn from(error: BuildError) -> Self {
        Self::Build(error)
    }
}

impl From<PolicyError> for StoryError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl From<CommandError> for StoryError {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

/// The token's bytes.
pub(super) fn bytes(token: &AnyToken) -> Slice {
    match token {
        AnyToken::Delegation(token) => token.bytes(),
        AnyToken::Invocation(token) => token.bytes(),
    }
}

/// Makes everything, and decides everything, with a story that begins at `now`.
pub(super) fn tell(cast: &Cast, now: Timestamp) -> Result<Vec<Step>, StoryError> {
    let Cast { alice, album, bob, phone } = cast;
    let owner = Delegation::builder(alice.did(), album.did(), Command::top())
        .expires(now.plus(365 * DAY))
        .sign(album)?;
    let to_bob = Delegation::builder(bob.did(), album.did(), "/photos/read".parse()?)
        .policy(Policy::from_json(r#"[["like", ".path", "summer/*"]]"#)?)
        .expires(now.plus(7 * DAY))
        .under(&owner)
        .sign(alice)?;
    let to_phone = Delegation::builder(phone.did(), album.did(), "/photos/read".parse()?)
        .policy(Policy::from_json(r#"[["<=", ".width", 2048]]"#)?)
        .expires(now.plus(7 * DAY))
        .under(&to_bob)
        .sign(bob)?;

    let chain = [owner, to_bob, to_phone];
    let request = |title, command: &str, path: &str, at: Timestamp, expected| {
        let invocation = Invocation::builder(album.did(), command.parse()?)
            .argument("path", path)
            .argument("width", 1024)
            .proofs(chain.iter().map(Token::cid))
            .expires(at.plus(300))
            .sign(phone)?;
        let evidence =
            chain.iter().cloned().fold(Evidence::danger_without_revocations(at), Evidence::delegation);
        let decision = Authorizer::new(album.did(), Subjects::itself()).decide(&invocation, &evidence);
        let tokens = vec![AnyToken::Invocation(invocation)];
        Ok::<_, StoryError>(Step { title, at, tokens, decision: Some(decision), expected: Some(expected) })
    };
    let requests = [
        request("The phone reads summer/beach.jpg", "/photos/read", "summer/beach.jpg", now, true)?,
        request("The phone tries to delete it", "/photos/delete", "summer/beach.jpg", now, false)?,
        request("The phone tries to read winter/party.jpg", "/photos/read", "winter/party.jpg", now, false)?,
        request(
            "Eight days later, the phone tries to read summer/beach.jpg again",
            "/photos/read",
            "summer/beach.jpg",
            now.plus(8 * DAY),
            false,
        )?,
    ];

    let [owner, to_bob, to_phone] = chain.clone();
    let grant = |title, token: Option<Token<Delegation>>| Step {
        title,
        at: now,
        tokens: token.map(AnyToken::Delegation).into_iter().collect(),
        decision: None,
        expected: None,
    };
    let mut steps = vec![
        grant("Alice makes an identity, and one for her photo album; Bob and his phone have theirs", None),
        grant("The album belongs to Alice: it delegates everything to her, for a year", Some(owner)),
        grant("Alice lets Bob read her summer pictures, for a week", Some(to_bob)),
        grant("Bob lets his phone do the same, but with small pictures only", Some(to_phone)),
    ];
    steps.extend(requests);
    Ok(steps)
}
