//! Who takes part: keys of three kinds under did:key and did:web, and names that are nobody's.

use std::collections::BTreeMap;

use allod::identity::{Algorithm, PublicKey};
use allod::wire::{multibase::base58btc_encode, varint};
use allod_model::{Document, Name};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

use super::draws::Draws;
use crate::forge::{Principal, ed, k256, p256};

/// Someone who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Their DID.
    pub(super) did: String,
    /// The key they sign with.
    pub(super) key: Principal,
}

/// Every name that occurs and what it is, and the documents that come along.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    pub(super) names: BTreeMap<String, Name>,
    pub(super) documents: BTreeMap<String, Document>,
}

impl People {
    /// Anyone: one of a few dozen, so that the same come up again.
    pub(super) fn anyone(&mut self, draws: &mut Draws) -> Person {
        let key = key(draws);
        if draws.one_in(12) {
            return self.site(draws, key);
        }
        self.of_key(key)
    }

    /// The owner of this key, by its did:key.
    pub(super) fn of_key(&mut self, key: Principal) -> Person {
        let did = key.known().1.clone();
        self.names.insert(did.clone(), Name::Key(algorithm(key)));
        Person { did, key }
    }

    /// A did:web with a document that has the key, for everything or for something.
    fn site(&mut self, draws: &mut Draws, key: Principal) -> Person {
        let did = format!("did:web:{}.example", draws.pick(&["a", "b", "c"]));
        self.names.insert(did.clone(), Name::Web);
        let own = self.of_key(key).did;
        let other = {
            let key = self::key(draws);
            self.of_key(key).did
        };
        let document = self.documents.entry(did.clone()).or_default();
        for method in [other, own.clone()] {
            if document.methods.len() < 6 && !document.methods.contains(&method) {
                document.methods.push(method);
            }
        }
        // Whoever comes last may find their key left out: that is for others to judge.
        let listed = |draws: &mut Draws| match draws.below(16) {
            0..=9 => None,
            15 => Some(Vec::new()),
            14 => Some(document.methods.iter().take(1).cloned().collect()),
            _ => Some(document.methods.clone()),
        };
        let (delegation, invocation) = (listed(draws), listed(draws));
        document.delegation = delegation;
        document.invocation = invocation;
        Person { did, key }
    }

    /// Takes up a name that is not a person's.
    pub(super) fn name(&mut self, text: &str, name: Name) {
        self.names.entry(text.to_owned()).or_insert(name);
    }
}

/// Any key: mostly Ed25519, which is quick.
pub(super) fn key(draws: &mut Draws) -> Principal {
    let make = match draws.below(20) {
        18 => k256,
        19 => p256,
        _ => ed,
    };
    make(u8::try_from(1 + draws.below(12)).unwrap_or(1))
}

pub(super) const fn algorithm(key: Principal) -> allod_model::Algorithm {
    match key.algorithm {
        Algorithm::Ed25519 => allod_model::Algorithm::Ed25519,
        Algorithm::P256 => allod_model::Algorithm::P256,
        Algorithm::Secp256k1 => allod_model::Algorithm::Secp256k1,
    }
}

pub(super) const fn header(key: Principal) -> Option<allod_model::Algorithm> {
    Some(algorithm(key))
}

/// Names that are nobody's, and what they are. Those made from a person's would be that person, were they
/// read with less care.
pub(super) fn strange_name(draws: &mut Draws, near: &str) -> (String, Name) {
    match draws.below(30) {
        0 => (format!("{near}#key"), Name::Malformed),
        1 => (format!("{near}/path"), Name::Malformed),
        2 => (format!("{near}?query"), Name::Malformed),
        3 => (format!("{near} "), Name::Malformed),
        4 => (String::new(), Name::Malformed),
        5 => ("did:key:".into(), Name::Malformed),
        6 => (near.replacen("did:", "DID:", 1), Name::Malformed),
        7 => ("did:web:Example.com".into(), Name::Malformed),
        8 => ("did:web:example.com%3a80".into(), Name::Malformed),
        9 => ("did:web:example.com%3A443".into(), Name::Malformed),
        10 => (format!("did:web:{}", "a".repeat(2041)), Name::TooLong),
        11 => (weak_ed25519(1), Name::Unusable(allod_model::Algorithm::Ed25519)),
        12 => (weak_ed25519(0), Name::Unusable(allod_model::Algorithm::Ed25519)),
        13 => (off_curve(Algorithm::P256), Name::Unusable(allod_model::Algorithm::P256)),
        14 => (off_curve(Algorithm::Secp256k1), Name::Unusable(allod_model::Algorithm::Secp256k1)),
        15 => (did_key(0xec, &[9; 32]), Name::Agreement),
        16 => ("did:plc:ewvi7nxzyoun6zhxrhs64oiz".into(), Name::Unsupported),
        17 => (did_key(0x1205, &[3; 270]), Name::Unsupported),
        18 => (did_key(0x1201, &[2; 49]), Name::Unsupported),
        19 => (did_key(0xed, &[7; 31]), Name::Malformed),
        20 => ("did:web:nobody.example".into(), Name::Web),
        21 => (did_key(0x1200, &[5; 33]), Name::Malformed),
        // y past the prime: another spelling of a small y.
        22 => {
            let mut key = [0xff; 32];
            (key[0], key[31]) = (0xee, 0x7f);
            (did_key(0xed, &key), Name::Malformed)
        }
        23 => (near.replacen(":z", ":", 1), Name::Malformed),
        // x of 0 with a sign: another spelling of a point of small order.
        29 => {
            let mut key = [0; 32];
            (key[0], key[31]) = (1, 0x80);
            (did_key(0xed, &key), Name::Malformed)
        }
        24 => (did_key(0xe7, &[4; 65]), Name::Malformed),
        // One key in other spellings: other alphabets, and a zero before it.
        25 => (format!("did:key:u{}", BASE64URL_NOPAD.encode(&known_key())), Name::Malformed),
        26 => (format!("did:key:f{}", HEXLOWER.encode(&known_key())), Name::Malformed),
        27 => (format!("did:key:z1{}", base58btc_encode(&known_key())), Name::Malformed),
        28 => (format!("did:key:Z{}", base58btc_encode(&known_key())), Name::Malformed),
        _ => unreachable!("there are thirty"),
    }
}

/// The did:key of a point of small order: y is 1 (the identity) or 0.
pub(super) fn weak_ed25519(y: u8) -> String {
    let mut key = [0; 32];
    key[0] = y;
    did_key(0xed, &key)
}

/// The bytes in somebody's did:key.
fn known_key() -> Vec<u8> {
    let key = ed(1);
    [&[0xed, 1], &key.known().0.public_key().to_bytes()[..]].concat()
}

fn did_key(multicodec: u64, key: &[u8]) -> String {
    let mut bytes = Vec::new();
    varint::write(multicodec, &mut bytes);
    bytes.extend(key);
    format!("did:key:z{}", base58btc_encode(&bytes))
}

/// A compressed point whose x is on no point of the curve: the first there is.
fn off_curve(algorithm: Algorithm) -> String {
    let multicodec = if algorithm == Algorithm::P256 { 0x1200 } else { 0xe7 };
    let mut key = [0; 33];
    key[0] = 2;
    for x in 1..=u8::MAX {
        key[32] = x;
        if PublicKey::from_bytes(algorithm, &key).is_err() {
            return did_key(multicodec, &key);
        }
    }
    unreachable!("half of all x are on no point")
}
