//! What comes in from others, and what goes to a device of one's own.

use allod::Container;
use allod::agent::{DeviceLink, Genuine};

use crate::fault::Fault;
use crate::input::{Fields, Input, time};
use crate::output::Answer;
use crate::unsigned::{RawUnsigned, issuer};

/// What in a container is genuine. The question: `{container, documents}`.
pub(crate) fn genuine(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let container = Container::read(fields.bytes("container")?)?;
    let genuine = Genuine::in_container(&container, &fields.documents()?);
    let mut answer = Answer::of(3);
    answer.list("delegations", &genuine.delegations, |out, token| out.bytes(token.as_bytes()));
    answer.list("receipts", &genuine.receipts, |out, receipt| out.bytes(receipt.token().as_bytes()));
    answer.list("refused", &genuine.refused, |out, (cid, code)| {
        out.list_head(2);
        out.bytes(&cid.to_bytes());
        out.string(code.name());
    });
    Ok(answer.done())
}

/// The delegations to be signed that make a device speak for one. The question: `{issuer, device, command, expires,
/// asOneself, mayRevoke}`.
pub(crate) fn device(input: &Input) -> Result<Vec<RawUnsigned>, Fault> {
    let fields = input.fields();
    let mut link = DeviceLink::to(fields.did("device")?);
    if fields.get("command").is_some() {
        link = link.only(fields.command("command")?);
    }
    if let Some(value) = fields.optional("expires", time)? {
        link = link.expires(value);
    }
    link = if fields.flag("asOneself") { link.as_oneself() } else { link };
    link = if fields.flag("mayRevoke") { link.may_revoke() } else { link };
    let issuer = issuer(fields)?;
    let oneself = Fields::of(fields.required("issuer", |_, view| Ok(view))?).did("did")?;
    let unsigned = |builder: allod::ucan::DelegationBuilder| {
        Ok(RawUnsigned::delegation(builder.to_sign(issuer.clone())?))
    };
    link.delegations(&oneself).into_iter().map(unsigned).collect()
}
