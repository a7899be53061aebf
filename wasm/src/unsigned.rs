//! Tokens in the making: what is to be signed, and what becomes of it with a signature.

use allod::ucan::{
    Delegation, DelegationBuilder, Invocation, InvocationBuilder, Issuer, Outcome, ReceiptBuilder, Results,
    RevocationBuilder, Unsigned,
};
use allod::{Receipt, Revocation, Subject, Token};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::Fault;
use crate::input::{Fields, Input, cid, did, public_key, time};
use crate::output::Answer;

/// A token that lacks only its signature.
#[wasm_bindgen]
pub struct RawUnsigned(Kind);

enum Kind {
    Delegation(Unsigned<Delegation>),
    Invocation(Unsigned<Invocation>),
}

#[wasm_bindgen]
impl RawUnsigned {
    /// What the issuer has to sign.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.0 {
            Kind::Delegation(unsigned) => unsigned.bytes_to_sign().to_vec(),
            Kind::Invocation(unsigned) => unsigned.bytes_to_sign().to_vec(),
        }
    }

    /// Finishes the token with a signature, which is checked.
    pub fn attach(self, signature: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(match self.0 {
            Kind::Delegation(unsigned) => unsigned.attach(signature)?.as_bytes().to_vec(),
            Kind::Invocation(unsigned) => unsigned.attach(signature)?.as_bytes().to_vec(),
        })
    }
}

impl RawUnsigned {
    pub(crate) const fn delegation(unsigned: Unsigned<Delegation>) -> Self {
        Self(Kind::Delegation(unsigned))
    }

    pub(crate) const fn invocation(unsigned: Unsigned<Invocation>) -> Self {
        Self(Kind::Invocation(unsigned))
    }
}

/// Tokens to be signed: one, or of a device several. Each question names its issuer as `{did, key: [algorithm, bytes]}`.
#[wasm_bindgen]
pub fn unsigned(what: &str, question: Vec<u8>) -> Result<Vec<RawUnsigned>, Fault> {
    let input = &Input::read(question)?;
    let one = match what {
        "delegation" => delegation(input),
        "invocation" => invocation(input),
        "receipt" => receipt(input),
        "revocation" => revocation(input),
        _ => return crate::receive::device(input),
    };
    Ok([one?].into())
}

/// A delegation to be signed. The question: `{issuer, audience, subject, command, policy, expires, notBefore, nonce, meta,
/// under, releaseCandidate}`.
fn delegation(input: &Input) -> Result<RawUnsigned, Fault> {
    let unsigned = delegation_builder(input)?.to_sign(issuer(input.fields())?)?;
    Ok(RawUnsigned::delegation(unsigned))
}

/// What is legal but risky in a delegation, in words. The question is that of [`delegation`].
pub(crate) fn lints(input: &Input) -> Result<Vec<u8>, Fault> {
    let lints = delegation_builder(input)?.lints();
    let mut answer = Answer::of(1);
    answer.list("lints", &lints, |out, lint| out.string(&lint.to_string()));
    Ok(answer.done())
}

/// An invocation to be signed. The question: `{issuer, subject, command, audience, arguments, proofs, expires, notBefore,
/// issuedAt, cause, nonce, meta, releaseCandidate}`.
fn invocation(input: &Input) -> Result<RawUnsigned, Fault> {
    let unsigned = invocation_builder(input)?.to_sign(issuer(input.fields())?)?;
    Ok(RawUnsigned::invocation(unsigned))
}

/// A revocation to be signed, by those who know with whose authority. The question: `{issuer, revoke, subject, path, proofs,
/// issuedAt, meta, releaseCandidate}`.
fn revocation(input: &Input) -> Result<RawUnsigned, Fault> {
    let fields = input.fields();
    let mut builder = Revocation::builder(fields.cid("revoke")?, fields.did("subject")?)
        .proofs(fields.each("proofs", cid)?)
        .version(fields.version());
    if fields.get("path").is_some() {
        builder = builder.path(fields.each("path", cid)?);
    }
    builder = given(builder, fields.optional("issuedAt", time)?, RevocationBuilder::issued_at);
    if let Some(meta) = fields.get("meta") {
        builder = builder.with_encoded_meta(input.part(meta)?);
    }
    Ok(RawUnsigned::invocation(builder.to_sign(issuer(fields)?)?))
}

