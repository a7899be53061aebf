//! Tokens as an attacker or a careless writer would make them: any field, any bytes, truly signed.
//!
//! Nothing here goes through the library's builders, which refuse most of it.

use std::sync::OnceLock;

use allod::identity::{Algorithm, Did, Signer, SigningKey};
use allod::wire::{Cid, Ipld, value};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};

/// Someone with a key made from a fixed seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    /// The algorithm of the key.
    pub algorithm: Algorithm,
    /// The byte that the seed repeats.
    pub seed: u8,
}

impl Principal {
    /// The key.
    #[must_use]
    pub fn key(self) -> SigningKey {
        SigningKey::from_seed(self.algorithm, &[self.seed; 32]).expect("the seeds are in range")
    }

    /// The key and the DID's text, made once for all: a world has many tokens by the same few.
    #[must_use]
    pub fn known(self) -> &'static (SigningKey, String) {
        static KNOWN: [[OnceLock<(SigningKey, String)>; 256]; 3] =
            [const { [const { OnceLock::new() }; 256] }; 3];
        let row = match self.algorithm {
            Algorithm::Ed25519 => 0,
            Algorithm::P256 => 1,
            Algorithm::Secp256k1 => 2,
        };
        KNOWN[row][usize::from(self.seed)].get_or_init(|| {
            let key = self.key();
            let did = key.did().to_string();
            (key, did)
        })
    }

    /// The DID.
    #[must_use]
    pub fn did(self) -> Did {
        self.key().did()
    }

    /// The DID, as text.
    #[must_use]
    pub fn text(self) -> String {
        self.known().1.clone()
    }

    /// The Varsig header that fits the key.
    #[must_use]
    pub fn header(self) -> Vec<u8> {
        match self.algorithm {
            Algorithm::Ed25519 => vec![0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71],
            Algorithm::P256 => vec![0x34, 0x01, 0xec, 0x01, 0x80, 0x24, 0x12, 0x71],
            Algorithm::Secp256k1 => vec![0x34, 0x01, 0xec, 0x01, 0xe7, 0x01, 0x12, 0x71],
        }
    }
}

/// Shorthand for an Ed25519 principal.
#[must_use]
pub const fn ed(seed: u8) -> Principal {
    Principal { algorithm: Algorithm::Ed25519, seed }
}

/// Shorthand for a P-256 principal.
#[must_use]
pub const fn p256(seed: u8) -> Principal {
    Principal { algorithm: Algorithm::P256, seed }
}

/// Shorthand for a secp256k1 principal.
#[must_use]
pub const fn k256(seed: u8) -> Principal {
    Principal { algorithm: Algorithm::Secp256k1, seed }
}

/// A token to be, field by field.
#[derive(Debug, Clone)]
pub struct Forge {
    /// Who signs, whatever `iss` says.
    pub signer: Principal,
    /// The payload's tag.
    pub tag: String,
    /// The signature header.
    pub header: Vec<u8>,
    /// The fields and their DAG-CBOR, in the order in which they are written.
    pub fields: Vec<(String, Vec<u8>)>,
    /// What becomes of the signature.
    pub signature: SignatureFault,
    /// What becomes of the envelope.
    pub envelope: EnvelopeFault,
}

/// What becomes of a signature after it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFault {
    /// Nothing.
    None,
    /// One bit is flipped.
    Flip(usize),
    /// It is cut to this length.
    Cut(usize),
    /// A byte is added.
    Longer,
    /// `s` is replaced by its other value (ECDSA).
    HighS,
    /// The group's order is added to `s`: the same signature with another spelling (Ed25519).
    PlusOrder,
    /// It is another that fits the key and the message, whose R is the identity: right for whoever does not
    /// look at R (Ed25519).
    IdentityR,
    /// The same, with R spelled in one of the ways that a lenient reader takes for the identity as well: y past
    /// the prime, x of 0 with a sign, or both (Ed25519).
    MisspeltR(usize),
    /// It fits but for a point of small order in R: right for whoever multiplies the equation by the cofactor
    /// (Ed25519). R is of mixed order, or with `true` nothing but that point.
    Residue(bool),
    /// It is written as DER (ECDSA).
    Der,
    /// One half, the first or the second, is zero.
    ZeroHalf(usize),
    /// These halves are put in its place.
    Replaced([u8; 32], [u8; 32]),
}

