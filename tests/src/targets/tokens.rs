//! Tokens of both kinds: read, taken apart, put together again, signed for real, and forged.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use allod::identity::{Signature, Signer};
use allod::ucan::varsig::Header;
use allod::ucan::{Payload, TokenKind};
use allod::wire::{Cid, Ipld, View, dag_json, value};
use allod::{
    Algorithm, AnyToken, Delegation, Evidence, Invocation, MemoryResolver, Receipt, Results, Revocation,
    Timestamp, Token,
};

use crate::forge::{Principal, ed, head};

/// Delegations.
pub(super) fn delegation(data: &[u8]) {
    token::<Delegation>(data, |token| {
        let mut fields = vec![
            ("iss", token.issuer().to_string().into()),
            ("aud", token.audience().to_string().into()),
            ("sub", token.subject().did().map_or(Ipld::Null, |did| did.to_string().into())),
            ("cmd", token.command().as_str().into()),
            ("pol", token.policy().to_ipld()),
            ("nonce", Ipld::Bytes(token.nonce().as_bytes().to_vec())),
            ("exp", token.expires().map_or(Ipld::Null, seconds)),
        ];
        fields.extend(token.meta().map(|meta| ("meta", value::from_view(meta))));
        fields.extend(token.not_before().map(|at| ("nbf", seconds(at))));
        fields
    });
}

/// Invocations.
pub(super) fn invocation(data: &[u8]) {
    token::<Invocation>(data, |token| {
        let mut fields = vec![
            ("iss", token.issuer().to_string().into()),
            ("sub", token.subject().to_string().into()),
            ("cmd", token.command().as_str().into()),
            ("args", value::from_view(token.arguments())),
            ("prf", crate::forge::links(token.proofs())),
            ("nonce", Ipld::Bytes(token.nonce().as_bytes().to_vec())),
            ("exp", token.expires().map_or(Ipld::Null, seconds)),
        ];
        fields.extend(token.audience().map(|did| ("aud", did.to_string().into())));
        fields.extend(token.meta().map(|meta| ("meta", value::from_view(meta))));
        fields.extend(token.not_before().map(|at| ("nbf", seconds(at))));
        fields.extend(token.issued_at().map(|at| ("iat", seconds(at))));
        fields.extend(token.cause().map(|cid| ("cause", Ipld::Link(cid.into()))));
        fields
    });
    if let Ok(token) = Token::<Invocation>::parse(data) {
        revocation(&token);
        receipt(&token);
    }
}

/// What reads as a revocation says what its arguments do, and holds where its signature and proofs do.
fn revocation(token: &Token<Invocation>) {
    let link = |cid: Cid| Ipld::Link(cid.into());
    let Ok(revocation) = Revocation::read(token.clone()) else { return };
    let Ipld::Map(said) = value::from_view(token.arguments()) else { panic!("arguments are a map") };
    assert_eq!((token.command().as_str(), &said["revoke"]), ("/ucan/revoke", &link(revocation.revoked())));
    let path: Vec<_> = revocation.path().iter().copied().map(link).collect();
    assert_eq!(said.get("path").cloned().unwrap_or(Ipld::List(Vec::new())), Ipld::List(path));
    let evidence = Evidence::danger_without_revocations(Timestamp::MAX);
    let alone = token.proofs().is_empty();
    let holds = token.clone().verify().is_ok() && token.issuer() == token.subject();
    let verified = revocation.verify(&evidence);
    assert_eq!(verified.is_ok(), holds && alone, "without any proof at hand");
}

/// What reads as a receipt can be made anew from what it says.
fn receipt(token: &Token<Invocation>) {
    let Ok(receipt) = Receipt::read(token.clone()) else { return };
    assert_eq!(receipt.issuer(), token.subject());
    let value = value::from_view(receipt.outcome().value());
    let out = if receipt.outcome().is_ok() { Results::Ok(value) } else { Results::Error(value) };
    let made = Receipt::builder(receipt.ran(), out).nonce(token.nonce().clone()).sign(&ed(1).key());
    // A value that is as deep or as large as a token may be has the same room here.
    let made = made.expect("what was read can be written");
    assert_eq!(made.token().arguments().as_cbor(), token.arguments().as_cbor());
    assert_eq!(receipt.clone().verify(&MemoryResolver::new()).is_ok(), token.clone().verify().is_ok());
}

