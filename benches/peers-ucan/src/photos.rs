//! What the tokens of the peer are about, as it wants it: a resource and what is done with it.

use std::fmt;

use anyhow::{Error, anyhow};
use ucan::capability::{Ability, CapabilitySemantics, Scope};
use url::Url;

/// The meaning of capabilities on photos.
pub struct Photos;

/// Whose photos.
#[derive(Clone, PartialEq)]
pub struct Owner(String);

/// What is done with them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read;

impl CapabilitySemantics<Owner, Read> for Photos {}

impl Scope for Owner {
    fn contains(&self, other: &Self) -> bool {
        self == other
    }
}

impl TryFrom<Url> for Owner {
    type Error = Error;

    fn try_from(url: Url) -> Result<Self, Error> {
        match url.scheme() {
            "photos" => Ok(Self(url.path().into())),
            scheme => Err(anyhow!("{scheme} are no photos")),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "photos:{}", self.0)
    }
}

impl Ability for Read {}

impl TryFrom<String> for Read {
    type Error = Error;

    fn try_from(ability: String) -> Result<Self, Error> {
        if ability == "photos/read" { Ok(Self) } else { Err(anyhow!("{ability} is not to read")) }
    }
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("photos/read")
    }
}
