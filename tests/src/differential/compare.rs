//! One world, decided twice.

use std::sync::LazyLock;

use allod::identity::{Did, DidDocument};
use allod::validation::{RevocationSet, Sifted, Standing};
use allod::wire::Slice;
use allod::{
    Authorizer, Cache, Cid, Container, Decision, Delegation, Evidence, Invocation, MemoryResolver,
    Revocation, RevocationView, Subjects, Timestamp, Token, Verified,
};
use allod_model::{Document, Name, Verdict, World};

use super::delivery::{Delivery, State, documents};
use super::world::Case;

/// Small, so that things are forgotten, too.
static REMEMBERED: LazyLock<Cache> = LazyLock::new(|| Cache::of_bytes(1 << 16));

/// The two did not agree.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// What the validator said.
    pub real: Verdict,
    /// What the model said.
    pub model: Verdict,
}

/// Decides by both.
///
/// # Errors
/// When they do not agree on the verdict, the code, the link, the chain and its end.
pub fn compare(case: &Case) -> Result<Verdict, Mismatch> {
    let (real, model) = (real(case), allod_model::decide(&case.world));
    if real != model {
        return Err(Mismatch { real, model });
    }
    revocations(case)?;
    Ok(real)
}

/// Decides by both what each of the revocations is worth by itself.
fn revocations(case: &Case) -> Result<(), Mismatch> {
    let setting = Setting::of(case);
    let Some((evidence, _)) = setting.evidence_of(case) else { return Ok(()) };
    if let Delivery::Container(bytes) = &case.delivery {
        // From a container that lost its tokens nothing is proven, which the model is told of the invocation alone.
        let Ok(container) = Container::read(bytes) else { return Ok(()) };
        let there: Vec<_> = container.cids().map(allod_model::Cid::from).collect();
        if case.world.tokens.iter().any(|token| !there.contains(&token.cid)) {
            return Ok(());
        }
    }
    let deny = |code, link| Verdict::Deny { code, link };
    for (bytes, told) in case.revocations.iter().zip(&case.world.revocations) {
        let real = match Token::parse(&bytes[..]).map(Revocation::read) {
            Err(error) => Err(deny(error.code().name(), None)),
            Ok(Err(error)) => Err(deny(error.code().name(), None)),
            Ok(Ok(revocation)) => match revocation.verify(&evidence) {
                Ok(verified) => Ok((verified.revoked().into(), verified.subject().to_string())),
                Err(denial) => Err(deny(denial.code().name(), denial.link())),
            },
        };
        let model = allod_model::revocation(&case.world, told).map_err(|(code, link)| deny(code, link));
        if real != model {
            let verdict = |of: Result<(allod_model::Cid, String), Verdict>| match of {
                Ok((cid, _)) => Verdict::Allow { chain: vec![cid], until: None },
                Err(verdict) => verdict,
            };
            return Err(Mismatch { real: verdict(real), model: verdict(model) });
        }
    }
    Ok(())
}

/// What the validator says.
///
/// # Panics
/// When the case itself could not be set up: an executor that is no DID, say. And when the trace of the
/// decision does not tell the same as the decision.
#[must_use]
pub fn real(case: &Case) -> Verdict {
    let setting = Setting::of(case);
    let Some((evidence, sifted)) = setting.evidence_of(case) else {
        let error = match &case.delivery {
            Delivery::Container(bytes) => Container::read(bytes).expect_err("it was not read"),
            Delivery::Tokens(..) => unreachable!("tokens are taken as they are"),
        };
        return Verdict::Deny { code: error.code().name(), link: None };
    };
    let view = Both(&setting.view, &sifted.counting);
    let evidence = evidence.with_revocations(&view);
    let first = decided(&setting, case, &evidence);
    if setting.remembers {
        // All that is true of signatures and keys is known by now.
        assert_eq!(decided(&setting, case, &evidence), first, "what is remembered makes no difference");
    }
    first
}