/// The report on a token holds all that the token says: it can be put together again from it.
pub(super) fn inspect(data: &[u8]) {
    let report = allod_cli::fuzz::inspect(data);
    assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok(), "not JSON: {report}");
    let token = match AnyToken::parse(data) {
        Ok(token) => token,
        Err(_) => return assert!(report.contains(r#""kind":"malformed""#)),
    };
    let Ok(Ipld::Map(report)) = dag_json::parse(&report) else {
        // DAG-JSON keeps this key for itself; then the report is for showing only.
        return assert!(report.contains("\"/\":"), "not DAG-JSON: {report}");
    };
    let (kind, parts) = match &token {
        AnyToken::Delegation(token) => (TokenKind::Delegation, Parts::of(token)),
        AnyToken::Invocation(token) => (TokenKind::Invocation, Parts::of(token)),
    };
    let verified = match token {
        AnyToken::Delegation(token) => token.verify().is_ok(),
        AnyToken::Invocation(token) => token.verify().is_ok(),
    };
    let Some(Ipld::Map(signature)) = report.get("signature") else { panic!("no signature") };
    assert_eq!(signature["valid"] == Ipld::Bool(true), verified);
    assert_eq!(report["cid"], Cid::of(data).to_string().into());
    let fields = fields_of_report(&report, kind);
    assert_eq!(report["tag"], parts.tag.into());
    assert_eq!(parts.assemble(fields), data, "the report lacks something");
}

fn fields_of_report(report: &BTreeMap<String, Ipld>, kind: TokenKind) -> Vec<(&'static str, Ipld)> {
    let Ipld::String(nonce) = &report["nonce"] else { panic!("a nonce in hex") };
    let get = |name: &str| report[name].clone();
    let link = |cid: &Ipld| match cid {
        Ipld::String(cid) => Ipld::Link(cid.parse::<Cid>().expect("a CID").into()),
        other => panic!("{other:?} is no CID"),
    };
    let mut fields = vec![
        ("iss", get("issuer")),
        ("sub", get("subject")),
        ("cmd", get("command")),
        ("exp", get("expires")),
        ("nonce", Ipld::Bytes(hex::decode(nonce).expect("hex"))),
    ];
    let mut optional = vec![("meta", get("meta")), ("nbf", get("not_before"))];
    match kind {
        TokenKind::Delegation => fields.extend([("aud", get("audience")), ("pol", get("policy"))]),
        TokenKind::Invocation => {
            let Ipld::List(proofs) = get("proofs") else { panic!("a list of proofs") };
            fields.extend([("args", get("args")), ("prf", Ipld::List(proofs.iter().map(link).collect()))]);
            let cause = get("cause");
            let cause = if cause == Ipld::Null { cause } else { link(&cause) };
            optional.extend([("aud", get("audience")), ("iat", get("issued_at")), ("cause", cause)]);
        }
    }
    fields.extend(optional.into_iter().filter(|(_, value)| *value != Ipld::Null));
    fields
}

/// What is around the fields.
struct Parts {
    signature: Vec<u8>,
    header: Vec<u8>,
    tag: &'static str,
}

impl Parts {
    fn of<P: Payload>(token: &Token<P>) -> Self {
        let signed = View::parse(token.signed_bytes()).expect("strict");
        let header = signed.as_map().and_then(|map| map.get("h")?.as_bytes()).expect("a header");
        if let Header::Known(algorithm) = token.header() {
            assert_eq!(header, Header::bytes(algorithm));
        }
        Self {
            signature: token.signature_bytes().to_vec(),
            header: header.to_vec(),
            tag: P::KIND.tag(token.version()),
        }
    }

    fn assemble(self, fields: Vec<(&'static str, Ipld)>) -> Vec<u8> {
        let payload = Ipld::Map(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect());
        let signed = Ipld::Map([("h".into(), Ipld::Bytes(self.header)), (self.tag.into(), payload)].into());
        value::encode(&Ipld::List(vec![Ipld::Bytes(self.signature), signed])).expect("a DAG-CBOR form")
    }
}

fn token<P: Payload>(data: &[u8], fields: fn(&Token<P>) -> Vec<(&'static str, Ipld)>) {
    let token = match Token::<P>::parse(data) {
        Ok(token) => token,
        Err(error) => {
            // The other kind, or none.
            if let Ok(other) = AnyToken::parse(data) {
                assert_ne!(matches!(other, AnyToken::Delegation(_)), P::KIND == TokenKind::Delegation);
            }
            return drop((error.to_string(), error.code()));
        }
    };
    assert_eq!((token.as_bytes(), token.cid()), (data, Cid::of(data)));
    assert!(AnyToken::parse(data).is_ok());
    let parts = Parts::of(&token);
    assert_eq!(parts.assemble(fields(&token)), data, "it says more than can be read");
    let issuer = token.issuer().to_string();
    if let Ok(verified) = token.clone().verify() {
        let key = verified.issuer().public_key().expect("what verifies has a key");
        let signature = Signature::try_from(verified.signature_bytes()).expect("64 bytes");
        assert_eq!(key.verify(verified.signed_bytes(), &signature), Ok(()));
    }
    let (Some(principal), Header::Known(algorithm)) = (known(&issuer), token.header()) else { return };
    assert_eq!(principal.algorithm, algorithm);
    signed_for_real::<P>(&token, principal, data);
}

/// With its issuer's signature it verifies; with any bit flipped in what is signed it does not.
fn signed_for_real<P: Payload>(token: &Token<P>, principal: Principal, data: &[u8]) {
    let signed = token.signed_bytes();
    let made = principal.key().sign(signed).expect("a signature");
    let front = [head(4, 2), head(2, 64), made.as_bytes().to_vec()].concat();
    let genuine = Token::<P>::parse([&front, signed].concat()).expect("only the signature is another");
    assert!(genuine.verify().is_ok());
    let sum = data.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    let mut forged = signed.to_vec();
    let bit = sum % (forged.len() * 8);
    forged[bit / 8] ^= 1 << (bit % 8);
    if let Ok(forged) = Token::<P>::parse([front, forged].concat()) {
        assert!(forged.verify().is_err(), "bit {bit} of what is signed is not");
    }
}

/// Whose key is known here, by DID: those of the vectors and the seeds.
fn known(did: &str) -> Option<Principal> {
    static KNOWN: LazyLock<BTreeMap<String, Principal>> = LazyLock::new(|| {
        let seeds = (1..=20).chain([66]);
        let principals = seeds.flat_map(|seed| Algorithm::ALL.map(|algorithm| Principal { algorithm, seed }));
        principals.map(|principal| (principal.text(), principal)).collect()
    });
    KNOWN.get(did).copied()
}

fn seconds(at: Timestamp) -> Ipld {
    Ipld::Integer(at.as_seconds().into())
}

/// Varsig headers: the three that are known have one spelling each.
pub(super) fn varsig(data: &[u8]) {
    let parsed = Header::parse(data);
    for algorithm in Algorithm::ALL {
        assert_eq!(parsed == Ok(Header::Known(algorithm)), data == Header::bytes(algorithm));
    }
    if parsed.is_ok() {
        assert!(data.starts_with(&[0x34, 0x01]) && data.ends_with(&[0x71]));
        assert!(Header::parse(&[data, &[0x71]].concat()).is_err());
        assert!(Header::parse(&data[..data.len() - 1]).is_err());
    }
    let mut rest = data;
    while let Ok((number, after)) = allod::wire::varint::read(rest) {
        let mut written = Vec::new();
        allod::wire::varint::write(number, &mut written);
        assert_eq!(rest.strip_prefix(written.as_slice()), Some(after));
        rest = after;
    }
}

/// Lines of a batch: each answered as it would be alone, whatever came before it.
pub(super) fn line(data: &[u8]) {
    let mut batch = allod_cli::fuzz::Batch::default();
    for line in data.split(|byte| *byte == b'\n').take(8) {
        let answer = batch.answer(line);
        assert_eq!(allod_cli::fuzz::Batch::default().answer(line), answer, "alone");
        let Ok(answer) = answer else { continue };
        let object: serde_json::Value = serde_json::from_slice(line).expect("what is decided is JSON");
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("the answer is JSON");
        assert_eq!(answer["id"], object["id"]);
        if answer["decision"] == "allow" {
            let changed = |key: &str, value: serde_json::Value| {
                let mut object = object.clone();
                object[key] = value;
                allod_cli::fuzz::Batch::default().answer(object.to_string().as_bytes())
            };
            let elsewhere = changed("executor", "did:web:elsewhere.example".into());
            assert!(elsewhere.is_ok_and(|answer| answer.contains(r#""code":"wrong-audience""#)));
            // No revocation changes nothing, and what is none is told and changes nothing either.
            let allowed = |revoked| {
                let answer = changed("revoked", revoked);
                answer.is_ok_and(|answer| answer.contains(r#""decision":"allow""#))
            };
            assert!(allowed(serde_json::json!([])) && allowed(serde_json::json!(["", "gg=="])));
            let nobody = changed("subjects", serde_json::json!([]));
            assert!(nobody.is_ok_and(|answer| answer.contains(r#""code":"subject-not-served""#)));
        }
    }
}
