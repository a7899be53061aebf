//! A token in the making, twice: as bytes for the validator, as claims for the model.

use std::collections::BTreeMap;

use allod::wire::{Cid, Ipld};
use allod_model::{Algorithm, Claims, Content, Token};

use super::people::{Person, header};
use super::world::Twist;
use crate::forge::Forge;

/// A token in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The bytes.
    pub(super) forge: Forge,
    /// The claims.
    claims: BTreeMap<String, Ipld>,
    /// What the header announces.
    pub(super) header: Option<Algorithm>,
    /// The did:key of the key that signs; `None` once the signature is spoilt.
    pub(super) signed_by: Option<String>,
    /// The code of a fault that leaves nothing to read.
    pub(super) unreadable: Option<&'static str>,
    /// The policy takes more steps than there are.
    pub(super) endless: bool,
    /// A policy in this world is without end, and this token's policy and arguments stay as they are: those of
    /// others could come to the end of the budget as well, which a model does not see.
    pub(super) frozen: bool,
    /// A fault that keeps it from decoding is there: one is enough, for which of two comes first is nobody's
    /// promise.
    pub(super) spoilt: bool,
    /// A name in it is too long to be read: it keeps its signature and header, for which of two comes first is
    /// nobody's promise here either.
    pub(super) overlong: bool,
}

impl Draft {
    pub(super) fn delegation(from: &Person, to: &str, subject: Option<&str>, command: &str) -> Self {
        let mut forge = Forge::delegation(from.key, to, subject, command);
        forge.set("iss", from.did.as_str());
        let claims = [
            ("aud", Ipld::String(to.into())),
            ("cmd", Ipld::String(command.into())),
            ("exp", Ipld::Null),
            ("iss", Ipld::String(from.did.clone())),
            ("pol", Ipld::List(Vec::new())),
            ("sub", subject.map_or(Ipld::Null, |subject| Ipld::String(subject.into()))),
            ("nonce", Ipld::Bytes(vec![from.key.seed; 12])),
        ];
        Self::with(forge, from, claims)
    }

    pub(super) fn invocation(from: &Person, subject: &str, command: &str) -> Self {
        let mut forge = Forge::invocation(from.key, subject, command, &[]);
        forge.set("iss", from.did.as_str());
        let claims = [
            ("args", Ipld::Map(BTreeMap::new())),
            ("cmd", Ipld::String(command.into())),
            ("exp", Ipld::Null),
            ("iss", Ipld::String(from.did.clone())),
            ("prf", Ipld::List(Vec::new())),
            ("sub", Ipld::String(subject.into())),
            ("nonce", Ipld::Bytes(vec![from.key.seed; 12])),
        ];
        Self::with(forge, from, claims)
    }

    fn with<const N: usize>(forge: Forge, from: &Person, claims: [(&str, Ipld); N]) -> Self {
        Self {
            forge,
            claims: claims.into_iter().map(|(field, value)| (field.to_owned(), value)).collect(),
            header: header(from.key),
            signed_by: Some(from.key.known().1.clone()),
            unreadable: None,
            endless: false,
            frozen: false,
            spoilt: false,
            overlong: false,
        }
    }

    /// Sets a claim.
    pub(super) fn set(&mut self, field: &str, value: impl Into<Ipld>) {
        let value = value.into();
        // Another policy, another number of steps.
        self.endless &= field != "pol";
        self.forge.set(field, value.clone());
        self.claims.insert(field.into(), value);
    }

    /// Removes a claim.
    pub(super) fn remove(&mut self, field: &str) {
        self.forge.remove(field);
        self.claims.remove(field);
    }

    /// A claim.
    pub(super) fn claim(&self, field: &str) -> Option<&Ipld> {
        self.claims.get(field)
    }

    /// A claim that is text.
    pub(super) fn text(&self, field: &str) -> &str {
        match self.claims.get(field) {
            Some(Ipld::String(text)) => text,
            _ => "",
        }
    }

    /// Takes something away.
    pub(super) fn twist(&mut self, twist: &Twist) {
        match twist {
            Twist::Statement(statement) => {
                let mut policy = match self.claims.get("pol") {
                    Some(Ipld::List(policy)) => policy.clone(),
                    _ => Vec::new(),
                };
                policy.push(statement.clone());
                self.set("pol", Ipld::List(policy));
            }
            Twist::Expiry(end) => {
                let end = match self.claims.get("exp") {
                    Some(Ipld::Integer(there)) => (*there).min((*end).into()),
                    _ => (*end).into(),
                };
                self.set("exp", Ipld::Integer(end));
            }
            Twist::Command(below) => {
                let command = self.text("cmd").trim_end_matches('/').to_owned();
                self.set("cmd", format!("{command}{below}"));
            }
        }
    }

    /// The fields there are.
    pub(super) fn fields(&self) -> Vec<String> {
        self.claims.keys().cloned().collect()
    }

    /// Has another key sign, under the header that fits it.
    pub(super) fn sign_with(&mut self, key: crate::forge::Principal) {
        self.forge.signer = key;
        self.forge.header = key.header();
        self.header = header(key);
        self.signed_by = Some(key.known().1.clone());
    }

    /// The bytes, and what the model is told of them.
    pub(super) fn finish(self) -> (Vec<u8>, Token) {
        let bytes = self.forge.bytes();
        let content = match self.unreadable {
            Some(code) => Content::Unreadable(code),
            None => Content::Sound(Claims {
                payload: self.claims,
                header: self.header,
                signed_by: self.signed_by,
                policy_is_endless: self.endless,
            }),
        };
        let token = Token { cid: Cid::of(&bytes).into(), content };
        (bytes, token)
    }
}