fn decided(setting: &Setting, case: &Case, evidence: &Evidence<'_>) -> Verdict {
    match &case.delivery {
        Delivery::Tokens(_, invocation) => {
            // One in two by way of the decoded token, where it decodes.
            match Token::<Invocation>::parse(invocation.as_slice()) {
                Ok(token) if token.cid().to_bytes().last().is_some_and(|last| last % 2 == 0) => {
                    verdict(&setting.authorizer.decide(&token, evidence))
                }
                _ => verdict(&setting.authorizer.decide_bytes(invocation, evidence)),
            }
        }
        Delivery::Container(bytes) => {
            let container = Container::read(bytes).expect("it was read before");
            verdict(&setting.authorizer.decide_container(&container, evidence))
        }
    }
}

/// What a case is decided with, besides the tokens.
pub struct Setting {
    /// Who decides.
    pub authorizer: Authorizer,
    documents: MemoryResolver,
    /// The keys of all people: any of them may have stood in a document once.
    keys: Vec<String>,
    list: Vec<DidDocument>,
    view: View,
    now: Timestamp,
    tolerance: u32,
    /// It is decided with what other cases have left in the memory of signatures and keys: every other case is.
    remembers: bool,
}

impl Setting {
    /// The setting of a case.
    ///
    /// # Panics
    /// When the case has none: an executor that is no DID, say.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let world = &case.world;
        let did = |text: &String| Did::parse(text).expect("a DID");
        let subjects = match &world.serves {
            None => Subjects::danger_any(),
            Some(list) if *list == [world.executor.clone()] => Subjects::itself(),
            Some(list) => Subjects::of(list.iter().map(did)),
        };
        let mut authorizer = Authorizer::new(did(&world.executor), subjects);
        if world.takes_leaf_first {
            authorizer = authorizer.accept_leaf_first();
        }
        let parsed = case.documents.iter().map(|(of, json)| DidDocument::parse(json, &did(of)));
        let list: Vec<DidDocument> = parsed.map(|document| document.expect("a document")).collect();
        let mut documents = MemoryResolver::new();
        for document in &list {
            documents.insert(document.clone());
        }
        Self {
            authorizer,
            documents,
            keys: world
                .names
                .iter()
                .filter(|(_, name)| matches!(name, Name::Key(_)))
                .map(|(did, _)| did.clone())
                .collect(),
            list,
            view: View::of(world),
            now: Timestamp::from_seconds(world.now).expect("a time"),
            tolerance: u32::try_from(world.tolerance).expect("a tolerance"),
            remembers: match &case.delivery {
                Delivery::Tokens(_, bytes) | Delivery::Container(bytes) => {
                    bytes.iter().fold(0, |all, byte| all ^ byte) % 2 == 0
                }
            },
        }
    }

    /// The evidence, without any token.
    #[must_use]
    pub fn evidence(&self) -> Evidence<'_> {
        let evidence = Evidence::new(self.now, &self.view);
        // A minute is what it is unless somebody says otherwise.
        let evidence = if self.tolerance == 60 { evidence } else { evidence.tolerance(self.tolerance) };
        let evidence = if self.remembers { evidence.cache(&REMEMBERED) } else { evidence };
        self.list.iter().fold(evidence, |evidence, document| evidence.document(document.clone()))
    }
}

impl Setting {
    /// The evidence with the tokens that came along, and what its revocations are worth to the invocation; `None`
    /// where they came in a container that cannot be read.
    #[must_use]
    pub fn evidence_of(&self, case: &Case) -> Option<(Evidence<'_>, Sifted)> {
        let mut revocations: Vec<Slice> =
            case.revocations.iter().map(|bytes| Slice::from(&bytes[..])).collect();
        let (evidence, invocation) = match &case.delivery {
            Delivery::Tokens(tokens, invocation) => {
                let hand_over =
                    |evidence, (bytes, state): &(Vec<u8>, State)| self.hand_over(evidence, bytes, *state);
                let evidence = tokens.iter().fold(self.evidence(), hand_over);
                (evidence, Token::<Invocation>::parse(&invocation[..]).ok())
            }
            Delivery::Container(bytes) => {
                let container = Container::read(bytes).ok()?;
                revocations.extend(container.revocation_tokens().map(|(_, bytes)| bytes));
                (self.evidence().container(&container), container.invocation().ok())
            }
        };
        let sifted = self.authorizer.sift(revocations, invocation.as_ref(), &evidence);
        Some((evidence, sifted))
    }
}

