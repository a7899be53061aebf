//! What the whole has besides what is in `allod/lite`.

mod machine;

use allod::SigningKey;
use allod::ucan::Issuer;
use allod_crossing::whole::make;
use allod_crossing::{Fault, Fields, Input};
use zeroize::Zeroizing;

use crate::unsigned::RawUnsigned;

/// Receipts, and of a device its delegations.
pub(crate) fn to_sign(what: &str, input: &Input, issuer: Issuer) -> Result<Vec<RawUnsigned>, Fault> {
    if what == "receipt" {
        return Ok([RawUnsigned::invocation(make::receipt_builder(input)?.to_sign(issuer)?)].into());
    }
    let oneself = Fields::of(input.fields().required("issuer", |_, view| Ok(view))?).did("did")?;
    let delegations = make::device_link(input)?.delegations(&oneself).into_iter();
    delegations.map(|builder| Ok(RawUnsigned::delegation(builder.to_sign(issuer.clone())?))).collect()
}

/// A key out of a JWK, in UTF-8.
pub(crate) fn from_jwk(jwk: Option<&[u8]>) -> Result<SigningKey, Fault> {
    let jwk = jwk.and_then(|jwk| core::str::from_utf8(jwk).ok());
    Ok(SigningKey::from_jwk(jwk.ok_or_else(|| Fault::argument("jwk", "a text"))?)?)
}

/// The secret as a JWK, in UTF-8.
pub(crate) fn to_jwk(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(key.danger_export_jwk().as_bytes().to_vec())
}
