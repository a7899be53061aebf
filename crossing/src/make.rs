//! Tokens in the making: builders from questions.

use allod::agent::DeviceLink;
use allod::ucan::{
    Delegation, DelegationBuilder, Invocation, InvocationBuilder, Issuer, Outcome, ReceiptBuilder, Results,
    RevocationBuilder,
};
use allod::{Receipt, Revocation, Subject, Token};

use crate::fault::Fault;
use crate::input::{Fields, Input, cid, did, public_key, time};
use crate::output::Answer;

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

/// The question: `{ran, out: {ok or error}, issuedAt, expires, nonce, releaseCandidate}`.
pub fn receipt_builder(input: &Input) -> Result<ReceiptBuilder, Fault> {
    let fields = input.fields();
    let out = Fields::of(fields.required("out", |_, view| Ok(view))?);
    // A result may be `null`, which is not the same as none.
    let results: Results = match (out.even_null("ok"), out.even_null("error")) {
        (Some(value), None) => Outcome::Ok(value).into(),
        (None, Some(value)) => Outcome::Error(value).into(),
        _ => return Err(Fault::argument("out", "`ok` or `error`, and not both")),
    };
    let mut builder = Receipt::builder(fields.cid("ran")?, results).version(fields.version()?);
    builder = given(builder, fields.optional("issuedAt", time)?, ReceiptBuilder::issued_at);
    builder = given(builder, fields.optional("expires", time)?, ReceiptBuilder::expires);
    Ok(given(builder, fields.nonce()?, ReceiptBuilder::nonce))
}

/// How a device is to be linked. The question: `{device, command, expires, asOneself, mayRevoke}`.
pub fn device_link(input: &Input) -> Result<DeviceLink, Fault> {
    let fields = input.fields();
    let mut link = DeviceLink::to(fields.did("device")?);
    if fields.get("command").is_some() {
        link = link.only(fields.command("command")?);
    }
    if let Some(value) = fields.optional("expires", time)? {
        link = link.expires(value);
    }
    link = if fields.flag("asOneself")? { link.as_oneself() } else { link };
    Ok(if fields.flag("mayRevoke")? { link.may_revoke() } else { link })
}

/// What is legal but risky in a delegation, in words. The question is that of [`delegation_builder`].
pub fn lints(input: &Input) -> Result<Vec<u8>, Fault> {
    let lints = delegation_builder(input)?.lints();
    let mut answer = Answer::of(1);
    answer.list("lints", &lints, |out, lint| out.string(&lint.to_string()));
    Ok(answer.done())
}

/// The builder with what is given; as it is where nothing is.
fn given<B, T>(builder: B, value: Option<T>, set: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}