/// A receipt to be signed. The question: `{issuer, ran, ok or error, issuedAt, expires, nonce, releaseCandidate}`.
fn receipt(input: &Input) -> Result<RawUnsigned, Fault> {
    let fields = input.fields();
    let out = Fields::of(fields.required("out", |_, view| Ok(view))?);
    // A result may be `null`, which is not the same as none.
    let results: Results = match (out.even_null("ok"), out.even_null("error")) {
        (Some(value), None) => Outcome::Ok(value).into(),
        (None, Some(value)) => Outcome::Error(value).into(),
        _ => return Err(Fault::argument("out", "`ok` or `error`, and not both")),
    };
    let mut builder = Receipt::builder(fields.cid("ran")?, results).version(fields.version());
    builder = given(builder, fields.optional("issuedAt", time)?, ReceiptBuilder::issued_at);
    builder = given(builder, fields.optional("expires", time)?, ReceiptBuilder::expires);
    builder = given(builder, fields.nonce()?, ReceiptBuilder::nonce);
    Ok(RawUnsigned::invocation(builder.to_sign(issuer(fields)?)?))
}

/// Who signs: `{did, key: [algorithm, bytes]}`.
pub(crate) fn issuer(fields: Fields<'_>) -> Result<Issuer, Fault> {
    let issuer = Fields::of(fields.required("issuer", |_, view| Ok(view))?);
    Ok(Issuer::new(issuer.did("did")?, issuer.required("key", public_key)?)?)
}

pub(crate) fn delegation_builder(input: &Input) -> Result<DelegationBuilder, Fault> {
    let fields = input.fields();
    let subject = fields.optional("subject", did)?.map_or(Subject::Powerline, Subject::Did);
    let mut builder = Delegation::builder(fields.did("audience")?, subject, fields.command("command")?)
        .version(fields.version());
    if let Some(policy) = fields.get("policy") {
        builder = builder.policy(allod::Policy::from_view(policy)?);
    }
    if let Some(under) = fields.optional("under", crate::input::bytes)? {
        builder = builder.under(&*Token::<Delegation>::parse(under)?);
    }
    builder = given(builder, fields.optional("expires", time)?, DelegationBuilder::expires);
    builder = given(builder, fields.optional("notBefore", time)?, DelegationBuilder::not_before);
    builder = given(builder, fields.nonce()?, DelegationBuilder::nonce);
    if let Some(meta) = fields.get("meta") {
        builder = builder.with_encoded_meta(input.part(meta)?);
    }
    Ok(builder)
}

pub(crate) fn invocation_builder(input: &Input) -> Result<InvocationBuilder, Fault> {
    let fields = input.fields();
    let mut builder = Invocation::builder(fields.did("subject")?, fields.command("command")?)
        .proofs(fields.each("proofs", cid)?)
        .version(fields.version());
    if let Some(arguments) = fields.get("arguments") {
        builder = builder.with_encoded_arguments(input.part(arguments)?);
    }
    if let Some(meta) = fields.get("meta") {
        builder = builder.with_encoded_meta(input.part(meta)?);
    }
    builder = given(builder, fields.optional("audience", did)?, InvocationBuilder::audience);
    builder = given(builder, fields.optional("expires", time)?, InvocationBuilder::expires);
    builder = given(builder, fields.optional("notBefore", time)?, InvocationBuilder::not_before);
    builder = given(builder, fields.optional("issuedAt", time)?, InvocationBuilder::issued_at);
    builder = given(builder, fields.optional("cause", cid)?, InvocationBuilder::cause);
    Ok(given(builder, fields.nonce()?, InvocationBuilder::nonce))
}

/// The builder with what is given; as it is where nothing is.
fn given<B, T>(builder: B, value: Option<T>, set: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}