/// What becomes of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeFault {
    /// Nothing.
    None,
    /// A third entry in the signed map, truly signed.
    ThirdEntry,
    /// A third item in the outer list.
    ThirdItem,
    /// Only the signature, without the signed part.
    OneItem,
    /// The signature is a string.
    SignatureString,
    /// The header is a string.
    HeaderString,
    /// The header stands under another key.
    HeaderKey,
    /// The payload is a list.
    PayloadList,
    /// A map around it all, instead of a list.
    OuterMap,
    /// The payload stands there under the tag of the other kind as well, truly signed.
    BothTags,
    /// No header, truly signed.
    NoHeader,
    /// No payload, truly signed.
    NoPayload,
    /// CBOR's own tag comes first (55799), which says nothing but that this is CBOR.
    SelfDescribed,
    /// The outer list's length is written in a byte of its own.
    LongHead,
    /// The outer list is of indefinite length.
    Indefinite,
    /// The signature's length is written in two bytes.
    LongSignature,
    /// The length of the signed map is written in a byte of its own, truly signed.
    LongMap,
    /// The header's length is written in two bytes, truly signed.
    LongHeader,
    /// The length of the payload is written in two bytes, truly signed.
    LongPayload,
    /// The payload comes before the header, truly signed.
    PayloadFirst,
    /// The header stands there twice, truly signed.
    HeaderTwice,
    /// These bytes follow.
    Trailing(Vec<u8>),
}

impl Forge {
    /// A sound delegation from one to another about a subject (`None`: powerline).
    #[must_use]
    pub fn delegation(from: Principal, to: &str, subject: Option<&str>, command: &str) -> Self {
        let mut forge = Self::empty(from, "ucan/dlg@1.0.0");
        forge.set("aud", to);
        forge.set("cmd", command);
        forge.set("exp", Ipld::Null);
        forge.set("iss", from.text());
        forge.set("pol", Ipld::List(Vec::new()));
        forge.set("sub", subject.map_or(Ipld::Null, |subject| Ipld::String(subject.into())));
        forge.set("nonce", Ipld::Bytes(vec![from.seed; 12]));
        forge
    }

    /// A sound invocation.
    #[must_use]
    pub fn invocation(from: Principal, subject: &str, command: &str, proofs: &[Cid]) -> Self {
        let mut forge = Self::empty(from, "ucan/inv@1.0.0");
        forge.set("cmd", command);
        forge.set("exp", Ipld::Null);
        forge.set("iss", from.text());
        forge.set("prf", links(proofs));
        forge.set("sub", subject);
        forge.set("args", Ipld::Map([].into()));
        forge.set("nonce", Ipld::Bytes(vec![from.seed; 12]));
        forge
    }

    fn empty(signer: Principal, tag: &str) -> Self {
        Self {
            signer,
            tag: tag.into(),
            header: signer.header(),
            fields: Vec::new(),
            signature: SignatureFault::None,
            envelope: EnvelopeFault::None,
        }
    }

    /// Sets a field, in its place by DAG-CBOR's key order.
    pub fn set(&mut self, field: &str, value: impl Into<Ipld>) -> &mut Self {
        let bytes = value::encode(&value.into()).expect("a value that DAG-CBOR has");
        self.raw(field, bytes)
    }

    /// Sets a field to these bytes, whatever they are, in its place by DAG-CBOR's key order.
    pub fn raw(&mut self, field: &str, bytes: Vec<u8>) -> &mut Self {
        self.remove(field);
        let place = |key: &str| (key.len(), key.to_owned());
        let at =
            self.fields.iter().position(|(key, _)| place(key) > place(field)).unwrap_or(self.fields.len());
        self.fields.insert(at, (field.into(), bytes));
        self
    }

    /// Removes a field.
    pub fn remove(&mut self, field: &str) -> &mut Self {
        self.fields.retain(|(key, _)| key != field);
        self
    }

    /// Writes a field twice.
    pub fn duplicate(&mut self, field: &str) -> &mut Self {
        let at = self.fields.iter().position(|(key, _)| key == field).expect("a field that is there");
        let copy = self.fields[at].clone();
        self.fields.insert(at, copy);
        self
    }

    /// Swaps the first two fields, out of order.
    pub fn unsort(&mut self) -> &mut Self {
        self.fields.swap(0, 1);
        self
    }

