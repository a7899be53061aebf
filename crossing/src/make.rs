//! Tokens in the making: builders from questions.

use allod::ucan::{Delegation, DelegationBuilder, Invocation, InvocationBuilder, Issuer, RevocationBuilder};
use allod::{Revocation, Subject, Token};

use crate::fault::Fault;
use crate::input::{Fields, Input, cid, did, public_key, time};

/// Who signs: `{did, key: [algorithm, bytes]}`.
pub fn issuer(fields: Fields<'_>) -> Result<Issuer, Fault> {
    let issuer = Fields::of(fields.required("issuer", |_, view| Ok(view))?);
    Ok(Issuer::new(issuer.did("did")?, issuer.required("key", public_key)?)?)
}

/// The question: `{audience, subject, command, policy, expires, notBefore, nonce, meta, under, releaseCandidate}`; without a
/// subject it is a powerline.
pub fn delegation_builder(input: &Input) -> Result<DelegationBuilder, Fault> {
    let fields = input.fields();
    let subject = fields.optional("subject", did)?.map_or(Subject::Powerline, Subject::Did);
    let mut builder = Delegation::builder(fields.did("audience")?, subject, fields.command("command")?)
        .version(fields.version()?);
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

/// The question: `{subject, command, audience, arguments, proofs, expires, notBefore, issuedAt, cause, nonce, meta,
/// releaseCandidate}`.
pub fn invocation_builder(input: &Input) -> Result<InvocationBuilder, Fault> {
    let fields = input.fields();
    let mut builder = Invocation::builder(fields.did("subject")?, fields.command("command")?)
        .proofs(fields.each("proofs", cid)?)
        .version(fields.version()?);
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

/// The question: `{revoke, subject, path, proofs, issuedAt, meta, releaseCandidate}`.
pub fn revocation_builder(input: &Input) -> Result<RevocationBuilder, Fault> {
    let fields = input.fields();
    let mut builder = Revocation::builder(fields.cid("revoke")?, fields.did("subject")?)
        .proofs(fields.each("proofs", cid)?)
        .version(fields.version()?);
    if fields.get("path").is_some() {
        builder = builder.path(fields.each("path", cid)?);
    }
    builder = given(builder, fields.optional("issuedAt", time)?, RevocationBuilder::issued_at);
    if let Some(meta) = fields.get("meta") {
        builder = builder.with_encoded_meta(input.part(meta)?);
    }
    Ok(builder)
}

/// The builder with what is given; as it is where nothing is.
pub fn given<B, T>(builder: B, value: Option<T>, set: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}
