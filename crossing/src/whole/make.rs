//! What else is made: receipts, and links to devices.

use allod::Receipt;
use allod::agent::DeviceLink;
use allod::ucan::{Outcome, ReceiptBuilder, Results};

use crate::fault::Fault;
use crate::input::{Fields, Input, time};
use crate::make::given;

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
