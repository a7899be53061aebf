//! What `allod/lite` has in the place of `whole/`: it says what is not there.

use allod::SigningKey;
use allod::ucan::Issuer;
use allod_crossing::whole::absent;
use allod_crossing::{Fault, Input};
use zeroize::Zeroizing;

use crate::unsigned::RawUnsigned;

/// Of what only the whole makes, nothing.
pub(crate) fn to_sign(what: &str, _input: &Input, _issuer: Issuer) -> Result<Vec<RawUnsigned>, Fault> {
    Err(absent(what))
}

/// No key: there is no JSON.
pub(crate) fn from_jwk(_jwk: Option<&[u8]>) -> Result<SigningKey, Fault> {
    Err(absent("jwk"))
}

/// Nothing, which is no JWK. The glue does not ask for it.
pub(crate) fn to_jwk(_key: &SigningKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::default()
}
