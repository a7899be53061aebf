//! Which of the revocations at hand count for one invocation.

// Requirements kept here: rev-checked-against-chain, allod-rev-ignored-aloud.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::authorizer::Authorizer;
use super::chain::{Ends, Order, run_backwards};
use super::decision::Denial;
use super::evidence::{Evidence, Link};
use super::revocation::RevocationSet;
use crate::code::Code;
use crate::identity::{Did, Seen};
use crate::limits::MAX_TOKEN;
use crate::ucan::policy::Budget;
use crate::ucan::{Delegation, Invocation, Revocation, RevocationError, Token, TokenError, Verified};
use crate::wire::{Cid, Keyed, Slice};

/// Revocations, told apart by whether they count for one invocation; see [`Authorizer::sift`].
#[derive(Debug, Clone, Default)]
pub struct Sifted {
    /// Those that count, for [`Evidence::with_revocations`].
    pub counting: RevocationSet,
    /// The others, in the order in which they came.
    pub ignored: Vec<Ignored>,
    /// The delegations that prove those that count, each once.
    pub proofs: Vec<Verified<Delegation>>,
    /// Of the others, those that may count, for all that is known, each with the DID whose document is missing to tell. A host
    /// that can get it does, and sifts again: another may be missing then. One that never can takes what they revoke for
    /// [`Unavailable`](super::revocation::Standing::Unavailable). The DIDs are a stranger's choice.
    pub unresolved: Vec<(Revocation, Did)>,
}

/// A token that was given as a revocation and takes nothing back from this invocation.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// Which of those that were given.
    pub index: usize,
    /// Its CID; `None` where there is more of it than a token may have.
    pub cid: Option<Cid>,
    /// Why not.
    pub reason: IgnoredReason,
}

/// Why a token that was given as a revocation takes nothing back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum IgnoredReason {
    /// It is no invocation.
    NotDecoded(TokenError),
    /// It is an invocation, of something else or without saying what is taken back.
    NotRevocation(RevocationError),
    /// The invocation decided on does not rest on what it takes back. Nothing else of it was looked at.
    Unrelated,
    /// Its subject issued neither what it takes back nor a delegation above that. Nothing else of it was looked
    /// at.
    Outsider,
    /// Its issuer did not sign it, or may not speak for its subject.
    NotProven(Box<Denial>),
}

impl IgnoredReason {
    /// The failure code's name, or `unrelated` or `outsider`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotDecoded(error) => error.code().name(),
            Self::NotRevocation(error) => error.code().name(),
            Self::Unrelated => "unrelated",
            Self::Outsider => "outsider",
            Self::NotProven(denial) => denial.code().name(),
        }
    }
}

impl fmt::Display for IgnoredReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDecoded(error) => error.fmt(f),
            Self::NotRevocation(error) => error.fmt(f),
            Self::Unrelated => f.write_str("the invocation does not rest on the delegation that it revokes"),
            Self::Outsider => {
                f.write_str("its subject issued neither the delegation that it revokes nor one above that")
            }
            Self::NotProven(denial) => f.write_str(denial.message()),
        }
    }
}

