//! How a world reaches the validator: as tokens in any state, or in a container, sound or broken.

use std::collections::BTreeMap;
use std::io::Write;

use allod::wire::Cid;
use allod_model::{Content, Document};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::draws::Draws;
use super::world::{Plan, Proofs};
use crate::forge::{Forge, head, text};

/// What the validator gets.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Tokens, each in a state, and the invocation.
    Tokens(Vec<(Vec<u8>, State)>, Vec<u8>),
    /// A container.
    Container(Vec<u8>),
}

/// In which state a token is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As bytes.
    Bytes,
    /// Decoded, if it decodes.
    Decoded,
    /// Verified, if it verifies.
    Verified,
}

/// A fault of containers, by its name.
pub(super) type Fault = (&'static str, Damage);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    NoInvocation,
    TwoInvocations,
    OtherKey,
    SecondEntry,
    NoList,
    BytesAfter,
    LongHead,
    Indefinite,
    TextToken,
    UnknownEncoding,
    NotTheEncoding,
    Padding,
    SecondMember,
    Cut,
    Empty,
    Checksum,
    Length,
    TooLarge,
    TooManyTokens,
}

impl Damage {
    const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::TooManyTokens => "budget-exceeded",
            _ => "malformed",
        }
    }
}

pub(super) const FAULTS: &[Fault] = &[
    ("container-without-an-invocation", Damage::NoInvocation),
    ("container-with-two-invocations", Damage::TwoInvocations),
    ("container-under-another-key", Damage::OtherKey),
    ("container-with-a-second-entry", Damage::SecondEntry),
    ("container-without-a-list", Damage::NoList),
    ("container-with-bytes-after-it", Damage::BytesAfter),
    ("container-in-long-form", Damage::LongHead),
    ("container-of-indefinite-length", Damage::Indefinite),
    ("container-of-text", Damage::TextToken),
    ("container-in-an-unknown-encoding", Damage::UnknownEncoding),
    ("container-in-another-encoding-than-it-says", Damage::NotTheEncoding),
    ("container-padded-otherwise", Damage::Padding),
    ("container-with-a-second-member", Damage::SecondMember),
    ("container-cut", Damage::Cut),
    ("container-empty", Damage::Empty),
    ("container-with-another-checksum", Damage::Checksum),
    ("container-of-another-length-than-it-says", Damage::Length),
    ("container-too-large", Damage::TooLarge),
    ("container-of-too-many-tokens", Damage::TooManyTokens),
];

/// Hands it over. With it, the code if what is handed over cannot be read at all.
pub(super) fn deliver(
    draws: &mut Draws,
    plan: &Plan,
    proofs: &Proofs,
    (invocation, told, reserved): (&[u8], &allod_model::Token, bool),
    faults: &[Fault],
    done: &mut Vec<&'static str>,
) -> (Delivery, Option<&'static str>) {
    let mut tokens: Vec<Vec<u8>> = proofs.tokens.iter().map(|(bytes, _)| bytes.clone()).collect();
    // Bystanders change nothing.
    for _ in 0..draws.pick(&[0, 0, 0, 1, 2]) {
        tokens.push(match draws.below(3) {
            0 => vec![0xff; 30],
            1 => b"no token".to_vec(),
            _ => {
                let key = crate::forge::ed(98);
                Forge::delegation(key, &plan.executor, Some(&key.text()), "/").bytes()
            }
        });
    }
    for at in 0..tokens.len() {
        if draws.one_in(5) {
            tokens.push(tokens[at].clone());
        }
        let other = draws.below(tokens.len());
        tokens.swap(at, other);
    }
    if faults.is_empty() && !draws.one_in(4) {
        let state = |draws: &mut Draws| draws.pick(&[State::Bytes, State::Decoded, State::Verified]);
        let tokens = tokens.into_iter().map(|bytes| (bytes, state(draws))).collect();
        return (Delivery::Tokens(tokens, invocation.to_vec()), None);
    }
    let at = draws.below(tokens.len() + 1);
    tokens.insert(at, invocation.to_vec());
    // Where the first does not count, the second might be the only one.
    let counts = matches!(told.content, Content::Sound(_)) && !reserved;
    let possible = |fault: &&Fault| counts || fault.1 != Damage::TwoInvocations;
    let damage = faults.iter().find(possible).map(|(name, damage)| {
        done.push(name);
        *damage
    });
    let withheld = match damage {
        Some(damage) => Some(damage.code()),
        None => undecidable(proofs, reserved),
    };
    (Delivery::Container(container(draws, tokens, at, damage)), withheld)
}

/// Why nobody can tell from a container what is asked, where that is so: it tells its invocations by their
/// tags.
fn undecidable(proofs: &Proofs, reserved: bool) -> Option<&'static str> {
    // With a delegation that carries an invocation's tag there are two, or one of them is no invocation.
    let posing = proofs.tokens.iter().any(|(bytes, _)| proofs.posing.contains(&Cid::of(bytes)));
    (reserved || posing).then_some("malformed")
}

/// Commands of the specification's own are no requests, also where the rest cannot be read.
pub(super) fn is_reserved(command: &str) -> bool {
    command == "/ucan/revoke" || command == "/ucan/assert" || command.starts_with("/ucan/assert/")
}