    /// The signed part.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        let count = self.fields.len() as u64;
        let mut payload = match self.envelope {
            EnvelopeFault::PayloadList => head(4, count),
            EnvelopeFault::LongPayload => vec![0xb9, 0, u8::try_from(count).unwrap_or(u8::MAX)],
            _ => head(5, count),
        };
        for (key, bytes) in &self.fields {
            if self.envelope != EnvelopeFault::PayloadList {
                payload.extend(text(key));
            }
            payload.extend(bytes);
        }
        let length = self.header.len() as u64;
        let mut header = match self.envelope {
            EnvelopeFault::HeaderString => head(3, length),
            EnvelopeFault::LongHeader => vec![0x59, 0, u8::try_from(length).unwrap_or(u8::MAX)],
            _ => head(2, length),
        };
        // A string header has to be UTF-8 to be a type error and nothing else.
        if self.envelope == EnvelopeFault::HeaderString {
            header.extend(vec![b'h'; self.header.len()]);
        } else {
            header.extend(&self.header);
        }
        let name = if self.envelope == EnvelopeFault::HeaderKey { "g" } else { "h" };
        let mut entries = vec![(name.to_owned(), header), (self.tag.clone(), payload.clone())];
        match self.envelope {
            EnvelopeFault::ThirdEntry => entries.push(("ucan/zzz@1.0.0-and-more".into(), head(5, 0))),
            EnvelopeFault::BothTags => {
                let other = if self.tag.contains("dlg") { ("dlg", "inv") } else { ("inv", "dlg") };
                entries.push((self.tag.replace(other.0, other.1), payload));
                // In order, so that there is no other fault.
                entries[1..].sort();
            }
            EnvelopeFault::NoHeader => drop(entries.remove(0)),
            EnvelopeFault::NoPayload => drop(entries.remove(1)),
            EnvelopeFault::PayloadFirst => entries.reverse(),
            EnvelopeFault::HeaderTwice => entries.insert(0, entries[0].clone()),
            _ => {}
        }
        let count = entries.len() as u64;
        let mut signed = match self.envelope {
            EnvelopeFault::LongMap => vec![0xb8, u8::try_from(count).unwrap_or(u8::MAX)],
            _ => head(5, count),
        };
        for (key, bytes) in entries {
            signed.extend([text(&key), bytes].concat());
        }
        signed
    }

    /// The token.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let signed = self.signed();
        let made = self.signer.known().0.sign(&signed).expect("a signature");
        let mut signature = made.as_bytes().to_vec();
        match self.signature {
            SignatureFault::None => {}
            SignatureFault::Flip(bit) => signature[bit / 8] ^= 1 << (bit % 8),
            SignatureFault::Cut(length) => signature.truncate(length),
            SignatureFault::Longer => signature.push(0),
            SignatureFault::HighS => other_s(self.signer.algorithm, &mut signature[32..]),
            SignatureFault::PlusOrder => plus_order(&mut signature[32..]),
            SignatureFault::IdentityR => signature = identity_r(self.signer, &signed, 0),
            SignatureFault::MisspeltR(spelling) => signature = identity_r(self.signer, &signed, 1 + spelling),
            SignatureFault::Residue(small) => signature = residue(self.signer, &signed, small),
            SignatureFault::Der => signature = der(&signature),
            SignatureFault::ZeroHalf(half) => signature[32 * half..][..32].fill(0),
            SignatureFault::Replaced(first, second) => signature = [first, second].concat(),
        }
        let mut token = match self.envelope {
            EnvelopeFault::OuterMap => head(5, 1),
            EnvelopeFault::ThirdItem => head(4, 3),
            EnvelopeFault::OneItem => head(4, 1),
            EnvelopeFault::SelfDescribed => [&[0xd9, 0xd9, 0xf7], &head(4, 2)[..]].concat(),
            EnvelopeFault::LongHead => vec![0x98, 2],
            EnvelopeFault::Indefinite => vec![0x9f],
            _ => head(4, 2),
        };
        match self.envelope {
            EnvelopeFault::OuterMap => token.extend(text("token")),
            EnvelopeFault::SignatureString => token.extend(text(&"s".repeat(signature.len()))),
            EnvelopeFault::LongSignature => {
                token.extend([0x59, 0, u8::try_from(signature.len()).unwrap_or(u8::MAX)]);
                token.extend(&signature);
            }
            _ => {
                token.extend(head(2, signature.len() as u64));
                token.extend(&signature);
            }
        }
        if self.envelope != EnvelopeFault::OneItem {
            token.extend(signed);
        }
        match &self.envelope {
            EnvelopeFault::ThirdItem => token.push(0xf6),
            EnvelopeFault::Indefinite => token.push(0xff),
            EnvelopeFault::Trailing(bytes) => token.extend(bytes),
            _ => {}
        }
        token
    }

    /// The CID of the token.
    #[must_use]
    pub fn cid(&self) -> Cid {
        Cid::of(&self.bytes())
    }
}