impl Authorizer {
    /// Tells which of these tokens are revocations that count for this invocation, with the delegations among
    /// the evidence: for a host that was handed revocations along with a request and keeps none. A host that
    /// keeps them verifies each once, by [`Revocation::verify`].
    ///
    /// Signatures are only checked of those that would count, and of each proof once however many rest on it.
    /// Still, each may cost a signature check: a host bounds how many it takes. Without an invocation, all that
    /// decode are unrelated.
    ///
    /// ```
    /// use allod::{Algorithm, Authorizer, Delegation, Evidence, Invocation, Revocation, SigningKey, Subjects, Timestamp};
    ///
    /// let album = SigningKey::generate(Algorithm::Ed25519)?;
    /// let bob = SigningKey::generate(Algorithm::Ed25519)?;
    /// let grant = Delegation::builder(bob.did(), album.did(), "/photos".parse()?).sign(&album)?;
    /// let request = Invocation::builder(album.did(), "/photos/read".parse()?).proofs([grant.cid()]).sign(&bob)?;
    /// let revocation = Revocation::builder(grant.cid(), album.did()).sign(&album)?;
    ///
    /// let authorizer = Authorizer::new(album.did(), Subjects::itself());
    /// let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH).delegation(grant.into());
    /// let sifted = authorizer.sift([revocation.token().bytes()], Some(&request), &evidence);
    /// let evidence = evidence.with_revocations(&sifted.counting);
    /// assert!(!authorizer.decide(&request, &evidence).is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sift<T: Into<Slice>>(
        &self,
        tokens: impl IntoIterator<Item = T>,
        invocation: Option<&Token<Invocation>>,
        evidence: &Evidence<'_>,
    ) -> Sifted {
        let chain = invocation.map(|invocation| self.issuers(invocation, evidence)).unwrap_or_default();
        let mut links: Keyed<Cid, Link> = Keyed::new();
        let mut seen = Seen::new();
        let mut link = |cid: &Cid| {
            links
                .get_or_insert(*cid, || evidence.link(cid, &mut seen))
                .map_or(Link::Missing, |link| link.clone())
        };
        let (mut sifted, mut budget) = (Sifted::default(), Budget::of_many());
        for (index, token) in tokens.into_iter().enumerate() {
            let unresolved = &mut sifted.unresolved;
            match sift_one(token.into(), &chain, evidence, &mut link, &mut budget, unresolved) {
                Ok((revocation, proofs)) => {
                    sifted.counting.take_up(revocation.revoked(), revocation.subject().clone());
                    for proof in proofs {
                        if !sifted.proofs.iter().any(|known| known.cid() == proof.cid()) {
                            sifted.proofs.push(proof);
                        }
                    }
                }
                Err((cid, reason)) => sifted.ignored.push(Ignored { index, cid, reason }),
            }
        }
        sifted
    }

    /// The links that the invocation names, root first, each with its issuer where it can be read.
    fn issuers(&self, invocation: &Token<Invocation>, evidence: &Evidence<'_>) -> Vec<(Cid, Option<Did>)> {
        // What is not followed is nobody's chain.
        if invocation.proofs().len() > self.most_links() {
            return Vec::new();
        }
        let read = |cid: &Cid| (*cid, evidence.decoded(cid));
        let mut links: Vec<_> = invocation.proofs().iter().map(read).collect();
        let claims: Option<Vec<_>> = links.iter().map(|(_, token)| token.as_deref()).collect();
        let (subject, holder) = (Some(invocation.subject()), Some(invocation.issuer()));
        let ends = Ends { subject, holder, invocation: None };
        let backwards = claims.is_some_and(|claims| run_backwards(&claims, &ends));
        if backwards && self.order() == Order::EitherEndFirst {
            links.reverse();
        }
        links.into_iter().map(|(cid, token)| (cid, token.map(|token| token.issuer().clone()))).collect()
    }
}

type Counting = (Revocation, Vec<Verified<Delegation>>);

fn sift_one(
    bytes: Slice,
    chain: &[(Cid, Option<Did>)],
    evidence: &Evidence<'_>,
    link: &mut dyn FnMut(&Cid) -> Link,
    budget: &mut Budget,
    unresolved: &mut Vec<(Revocation, Did)>,
) -> Result<Counting, (Option<Cid>, IgnoredReason)> {
    let cid = (bytes.len() <= MAX_TOKEN).then(|| Cid::of(&bytes));
    let token = Token::parse(bytes).map_err(|error| (cid, IgnoredReason::NotDecoded(error)))?;
    let revocation = Revocation::read(token).map_err(|error| (cid, IgnoredReason::NotRevocation(error)))?;
    // A delegation may be named twice; the last place has the most above it.
    let Some(place) = chain.iter().rposition(|(link, _)| *link == revocation.revoked()) else {
        return Err((cid, IgnoredReason::Unrelated));
    };
    let mut above = chain.iter().take(place + 1).filter_map(|(_, issuer)| issuer.as_ref());
    if !above.any(|issuer| issuer == revocation.subject()) {
        return Err((cid, IgnoredReason::Outsider));
    }
    match revocation.prove(evidence, link, budget) {
        Ok(proofs) => Ok((revocation, proofs)),
        Err(denial) => {
            if denial.code() == Code::UnresolvedDid {
                let proof = denial.link().and_then(|link| revocation.token().proofs().get(link));
                let issuer = proof.and_then(|cid| evidence.issuer_of(cid));
                let did = issuer.unwrap_or_else(|| revocation.issuer().clone());
                unresolved.push((revocation, did));
            }
            Err((cid, IgnoredReason::NotProven(denial.into())))
        }
    }
}
