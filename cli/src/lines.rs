//! Lines of delegations, found among tokens that came in any order.

use allod::limits::MAX_CHAIN;
use allod::{Cid, Delegation, Did, Subject, Token};

use crate::failure::Failure;
use crate::names::Names;

/// How far the search goes: a heap of delegations that all fit each other has more lines than time.
const MOST_STEPS: usize = 1_000_000;

/// How many lines are looked for: more than a person could choose from.
const MOST_LINES: usize = 64;

/// Delegations from a subject to a holder, root first, each to the issuer of the next.
#[derive(Debug, Clone)]
pub(crate) struct Lineage {
    pub(crate) subject: Did,
    pub(crate) links: Vec<Token<Delegation>>,
}

impl Lineage {
    pub(crate) fn cids(&self) -> Vec<Cid> {
        self.links.iter().map(Token::cid).collect()
    }
}

/// What a search found: lines, and whether it went through all there is.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) lines: Vec<Lineage>,
    pub(crate) complete: bool,
}

/// Every line from a subject to `holder`; with `subject`, those about it alone.
pub(crate) fn to_holder(pool: &[Token<Delegation>], holder: &Did, subject: Option<&Did>) -> Found {
    let mut search = Search { pool, lines: Vec::new(), steps: 0 };
    search.extend(holder, subject, &mut Vec::new());
    let complete = search.steps <= MOST_STEPS && search.lines.len() < MOST_LINES;
    Found { lines: search.lines, complete }
}

/// The one line to `holder`.
///
/// # Errors
/// When there is none or more than one; says where the tokens stop fitting together.
pub(crate) fn one_to_holder(
    pool: &[Token<Delegation>],
    holder: &Did,
    subject: Option<&Did>,
    names: &Names,
) -> Result<Lineage, Failure> {
    let Found { mut lines, complete } = to_holder(pool, holder, subject);
    let (holder_name, about) = (names.of(holder), subject.map(|did| names.of(did)));
    match (lines.len(), lines.pop()) {
        (1, Some(line)) if complete => Ok(line),
        (0, _) => Err(broken(pool, holder, subject, names)),
        (several, _) => {
            let number = if complete { several.to_string() } else { format!("at least {several}") };
            let about = about.map(|name| format!(" about {name}")).unwrap_or_default();
            Err(Failure::new(
                format_args!(
                    "the proofs are ambiguous: {number} lines of delegations{about} lead to {holder_name}"
                ),
                "give only the files of the line meant; `allod inspect FILE` shows what is in each",
            ))
        }
    }
}

fn broken(pool: &[Token<Delegation>], holder: &Did, subject: Option<&Did>, names: &Names) -> Failure {
    let holder_name = names.of(holder);
    let to_holder: Vec<_> = pool.iter().filter(|token| token.audience() == holder).collect();
    if to_holder.is_empty() {
        let audiences: Vec<_> = pool.iter().map(|token| names.of(token.audience())).collect();
        return Failure::new(
            format_args!(
                "no delegation here was given to {holder_name}: {}",
                if audiences.is_empty() {
                    "there are none".into()
                } else {
                    format!("they are for {}", audiences.join(", "))
                }
            ),
            "use the key they were given to, or add the delegation made out to this one with --proof",
        );
    }
    // Where the line up from the holder stops.
    let mut last = to_holder.first().copied();
    let mut above = last;
    for _ in 0..MAX_CHAIN {
        let Some(link) = above else { break };
        last = above;
        above = pool.iter().find(|token| token.audience() == link.issuer() && token.cid() != link.cid());
    }
    let (issuer, cid) = last.map(|link| (names.of(link.issuer()), link.cid().short())).unwrap_or_default();
    let wanted = subject.map_or_else(|| "the subject".into(), |subject| names.of(subject));
    Failure::new(
        format_args!(
            "the proofs do not reach from {wanted} to {holder_name}: the line ends at {issuer}, who issued {cid}"
        ),
        format_args!("add what {issuer} was given with --proof, or check that the proofs are about {wanted}"),
    )
}

struct Search<'a> {
    pool: &'a [Token<Delegation>],
    lines: Vec<Lineage>,
    steps: usize,
}

impl<'a> Search<'a> {
    /// Looks for what was given to `holder`, about `subject` once that is known. `taken` runs leaf first.
    fn extend(&mut self, holder: &Did, subject: Option<&Did>, taken: &mut Vec<&'a Token<Delegation>>) {
        if taken.len() == MAX_CHAIN {
            return;
        }
        for token in self.pool {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.lines.len() == MOST_LINES {
                return;
            }
            if token.audience() != holder || taken.contains(&token) {
                continue;
            }
            let subject = match (token.subject(), subject) {
                (Subject::Did(own), Some(wanted)) if own != wanted => continue,
                (Subject::Did(own), _) => Some(own),
                (Subject::Powerline, known) => known,
            };
            taken.push(token);
            // A powerline has no subject of its own to be the root of.
            if token.subject().did() == Some(token.issuer()) {
                let links = taken.iter().rev().map(|token| (*token).clone()).collect();
                self.lines.push(Lineage { subject: token.issuer().clone(), links });
            } else {
                self.extend(token.issuer(), subject, taken);
            }
            taken.pop();
        }
    }
}
