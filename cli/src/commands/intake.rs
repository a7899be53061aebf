//! Taking in what others sent, and saying what became of it.

use std::collections::BTreeSet;

use allod::store::{Intake, Quota, Store, TakeUp, TakenUp, import_revocations};
use allod::{
    AnyToken, Cid, Code, Container, Delegation, Did, MemoryResolver, Receipt, Revocation, RevocationError,
    Timestamp, Token, Verified,
};
use serde::Serialize;

use crate::commands::grant::lets;
use crate::failure::{Failure, Outcome};
use crate::names::Names;
use crate::output::{Line, Out, Paint};
use crate::state::failed;

/// What became of one token.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    kind: &'static str,
    cid: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ran: Option<String>,
    #[serde(skip)]
    short: String,
    #[serde(skip)]
    words: Option<Line>,
}

impl Row {
    fn new(kind: &'static str, cid: Cid, result: &'static str) -> Self {
        Self {
            kind,
            cid: cid.to_string(),
            result,
            code: None,
            message: None,
            remedy: None,
            issuer: None,
            audience: None,
            subject: None,
            command: None,
            expires: None,
            revoked: None,
            ran: None,
            short: cid.short(),
            words: None,
        }
    }

    fn refused(kind: &'static str, cid: Cid, code: Code, message: &impl ToString) -> Self {
        let (message, remedy) = (Some(message.to_string()), Some(code.remedy().to_owned()));
        Self { code: Some(code.name()), message, remedy, ..Self::new(kind, cid, "refused") }
    }

    fn delegation(token: &Token<Delegation>, result: &'static str, names: &Names) -> Self {
        Self {
            issuer: Some(token.issuer().to_string()),
            audience: Some(token.audience().to_string()),
            subject: token.subject().did().map(ToString::to_string),
            command: Some(token.command().to_string()),
            expires: token.expires().map(Timestamp::as_seconds),
            words: Some(lets(token, names)),
            ..Self::new("delegation", token.cid(), result)
        }
    }

    fn receipt(receipt: &Receipt, result: &'static str, names: &Names) -> Self {
        let (branch, ran) = (receipt.outcome().branch(), receipt.ran());
        Self {
            issuer: Some(receipt.issuer().to_string()),
            ran: Some(ran.to_string()),
            words: Some(
                format!("{} says of the task {}: {branch}", names.of(receipt.issuer()), ran.short()).into(),
            ),
            ..Self::new("receipt", receipt.cid(), result)
        }
    }

    fn revocation(taken: &TakenUp, names: &Names) -> Self {
        let base = |result| Self {
            subject: Some(taken.subject.to_string()),
            revoked: Some(taken.revoked.to_string()),
            words: Some(format!("{} takes back {}", names.of(&taken.subject), taken.revoked.short()).into()),
            ..Self::new("revocation", taken.cid, result)
        };
        let with = |row: Self, message: &str, remedy: &str| Self {
            message: Some(message.to_owned()),
            remedy: Some(remedy.to_owned()),
            ..row
        };
        match &taken.result {
            TakeUp::New => base("new"),
            TakeUp::Known => base("known"),
            TakeUp::Irrelevant => with(
                base("irrelevant"),
                "nothing shows that it is about a delegation that matters here",
                "take it in with its path or with the delegation it revokes, or name its subject with \
                 `allod revocations import --served`",
            ),
            TakeUp::OverQuota => with(
                base("over-quota"),
                "as many about the subjects of others are kept already as may be",
                "name its subject with `allod revocations import --served`, if it is one you act for",
            ),
            TakeUp::Refused(denial) => {
                let row = Self { code: Some(denial.code().name()), ..base("refused") };
                with(row, denial.message(), denial.remedy())
            }
        }
    }

    /// Whether it is neither kept nor passed over.
    fn is_refused(&self) -> bool {
        matches!(self.result, "refused" | "irrelevant" | "over-quota")
    }
}

/// Whose revocations are taken without a witness, and the documents of those who need one.
pub(super) struct Terms<'a> {
    pub(super) own: &'a [Did],
    pub(super) documents: &'a MemoryResolver,
    pub(super) names: &'a Names,
}

/// Takes in delegations, then receipts, then revocations: those may rest on delegations of any of the containers.
pub(super) fn everything(
    store: &dyn Store,
    containers: &[Container],
    terms: &Terms<'_>,
) -> Result<Vec<Row>, Failure> {
    let mut rows = delegations(store, containers, terms)?;
    let mut seen = BTreeSet::new();
    for (cid, bytes) in containers.iter().flat_map(Container::tokens) {
        if !seen.insert(cid) {
            continue;
        }
        match AnyToken::parse(bytes) {
            Ok(AnyToken::Delegation(_)) => {}
            Ok(AnyToken::Invocation(token)) => rows.extend(invocation(store, &token, terms)?),
            Err(error) => rows.push(Row::refused("token", cid, error.code(), &error)),
        }
    }
    rows.extend(revocations(store, containers, terms)?);
    Ok(rows)
}