/// A decision in the model's words.
fn verdict(decision: &Decision) -> Verdict {
    match decision {
        Decision::Allow(grant) => {
            assert_eq!(grant.trace().failures().count(), 0, "what is allowed has no failures");
            Verdict::Allow {
                chain: grant.chain().iter().map(|link| link.cid().into()).collect(),
                until: grant.until().map(Timestamp::as_seconds),
            }
        }
        Decision::Deny(denial) => {
            let first = denial.trace().failures().next().map(allod::Finding::code);
            assert_eq!(first, Some(denial.code()), "the trace's first failure is the denial's");
            Verdict::Deny { code: denial.code().name(), link: denial.link() }
        }
    }
}

impl Setting {
    fn hand_over<'a>(&self, evidence: Evidence<'a>, bytes: &[u8], state: State) -> Evidence<'a> {
        if state == State::Bytes {
            return evidence.bytes(bytes);
        }
        match Token::<Delegation>::parse(bytes) {
            Err(_) => evidence.bytes(bytes),
            Ok(token) if state == State::Decoded => evidence.delegation(token),
            Ok(token) => match token.clone().verify_with(&self.documents) {
                Ok(verified) => evidence.verified(verified),
                Err(_) => match self.verified_formerly(&token) {
                    Some(verified) => evidence.verified(verified),
                    None => evidence.delegation(token),
                },
            },
        }
    }

    /// The token as somebody verified it against a document that is no longer the issuer's: that must not count.
    fn verified_formerly(&self, token: &Token<Delegation>) -> Option<Verified<Delegation>> {
        let issuer = token.issuer().to_string();
        let web = issuer.starts_with("did:web:");
        self.keys.iter().filter(|_| web).find_map(|key| {
            let former = Document { methods: vec![key.clone()], ..Document::default() };
            let (_, json) = documents(&[(issuer.clone(), former)].into()).pop()?;
            let mut former = MemoryResolver::new();
            former.insert(DidDocument::parse(&json, token.issuer()).expect("a document"));
            token.clone().verify_with(&former).ok()
        })
    }
}

/// What the host knows, and what came along.
struct Both<'a>(&'a View, &'a RevocationSet);

impl RevocationView for Both<'_> {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        match self.1.standing(delegation, issuer) {
            Standing::Unrevoked => self.0.standing(delegation, issuer),
            known => known,
        }
    }
}

/// What the world knows of revocations.
struct View {
    revoked: Vec<(Cid, String)>,
    unavailable: Vec<(Cid, String)>,
}

impl View {
    fn of(world: &World) -> Self {
        let ours = |list: &[(allod_model::Cid, String)]| {
            let cid = |cid: &allod_model::Cid| Cid::from_bytes(&cid.to_bytes()).expect("a token's CID");
            list.iter().map(|(of, by)| (cid(of), by.clone())).collect()
        };
        Self { revoked: ours(&world.revoked), unavailable: ours(&world.unavailable) }
    }
}

impl RevocationView for View {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        let issuer = issuer.to_string();
        let is_in = |list: &[(Cid, String)]| list.iter().any(|(of, by)| of == delegation && *by == issuer);
        if is_in(&self.revoked) {
            Standing::Revoked
        } else if is_in(&self.unavailable) {
            Standing::Unavailable
        } else {
            Standing::Unrevoked
        }
    }
}