/// A list of links to tokens.
#[must_use]
pub fn links(cids: &[Cid]) -> Ipld {
    Ipld::List(cids.iter().map(|cid| Ipld::Link((*cid).into())).collect())
}

/// A CBOR head in its shortest form.
#[must_use]
pub fn head(major: u8, argument: u64) -> Vec<u8> {
    let first = major << 5;
    match argument {
        0..=23 => vec![first | u8::try_from(argument).unwrap_or_default()],
        24..=0xff => vec![first | 24, u8::try_from(argument).unwrap_or_default()],
        0x100..=0xffff => [vec![first | 25], argument.to_be_bytes()[6..].to_vec()].concat(),
        0x1_0000..=0xffff_ffff => [vec![first | 26], argument.to_be_bytes()[4..].to_vec()].concat(),
        _ => [vec![first | 27], argument.to_be_bytes().to_vec()].concat(),
    }
}

/// A CBOR text string.
#[must_use]
pub fn text(text: &str) -> Vec<u8> {
    [head(3, text.len() as u64), text.as_bytes().to_vec()].concat()
}

/// Replaces `s` by the group's order less `s`: the same signature with another spelling.
fn other_s(algorithm: Algorithm, s: &mut [u8]) {
    let order = match algorithm {
        Algorithm::P256 => hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        Algorithm::Secp256k1 => {
            hex::decode("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        }
        Algorithm::Ed25519 => panic!("EdDSA has no high s"),
    };
    let mut borrow = 0_i16;
    for (digit, order) in s.iter_mut().zip(order.expect("hex")).rev() {
        let difference = i16::from(order) - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = u8::try_from(difference.rem_euclid(256)).unwrap_or_default();
    }
}

/// A signature with the identity as R and so with s = hash(R, A, message) * a.
fn identity_r(signer: Principal, message: &[u8], spelling: usize) -> Vec<u8> {
    let mut r = [0; 32];
    r[0] = 1;
    if matches!(spelling, 1 | 3) {
        // One more than the prime, 2^255 - 19.
        r = [0xff; 32];
        (r[0], r[31]) = (0xee, 0x7f);
    }
    if matches!(spelling, 2 | 3) {
        r[31] |= 0x80;
    }
    fitting(signer, message, r, Scalar::ZERO)
}

/// A signature whose R is off by a point of order eight, in its one spelling.
fn residue(signer: Principal, message: &[u8], small: bool) -> Vec<u8> {
    let nonce = if small { Scalar::ZERO } else { Scalar::from(u64::from(signer.seed) + 2) };
    let r = EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[1];
    fitting(signer, message, r.compress().to_bytes(), nonce)
}

/// A signature with that R and s = nonce + hash(R, A, message) * a.
fn fitting(signer: Principal, message: &[u8], r: [u8; 32], nonce: Scalar) -> Vec<u8> {
    let seed = Sha512::digest([signer.seed; 32]);
    let mut secret: [u8; 32] = seed[..32].try_into().expect("half of it");
    secret[0] &= 0xf8;
    secret[31] = secret[31] & 0x7f | 0x40;
    let public = signer.known().0.public_key().to_bytes();
    let hash = Sha512::new().chain_update(r).chain_update(&public[..]).chain_update(message).finalize();
    let hash = Scalar::from_bytes_mod_order_wide(&hash.into());
    let s = nonce + hash * Scalar::from_bytes_mod_order(secret);
    [r, s.to_bytes()].concat()
}

/// Adds the order of Ed25519's group to `s`, which is little-endian.
fn plus_order(s: &mut [u8]) {
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").expect("hex");
    let mut carry = 0_u16;
    for (digit, order) in s.iter_mut().zip(order) {
        let sum = u16::from(*digit) + u16::from(order) + carry;
        *digit = u8::try_from(sum & 0xff).unwrap_or_default();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "s and the order together have a bit to spare");
}

/// r and s as a DER sequence of two integers.
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let digits: Vec<u8> = half.iter().copied().skip_while(|digit| *digit == 0).collect();
        let sign = if digits.first().is_none_or(|digit| *digit >= 0x80) { vec![0] } else { vec![] };
        let digits = [sign, digits].concat();
        [vec![2, u8::try_from(digits.len()).expect("at most 33")], digits].concat()
    };
    let both = [integer(&signature[..32]), integer(&signature[32..])].concat();
    [vec![0x30, u8::try_from(both.len()).expect("at most 70")], both].concat()
}