fn container(
    draws: &mut Draws,
    mut tokens: Vec<Vec<u8>>,
    invocation: usize,
    damage: Option<Damage>,
) -> Vec<u8> {
    match damage {
        Some(Damage::NoInvocation) => {
            tokens.remove(invocation);
        }
        Some(Damage::TwoInvocations) => {
            let key = crate::forge::ed(97);
            tokens.push(Forge::invocation(key, &key.text(), "/x", &[]).bytes());
        }
        Some(Damage::Empty) => tokens.clear(),
        Some(Damage::TooLarge) => tokens.push(vec![0; 1024 * 1024]),
        Some(Damage::TooManyTokens) => tokens.resize(4097 + draws.below(2), Vec::new()),
        _ => {}
    }
    let mut bytes = head(5, if damage == Some(Damage::SecondEntry) { 2 } else { 1 });
    bytes.extend(text(if damage == Some(Damage::OtherKey) { "ctn-v2" } else { "ctn-v1" }));
    let count = tokens.len() as u64;
    match damage {
        Some(Damage::NoList) => bytes.extend(head(2, 0)),
        Some(Damage::LongHead) => bytes.extend([0x9a, 0, 0, 0, u8::try_from(count).unwrap_or(0)]),
        Some(Damage::Indefinite) => bytes.push(0x9f),
        _ => bytes.extend(head(4, count)),
    }
    if damage != Some(Damage::NoList) {
        for token in &tokens {
            bytes.extend(head(if damage == Some(Damage::TextToken) { 3 } else { 2 }, token.len() as u64));
            bytes.extend(token);
        }
    }
    match damage {
        Some(Damage::Indefinite) => bytes.push(0xff),
        Some(Damage::SecondEntry) => bytes.extend([text("ctn-v2"), head(4, 0)].concat()),
        Some(Damage::BytesAfter) => bytes.push(0),
        Some(Damage::Cut) => bytes.truncate(draws.below(bytes.len().min(0xffff))),
        _ => {}
    }
    framed(draws, &bytes, damage)
}

fn framed(draws: &mut Draws, bytes: &[u8], damage: Option<Damage>) -> Vec<u8> {
    let encoding = match damage {
        Some(Damage::SecondMember | Damage::Checksum | Damage::Length) => draws.pick(b"MOP"),
        Some(Damage::Padding) => draws.pick(b"BC"),
        _ => draws.pick(b"@BCMOP"),
    };
    let packed = match encoding {
        b'@' | b'B' | b'C' => bytes.to_vec(),
        _ => {
            let mut packed = gzip(bytes);
            // The last eight bytes are the checksum and the length.
            let end = packed.len() - 8;
            match damage {
                Some(Damage::SecondMember) => packed.extend(gzip(b"")),
                Some(Damage::Checksum) => packed[end + draws.below(4)] ^= 1,
                Some(Damage::Length) => packed[end + 4 + draws.below(4)] ^= 1,
                _ => {}
            }
            packed
        }
    };
    let body = match encoding {
        // One character more or less than the encoding has.
        _ if damage == Some(Damage::Padding) => {
            let bare = BASE64_NOPAD.encode(&packed);
            let bare = if encoding == b'C' { BASE64URL_NOPAD.encode(&packed) } else { bare };
            let padded = BASE64.encode(&packed);
            let sound = if encoding == b'C' { bare.clone() } else { padded };
            (if bare == sound { bare + "=" } else { bare }).into_bytes()
        }
        b'B' | b'O' => BASE64.encode(&packed).into_bytes(),
        b'C' | b'P' => BASE64URL_NOPAD.encode(&packed).into_bytes(),
        _ => packed,
    };
    let announced = match damage {
        Some(Damage::UnknownEncoding) => draws.pick(b"ADEQ \0"),
        Some(Damage::NotTheEncoding) => match encoding {
            b'@' => draws.pick(b"BCMOP"),
            b'B' | b'C' => draws.pick(b"@MOP"),
            b'M' => draws.pick(b"@BCOP"),
            _ => draws.pick(b"@BCM"),
        },
        _ => encoding,
    };
    [&[announced], &body[..]].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// The documents, as hosts fetch them.
pub(super) fn documents(documents: &BTreeMap<String, Document>) -> Vec<(String, String)> {
    let json = |(did, document): (&String, &Document)| {
        let id = |key: &String| format!("{did}#{}", &key["did:key:".len()..]);
        let methods: Vec<_> = document
            .methods
            .iter()
            .map(|key| {
                let multibase = &key["did:key:".len()..];
                json!({ "id": id(key), "type": "Multikey", "controller": did, "publicKeyMultibase": multibase })
            })
            .collect();
        let mut object = json!({ "id": did, "verificationMethod": methods });
        for (name, listed) in
            [("capabilityDelegation", &document.delegation), ("capabilityInvocation", &document.invocation)]
        {
            if let Some(listed) = listed {
                object[name] = listed.iter().map(id).collect();
            }
        }
        (did.clone(), object.to_string())
    };
    documents.iter().map(json).collect()
}
