//! What each fuzzer begins with: few, small, each with something of its own. `cargo run -p allod-tests --bin
//! corpus` writes them.

use std::collections::BTreeSet;

use allod::wire::{Cid, dag_json, value};
use allod::{Algorithm, ContainerWriter, Encoding, Signer, SigningKey};
use serde_json::Value;

use crate::forge::{Forge, Principal, ed, k256, p256};
use crate::vectors::{self, Case, Expect, Input};

/// The files of one target: names and contents.
type Seeds = Vec<(String, Vec<u8>)>;

/// Every target's.
#[must_use]
pub fn all() -> Vec<(&'static str, Seeds)> {
    let tokens = tokens();
    let both = tokens.iter().step_by(2).cloned().collect();
    let (delegations, invocations) = tokens.into_iter().partition(|(name, _)| name.starts_with("dlg"));
    vec![
        ("calls", calls()),
        ("cbor", numbered(VALUES.iter().map(|json| cbor(json)))),
        ("check_line", lines()),
        ("cid", cids()),
        ("command", texts(COMMANDS)),
        ("container", containers()),
        ("dag_json", texts(VALUES)),
        ("delegation", delegations),
        ("did", dids()),
        ("did_document", documents()),
        ("glob", texts(PATTERNS)),
        ("inspect", both),
        ("invocation", invocations),
        ("jwk", jwks()),
        (
            "multibase",
            texts(&["zdpuAu", "f00ff", "mAQID", "uAQID", "QQ==", "MAQID", "\u{1f680}\u{1f600}", "RQED8WEX0"]),
        ),
        ("pem", pems()),
        ("policy", policies()),
        ("selector", texts(SELECTORS)),
        ("signature", signatures()),
        ("strict", numbered((0..6).map(chosen))),
        ("varsig", headers()),
        ("world", worlds()),
    ]
}

/// Values of every kind, in DAG-JSON.
const VALUES: &[&str] = &[
    "null",
    "[true,false]",
    "[0,23,24,255,256,65535,65536,4294967295,4294967296,18446744073709551615]",
    "[-1,-24,-25,-256,-257,-65537,-4294967297,-18446744073709551616]",
    "[1.5,-0.0,1e300,5e-324]",
    r#""a\"b\\c\n\u0001é😀""#,
    r#"{"":1,"a":2,"b":3,"aa":[],"zzz":{"k":{"/":{"bytes":"aGVsbG8"}}}}"#,
    r#"{"/":"bafkqabiaaebagba"}"#,
    r#"[{"/":"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"},[[[[[[[[]]]]]]]]]"#,
];

const COMMANDS: &[&str] = &[
    "/",
    "/photos/read",
    "/photos\n/photos/read",
    "/photos\n/photosynthesis",
    "/a/b-c_d.e\n/a/b-c_d.e",
    "/ほげ/ふが\n/ほげ",
    "/ucan/revoke",
    "/Photos//read/",
];

const PATTERNS: &[&str] = &[
    "Alice\\*, Bob*, Carol.\nAlice*, Bob, Dan, Erin, Carol.",
    "*\n",
    "a*b*c\naXbbYc",
    "**a**a**\nbaab",
    "\\\\*\\*\n\\x*",
    "é*😀\néa\n😀",
    "aa*aa\naaa",
    "plain\nplain",
    "\\n\nn",
];

const SELECTORS: &[&str] = &[
    ".",
    ".a[0]",
    ".a[-1]?",
    ".a[1].b",
    ".a[0:2]",
    ".a[-2:]\n{\"a\":[1,2,3]}",
    ".to[]",
    ".[\"a\"][2][0:1]",
    ".[\"odd \\\" key\\\\\"]?\n{\"odd \\\" key\\\\\":1}",
    ".é[][]",
    ".missing?.deeper",
    ".a\n{\"a\":{\"await/ok\":{\"/\":\"bafkqabiaaebagba\"}}}",
    ".a[99999999999999999999]",
    "..a",
];

