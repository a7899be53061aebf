//! Tokens in the making: what is to be signed, and what becomes of it with a signature.

use allod::ucan::{Delegation, Invocation, Unsigned};
use allod_crossing::{Fault, Input, make};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{named, thrown, whole};

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
    ///
    /// # Errors
    /// What went wrong, for the glue to make an error of.
    pub fn attach(self, signature: &[u8]) -> Result<Vec<u8>, JsValue> {
        let attached = match self.0 {
            Kind::Delegation(unsigned) => unsigned.attach(signature).map(|token| token.as_bytes().to_vec()),
            Kind::Invocation(unsigned) => unsigned.attach(signature).map(|token| token.as_bytes().to_vec()),
        };
        attached.map_err(|error| thrown(error.into()))
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

/// Tokens to be signed: one, or of a device several. Each question is that of the builder in `allod_crossing::make` or `whole::make`, and names
/// its issuer as `{did, key: [algorithm, bytes]}`.
///
/// # Errors
/// What went wrong, for the glue to make an error of.
#[wasm_bindgen]
pub fn unsigned(question: Vec<u8>) -> Result<Vec<RawUnsigned>, JsValue> {
    let (what, question) = named(question);
    to_sign(&what, question).map_err(thrown)
}

fn to_sign(what: &str, question: Vec<u8>) -> Result<Vec<RawUnsigned>, Fault> {
    let input = &Input::read(question)?;
    let issuer = make::issuer(input.fields())?;
    Ok([match what {
        "delegation" => RawUnsigned::delegation(make::delegation_builder(input)?.to_sign(issuer)?),
        "invocation" => RawUnsigned::invocation(make::invocation_builder(input)?.to_sign(issuer)?),
        "revocation" => RawUnsigned::invocation(make::revocation_builder(input)?.to_sign(issuer)?),
        _ => return whole::to_sign(what, input, issuer),
    }]
    .into())
}
