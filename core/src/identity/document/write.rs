//! Documents as JSON.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{DidDocument, MethodKey, Relationship, VerificationMethod};
use crate::identity::did_key;

impl DidDocument {
    /// The document as compact JSON, every key as a Multikey.
    ///
    /// A document that was parsed prints what was understood of it, not what was received.
    #[must_use]
    pub fn to_json(&self) -> String {
        // DIDs, fragments and Multikeys hold no character that JSON escapes: the parsers see to it.
        let did = self.id.to_string();
        let listed = self.methods.iter().filter(|method| method.listed);
        let listed: Vec<_> = listed.map(|method| object(method, &did)).collect();
        let mut members = Vec::from([
            r#""@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"]"#
                .to_string(),
            format!(r#""id":"{did}""#),
            format!(r#""verificationMethod":[{}]"#, listed.join(",")),
        ]);
        for relationship in Relationship::ALL {
            let Some(related) = self.related(relationship) else {
                continue;
            };
            let entries: Vec<_> = related
                .map(
                    |method| {
                        if method.listed { format!(r#""{}""#, method.id) } else { object(method, &did) }
                    },
                )
                .collect();
            members.push(format!(r#""{}":[{}]"#, relationship.name(), entries.join(",")));
        }
        format!("{{{}}}", members.join(","))
    }
}

impl MethodKey {
    /// The key as a Multikey.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        match self {
            Self::Signing(key) => key.to_multikey(),
            Self::Agreement(key) => did_key::to_multikey(&key.to_compressed()),
        }
    }
}

fn object(method: &VerificationMethod, did: &str) -> String {
    format!(
        r#"{{"id":"{}","type":"Multikey","controller":"{did}","publicKeyMultibase":"{}"}}"#,
        method.id,
        method.key.to_multikey()
    )
}