const POLICIES: &[(&str, &str)] = &[
    (r#"[]"#, r#"{}"#),
    (r#"[["==",".a",1],["!=",".b","x"]]"#, r#"{"a":1.0,"b":"y"}"#),
    (r#"[[">",".n",1],["<=",".n",2.5],["<",".m",-1],[">=",".n",9007199254740993]]"#, r#"{"n":2,"m":-3}"#),
    (r#"[["like",".to","*@example.com"]]"#, r#"{"to":"bob@example.com"}"#),
    (r#"[["not",["==",".missing",1]]]"#, r#"{}"#),
    (
        r#"[["and",[["==",".a?",null],["or",[["==",".b",[1,{"c":true}]],["!=",".b",2]]]]]]"#,
        r#"{"b":[1,{"c":true}]}"#,
    ),
    (r#"[["all",".to",["like",".","*@x"]],["any",".to",["==",".","a@x"]]]"#, r#"{"to":["a@x","b@x"]}"#),
    (r#"[["any",".none",["==",".",1]],["all",".none",["==",".",1]]]"#, r#"{"none":[]}"#),
    (r#"[["all",".m",["any",".[]",[">",".",0]]]]"#, r#"{"m":{"x":[1],"yy":[0,2]}}"#),
    (r#"[["==",".p",1]]"#, r#"{"p":{"await/ok":{"/":"bafkqabiaaebagba"}}}"#),
    (r#"[["==",".b[0:2]",{"/":{"bytes":"AQI"}}],["==",".b[0]",1]]"#, r#"{"b":{"/":{"bytes":"AQID"}}}"#),
    (r#"[["or",[]],["and",[]]]"#, r#"{}"#),
];

fn policies() -> Seeds {
    let text = POLICIES.iter().map(|(policy, arguments)| format!("{policy}\n{arguments}").into_bytes());
    let binary =
        POLICIES.iter().step_by(3).map(|(policy, arguments)| cbor(&format!("[{policy},{arguments}]")));
    numbered(text.chain(binary))
}

fn cids() -> Seeds {
    use ::multibase::Base;
    let cid = Cid::of(b"seed");
    let mut seeds = vec![cid.to_bytes().to_vec(), cid.to_string().into_bytes()];
    for base in [Base::Base32Lower, Base::Base64Url, Base::Base16Lower, Base::Base36Upper] {
        seeds.push(::multibase::encode(base, cid.to_bytes()).into_bytes());
    }
    seeds.push(b"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n".to_vec());
    seeds.push(b"bafkqabiaaebagba".to_vec());
    seeds.push(cid.to_bytes()[2..].to_vec());
    numbered(seeds)
}

/// One key of each algorithm.
fn keys() -> impl Iterator<Item = SigningKey> {
    Algorithm::ALL.into_iter().map(|algorithm| Principal { algorithm, seed: 5 }.key())
}

fn dids() -> Seeds {
    let texts = [
        "did:web:example.com",
        "did:web:example.com%3A3000:user:alice",
        "did:web:xn--bcher-kva.example:%C3%A9",
        "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
        "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#key",
    ];
    let known = keys().map(|key| key.did().to_string().into_bytes());
    numbered(known.chain(texts.iter().map(|text| text.as_bytes().to_vec())))
}

fn documents() -> Seeds {
    let site = "did:web:photos.example";
    let keys: Vec<_> = keys().collect();
    let method = |id: &str, key: &str| format!(r#"{{"id":"{id}","controller":"{site}",{key}}}"#);
    let multikey = |key: &SigningKey| {
        format!(r#""type":"Multikey","publicKeyMultibase":"{}""#, key.public_key().to_multikey())
    };
    let jwk =
        |key: &SigningKey| format!(r#""type":"JsonWebKey2020","publicKeyJwk":{}"#, key.public_key().to_jwk());
    let [first, second, third] = keys.as_slice() else { panic!("three algorithms") };
    let of_keys = keys.iter().map(|key| allod::identity::DidDocument::for_key(&key.did()));
    let of_keys = of_keys.map(|document| document.expect("a sound key").to_json().into_bytes());
    let listed = [
        method("#a", &multikey(first)),
        method(&format!("{site}#b"), &jwk(second)),
        method("#c", &jwk(third)),
    ];
    let listed = listed.join(",");
    let own = [
        format!(r#"{{"id":"{site}","verificationMethod":[{listed}]}}"#),
        format!(
            r##"{{"id":"{site}","verificationMethod":[{listed}],"capabilityInvocation":["#a","{site}#b"],"capabilityDelegation":[],"authentication":[{}]}}"##,
            method("#d", &multikey(second))
        ),
        format!(r##"{{"id":"{site}","verificationMethod":[],"keyAgreement":["did:web:other.example#x"]}}"##),
    ];
    numbered(of_keys.chain(own.into_iter().map(String::into_bytes)))
}

fn jwks() -> Seeds {
    let public = keys().map(|key| key.public_key().to_jwk());
    let secret = keys().map(|key| key.danger_export_jwk().to_string());
    let agreement = keys().filter_map(|key| key.agreement_key().ok());
    let agreement =
        agreement.flat_map(|key| [key.public_key().to_jwk(), key.danger_export_jwk().to_string()]);
    let with_uses = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig","key_ops":["verify"],"kid":"a"}"#;
    numbered(public.chain(secret).chain(agreement).chain([with_uses.to_owned()]).map(String::into_bytes))
}

fn pems() -> Seeds {
    let pem = keys().map(|key| key.danger_export_pkcs8_pem().as_bytes().to_vec());
    let der = keys().map(|key| key.danger_export_pkcs8_der().to_vec());
    let agreement = keys().filter_map(|key| key.agreement_key().ok());
    numbered(pem.chain(der).chain(agreement.map(|key| key.danger_export_pkcs8_der().to_vec())))
}

fn signatures() -> Seeds {
    let raw = keys().map(|key| key.sign(b"seed").expect("a signature").as_bytes().to_vec());
    let der = [
        vec![0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01],
        [&[0x30, 0x45, 0x02, 0x21, 0x00][..], &[0xaa; 32], &[0x02, 0x20], &[0x11; 32]].concat(),
    ];
    numbered(raw.chain(der))
}

/// Bytes that choose anything, the same for the same number.
#[must_use]
pub fn chosen(number: u64) -> Vec<u8> {
    let digest = |part: u8| Cid::of(&[&number.to_be_bytes()[..], &[part]].concat());
    (0..4).flat_map(|part| *digest(part).digest()).collect()
}

fn headers() -> Seeds {
    let known = Algorithm::ALL.map(|algorithm| Principal { algorithm, seed: 5 }.header());
    let other = vec![0x34, 0x01, 0xec, 0x01, 0x81, 0x24, 0x13, 0x71];
    numbered(known.into_iter().chain([other, vec![0xff, 0xff, 0x03]]))
}

/// Tokens of both kinds, small, with each field in each of its forms.
fn tokens() -> Seeds {
    let (album, alice, bob, phone) = (ed(1), ed(2), p256(3), k256(4));
    let subject = album.text();
    let delegation = |from: Principal, to: &str, about: Option<&str>, json: &[(&str, &str)]| {
        let mut forge = Forge::delegation(from, to, about, "/photos/read");
        for (field, json) in json {
            forge.set(field, parsed(json));
        }
        forge.bytes()
    };
    let invocation = |by: Principal, json: &[(&str, &str)]| {
        let mut forge = Forge::invocation(by, &subject, "/photos/read", &[Cid::of(b"a"), Cid::of(b"b")]);
        for (field, json) in json {
            forge.set(field, parsed(json));
        }
        forge.bytes()
    };
    let cid = format!(r#"{{"/":"{}"}}"#, Cid::of(b"cause"));
    let mut seeds = vec![
        ("dlg-ed25519", delegation(album, &alice.text(), Some(&subject), &[])),
        ("inv-ed25519", invocation(alice, &[])),
        ("dlg-p256-powerline", delegation(bob, &phone.text(), None, &[("exp", "1900000000"), ("nbf", "-1")])),
        ("inv-p256", invocation(bob, &[("args", VALUES[6]), ("iat", "1800000000"), ("exp", "1800000300")])),
        ("dlg-secp256k1", delegation(phone, &bob.text(), Some(&subject), &[("meta", VALUES[6])])),
        ("inv-secp256k1", invocation(phone, &[("meta", "{}"), ("cause", &cid), ("nbf", "0"), ("prf", "[]")])),
        ("dlg-web", delegation(alice, "did:web:photos.example", Some(&subject), &[("cmd", r#""/""#)])),
        (
            "inv-audience",
            invocation(alice, &[("aud", r#""did:web:photos.example""#), ("nonce", r#"{"/":{"bytes":""}}"#)]),
        ),
    ];
    seeds.extend(
        [("dlg-policy-1", POLICIES[5].0), ("dlg-policy-2", POLICIES[6].0)].map(|(name, policy)| {
            (name, delegation(album, &alice.text(), Some(&subject), &[("pol", policy)]))
        }),
    );
    let mut rc1 = Forge::delegation(album, &alice.text(), Some(&subject), "/photos");
    rc1.tag.push_str("-rc.1");
    let mut other = Forge::invocation(bob, &subject, "/photos", &[]);
    other.set("iss", "did:plc:ewvi7nxzyoun6zhxrhs64oiz");
    other.header = vec![0x34, 0x01, 0xec, 0x01, 0x81, 0x24, 0x13, 0x71];
    seeds.extend([("dlg-rc.1", rc1.bytes()), ("inv-other-method", other.bytes())]);
    let own = |name: &'static str, by: Principal, command: &str, args: &str| {
        let mut forge = Forge::invocation(by, &by.text(), command, &[]);
        forge.set("args", parsed(args));
        forge.set("nonce", parsed(r#"{"/":{"bytes":""}}"#));
        (name, forge.bytes())
    };
    let path = format!(r#"{{"revoke":{cid},"path":[{cid},{cid}]}}"#);
    seeds.extend([
        own("inv-revocation", alice, "/ucan/revoke", &format!(r#"{{"revoke":{cid}}}"#)),
        own("inv-revocation-path", bob, "/ucan/revoke", &path),
        own("inv-receipt", album, "/ucan/assert/receipt", &format!(r#"{{"ran":{cid},"out":{{"ok":[1]}}}}"#)),
        own(
            "inv-receipt-error",
            phone,
            "/ucan/assert/receipt",
            &format!(r#"{{"ran":{cid},"out":{{"error":{{}}}}}}"#),
        ),
    ]);
    seeds.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

/// Of each code of denial the first vector that is small, and two that are allowed.
fn picked() -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let cases = vectors::all().into_iter().flat_map(|(_, cases)| cases);
    cases
        .filter(|case| {
            let size = match &case.input {
                Input::Tokens(tokens, invocation) => {
                    tokens.iter().map(Vec::len).sum::<usize>() + invocation.len()
                }
                Input::Container(bytes) => bytes.len(),
            };
            let kind = match (&case.expect, &case.input) {
                (Expect::Allow { chain, .. }, _) => format!("allow {}", chain.len().min(3)),
                (Expect::Deny { code, .. }, Input::Tokens(..)) => (*code).to_owned(),
                (Expect::Deny { code, .. }, Input::Container(_)) => format!("container {code}"),
            };
            size < 1_500 && seen.len() < 24 && seen.insert(kind)
        })
        .collect()
}

fn lines() -> Seeds {
    let lines = picked().into_iter().map(|case| {
        let mut object = case.json();
        if let Value::Object(members) = &mut object {
            members.retain(|key, _| !matches!(key.as_str(), "description" | "expect"));
        }
        (case.id, object.to_string().into_bytes())
    });
    let mut seeds: Seeds = lines.collect();
    // What is remembered from one line to the next.
    let first = seeds[0].1.clone();
    seeds.push(("twice".into(), [&first[..], b"\n", &first].concat()));
    seeds
}

fn containers() -> Seeds {
    let small: Vec<_> = tokens().into_iter().map(|(_, bytes)| bytes).collect();
    let bundle =
        |tokens: &[Vec<u8>]| tokens.iter().fold(ContainerWriter::new(), |all, token| all.bytes(token));
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for encoding in Encoding::ALL {
        seeds.push(bundle(&small[..2]).write(encoding).expect("small enough"));
    }
    seeds.push(bundle(&[]).write(Encoding::Raw).expect("small enough"));
    seeds.push(bundle(&small[1..4]).write(Encoding::Raw).expect("small enough"));
    // The inside, without its first byte.
    seeds.push(bundle(&small[..1]).write(Encoding::Raw).expect("small enough")[1..].to_vec());
    seeds.push(b"one\xfftwo\xffone\xff".to_vec());
    numbered(seeds)
}

/// Choices for worlds: none, and some that differ early and late.
fn worlds() -> Seeds {
    let mut state = 1_u64;
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    };
    let random = (0..24_u8).map(|index| {
        let mut bytes: Vec<u8> = (0..12).flat_map(|_| next()).collect();
        bytes[0] = index;
        bytes
    });
    numbered([vec![0], vec![1], vec![4; 8]].into_iter().chain(random))
}

fn parsed(json: &str) -> allod::wire::Ipld {
    dag_json::parse(json).expect("DAG-JSON")
}

/// DAG-CBOR of a DAG-JSON text.
fn cbor(json: &str) -> Vec<u8> {
    value::encode(&parsed(json)).expect("a DAG-CBOR form")
}

fn texts(texts: &[&str]) -> Seeds {
    numbered(texts.iter().map(|text| text.as_bytes().to_vec()))
}

fn numbered(seeds: impl IntoIterator<Item = Vec<u8>>) -> Seeds {
    seeds.into_iter().enumerate().map(|(index, seed)| (format!("{index:02}"), seed)).collect()
}

/// A few long ones, of which each byte is a choice.
fn calls() -> Seeds {
    let steps = |step: u8| (0..=255_u8).map(|byte| byte.wrapping_mul(step)).collect();
    numbered([1, 7, 29, 101].map(steps))
}