fn delegations(store: &dyn Store, containers: &[Container], terms: &Terms<'_>) -> Result<Vec<Row>, Failure> {
    let (mut rows, mut seen, mut new) = (Vec::new(), BTreeSet::new(), Vec::<Verified<Delegation>>::new());
    for (cid, bytes) in containers.iter().flat_map(Container::tokens) {
        let Ok(AnyToken::Delegation(token)) = AnyToken::parse(bytes) else { continue };
        if !seen.insert(cid) {
            continue;
        }
        match token.verify_with(terms.documents) {
            Ok(verified) if store.delegation(&cid).map_err(|error| failed(&error))?.is_some() => {
                rows.push(Row::delegation(&verified, "known", terms.names));
            }
            Ok(verified) => {
                rows.push(Row::delegation(&verified, "new", terms.names));
                new.push(verified);
            }
            Err(error) => rows.push(Row::refused("delegation", cid, error.code(), &error)),
        }
    }
    store.put_delegations(&new).map_err(|error| failed(&error))?;
    Ok(rows)
}

/// Receipts are kept, and revocations come later. Requests are for executors.
fn invocation(
    store: &dyn Store,
    token: &Token<allod::Invocation>,
    terms: &Terms<'_>,
) -> Result<Option<Row>, Failure> {
    let cid = token.cid();
    match Revocation::read(token.clone()) {
        Ok(_) => return Ok(None),
        Err(RevocationError::OtherCommand) => {}
        Err(error) => return Ok(Some(Row::refused("revocation", cid, error.code(), &error))),
    }
    let Ok(receipt) = Receipt::read(token.clone()) else {
        let words = format!("{} asks for {}", terms.names.of(token.issuer()), token.command());
        return Ok(Some(Row { words: Some(words.into()), ..Row::new("invocation", cid, "passed-over") }));
    };
    Ok(Some(match receipt.verify(terms.documents) {
        Ok(receipt) => {
            let new = store.put_receipt(&receipt).map_err(|error| failed(&error))?;
            Row::receipt(&receipt, if new { "new" } else { "known" }, terms.names)
        }
        Err(error) => Row::refused("receipt", cid, error.code(), &error),
    }))
}

/// Takes up revocations, with what the containers and the store hold of what proves and witnesses them.
pub(super) fn revocations(
    store: &dyn Store,
    containers: &[Container],
    terms: &Terms<'_>,
) -> Result<Vec<Row>, Failure> {
    let own = |subject: &Did| terms.own.contains(subject);
    let intake = Intake { own: &own, quota: Quota::USUAL, documents: terms.documents };
    let mut rows = Vec::new();
    for container in containers {
        let taken = import_revocations(store, container, &intake).map_err(|error| failed(&error))?;
        rows.extend(taken.iter().map(|taken| Row::revocation(taken, terms.names)));
    }
    Ok(rows)
}

/// The tokens that claim to be revocations and are none.
pub(super) fn no_revocations(containers: &[Container]) -> Vec<Row> {
    let claims = containers.iter().flat_map(Container::revocation_tokens);
    claims
        .filter_map(|(cid, bytes)| match Token::parse(bytes) {
            Ok(token) => match Revocation::read(token) {
                Ok(_) => None,
                Err(error) => Some(Row::refused("revocation", cid, error.code(), &error)),
            },
            Err(error) => Some(Row::refused("revocation", cid, error.code(), &error)),
        })
        .collect()
}

/// Says what became of each. Something that was refused is no success.
pub(super) fn tell(rows: &[Row], names: &Names, out: &mut Out) -> Result<Outcome, Failure> {
    if out.json() {
        out.data(&rows)?;
    } else {
        for row in rows {
            let paint = match row.result {
                "new" => Paint::Good,
                _ if row.is_refused() => Paint::Bad,
                _ => Paint::Dim,
            };
            let mut line = Line::new().paint(paint, format!("{:<11} ", row.result.replace('-', " ")));
            line = line.plain(format!("{:<10} ", row.kind)).dim(format!("{}  ", row.short));
            out.line(row.words.clone().map_or(line.clone(), |words| line.join(words)))?;
            if let Some(message) = &row.message {
                let code = row.code.map(|code| format!("{code}: ")).unwrap_or_default();
                out.line(Line::new().dim("  why  ").bold(code).plain(names.rewrite(message)))?;
            }
            if let Some(remedy) = &row.remedy {
                out.line(Line::new().dim("  do   ").plain(names.rewrite(remedy)))?;
            }
        }
        let number = |result| rows.iter().filter(|row| row.result == result).count();
        let refused = rows.iter().filter(|row| row.is_refused()).count();
        out.line(Line::new().dim(format!(
            "{} new, {} known, {refused} refused",
            number("new"),
            number("known")
        )))?;
    }
    Ok(if rows.iter().any(Row::is_refused) { Outcome::Denied } else { Outcome::Fine })
}
