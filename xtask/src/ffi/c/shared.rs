//! Vectors that no one here wrote, through C.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::driver::{Driver, from_base64, from_hex, hex};
use crate::steps::root;

/// Where they are, if they are: in the folder `ALLOD_VECTORS`, or beside the project.
pub(super) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("ALLOD_VECTORS").map(PathBuf::from);
    Some(named.unwrap_or_else(|| root().join("../shared/vectors"))).filter(|folder| folder.is_dir())
}

pub(super) fn check_all(command: &[&str], folder: &Path) -> Result<(), String> {
    let mut driver = Driver::start(command)?;
    invocations(&mut driver, folder)?;
    delegation(&mut driver, folder)?;
    policies(&mut driver, folder)?;
    containers(&mut driver, folder)?;
    keys(&mut driver, folder)?;
    values(&mut driver, folder)?;
    weak_keys(&mut driver, folder)?;
    driver.finish()
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>, String> {
    std::fs::read(folder.join(file)).map_err(|error| format!("{file}: {error}"))
}

fn json_of(folder: &Path, file: &str) -> Result<Value, String> {
    serde_json::from_slice(&read(folder, file)?).map_err(|error| format!("{file}: {error}"))
}

#[allow(clippy::needless_pass_by_value, reason = "what is compared is made for it")]
fn same<T: PartialEq + core::fmt::Debug>(found: T, expected: T, what: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The codes that an error of the specification's fixtures may be here.
fn codes(error: &str, name: &str) -> &'static [&'static str] {
    match (error, name) {
        // Two fixtures have the same name of an error, and another code each.
        ("InvalidClaim", "no proof") => &["no-proof"],
        ("InvalidClaim", "invalid powerline") => &["powerline-root"],
        ("InvalidClaim", _) => &["no-proof", "powerline-root"],
        ("UnavailableProof", _) => &["proof-missing"],
        ("Expired", _) => &["expired"],
        ("TooEarly", _) => &["not-yet-valid"],
        ("InvalidAudience", _) => &["broken-chain"],
        ("InvalidSubject", _) => &["wrong-subject"],
        ("InvalidSignature", _) => &["bad-signature"],
        ("MatchError", _) => &["policy-unsatisfied"],
        _ => &[],
    }
}

fn invocations(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let fixtures = json_of(folder, "ucan-1.0.0/invocation.json")?;
    for (group, count) in [("valid", 7), ("invalid", 13)] {
        same(array(&fixtures[group]).count(), count, group)?;
        for one in array(&fixtures[group]) {
            let name = text(&one["name"]);
            let invocation = from_base64(text(&one["invocation"]["/"]["bytes"]))?;
            let claims: Value = serde_json::from_str(&driver.get("token", &[Some(&invocation)])?)
                .map_err(|error| error.to_string())?;
            let subject = text(&claims["subject"]);
            let executor = claims["audience"].as_str().unwrap_or(subject);
            let options = json!({"subjects": [subject]}).to_string();
            let facts = json!({"now": one["time"], "tolerance": 0, "tokens": one["proofs"], "dangerWithoutRevocations": true});
            let facts = facts.to_string();
            let fields =
                [executor.as_bytes(), options.as_bytes(), b"invocation", &invocation, facts.as_bytes()];
            let said = driver.ask("decide", &fields.map(Some))?;
            let written = said.split_once("ok ").map(|(_, written)| written).ok_or(said.clone())?;
            let written: Value = serde_json::from_str(written).map_err(|error| error.to_string())?;
            if group == "valid" {
                same(said.starts_with("allowed 0 "), true, &format!("{name}: {said}"))?;
                same(array(&written["chain"]).count(), array(&one["proofs"]).count(), name)?;
            } else {
                same(said.starts_with("denied "), true, name)?;
                let expected = codes(text(&one["error"]["name"]), name);
                same(
                    expected.contains(&text(&written["code"])),
                    true,
                    &format!("{name}: {}", written["code"]),
                )?;
            }
        }
    }
    Ok(())
}

/// Byte for byte, from its key and its fields.
fn delegation(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let fixtures = json_of(folder, "ucan-1.0.0/delegation.json")?;
    let mut seeds = BTreeMap::new();
    for secret in fixtures["principals"].as_object().into_iter().flatten() {
        let secret = from_base64(text(secret.1))?;
        let seed = secret.strip_prefix(&[0x80, 0x26]).ok_or("another kind of key")?.to_vec();
        let said = driver.get("seed", &[Some(&[1]), Some(&seed)])?;
        seeds.insert(said.split(' ').next().unwrap_or_default().to_owned(), seed);
    }
    same(array(&fixtures["valid"]).count(), 1, "delegations")?;
    for one in array(&fixtures["valid"]) {
        let (token, payload) = (from_base64(text(&one["token"]))?, &one["envelope"]["payload"]);
        let theirs = driver.get("read-cid", &[Some(text(&one["cid"]).as_bytes())])?;
        same(driver.get("cid", &[Some(&token)])?, theirs, "the CID")?;
        let claims: Value = serde_json::from_str(&driver.get("token", &[Some(&token), Some(b"{}")])?)
            .map_err(|error| error.to_string())?;
        for (ours, theirs) in [
            ("issuer", "iss"),
            ("audience", "aud"),
            ("subject", "sub"),
            ("command", "cmd"),
            ("policy", "pol"),
            ("expires", "exp"),
        ] {
            same(&claims[ours], &payload[theirs], ours)?;
        }
        let asked = json!({
            "audience": payload["aud"], "subject": payload["sub"], "command": payload["cmd"], "policy": payload["pol"],
            "expires": payload["exp"], "nonce": {"/": {"bytes": text(&payload["nonce"]).trim_end_matches('=')}},
        });
        let seed = seeds.get(text(&payload["iss"])).ok_or("nobody's")?;
        let made = driver.get("sign", &[Some(&[1]), Some(seed), Some(asked.to_string().as_bytes())])?;
        same(made, hex(&token), "the token")?;
    }
    Ok(())
}

fn policies(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let fixtures = json_of(folder, "ucan-1.0.0/policy.json")?;
    for (group, count) in [("valid", 17), ("invalid", 8)] {
        let mut seen = 0;
        for one in array(&fixtures[group]) {
            for policy in array(&one["policies"]) {
                let (policy, arguments) = (policy.to_string(), one["args"].to_string());
                let said = driver.get("policy", &[Some(policy.as_bytes()), Some(arguments.as_bytes())])?;
                same(said.contains("\"truth\":\"true\""), group == "valid", &policy)?;
                seen += 1;
            }
        }
        same(seen, count, group)?;
    }
    Ok(())
}

/// Six encodings of ten tokens each, whose older headers are refused.
fn containers(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    const FILES: [&str; 6] = [
        "Bytes",
        "Base64StdPadding",
        "Base64URL",
        "BytesGzipped",
        "Base64StdPaddingGzipped",
        "Base64URLGzipped",
    ];
    let contents = |driver: &mut Driver, container: &[u8]| -> Result<Value, String> {
        let said = driver.get("contents", &[Some(container)])?;
        serde_json::from_str(&said).map_err(|error| error.to_string())
    };
    for file in FILES {
        let container = read(folder, &format!("container-v1/{file}"))?;
        let found = contents(driver, &container)?;
        same(array(&found["tokens"]).count(), 10, file)?;
        for token in array(&found["tokens"]) {
            same((text(&token["kind"]), text(&token["code"])), ("unreadable", "malformed"), file)?;
        }
        for encoding in 0..6 {
            let written = from_hex(&driver.get("rewrite", &[Some(&container), Some(&[encoding])])?);
            let again = contents(driver, &written)?;
            same(&again["tokens"], &found["tokens"], &format!("{file} to {encoding}"))?;
            // Files stand in the order of the encodings' numbers.
            let is_same = FILES.iter().position(|one| *one == file) == Some(usize::from(encoding));
            same(again["encoding"] == found["encoding"], is_same, file)?;
        }
    }
    Ok(())
}

/// Seeds, public keys, DIDs and documents.
fn keys(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let mut seen = 0;
    for (file, algorithm) in [("did-key/ed25519-x25519.json", 1_u8), ("did-key/secp256k1.json", 3)] {
        for (did, vector) in json_of(folder, file)?.as_object().into_iter().flatten() {
            let mut made = Vec::new();
            let jwk = &vector["verificationKeyPair"]["privateKeyJwk"];
            if let Some(seed) = vector["seed"].as_str() {
                let said = driver.get("seed", &[Some(&[algorithm]), Some(&from_hex(seed))])?;
                same(said.ends_with(seed), true, "the seed")?;
                made.push(said);
            }
            if !jwk.is_null() {
                made.push(driver.get("jwk", &[Some(jwk.to_string().as_bytes())])?);
            }
            same(made.is_empty(), false, did)?;
            for key in made {
                let mut parts = key.split(' ');
                same(parts.next(), Some(did.as_str()), "the DID")?;
                let public = from_hex(parts.next().unwrap_or_default());
                same(&driver.get("did", &[Some(&[algorithm]), Some(&public)])?, did, "the DID")?;
            }
            let document: Value = serde_json::from_str(&driver.get("document", &[Some(did.as_bytes())])?)
                .map_err(|error| error.to_string())?;
            same(text(&document["id"]), did, "the document")?;
            // A signature that verifies with their document does so without.
            if let Some(seed) = vector["seed"].as_str() {
                let asked = json!({"audience": did, "subject": did, "command": "/a"}).to_string();
                let fields = [&[algorithm][..], &from_hex(seed), asked.as_bytes()];
                let token = from_hex(&driver.get("sign", &fields.map(Some))?);
                let documents = json!({"documents": [[did, vector["didDocument"].to_string()]]}).to_string();
                driver.get("token", &[Some(&token), None])?;
                driver.get("token", &[Some(&token), Some(documents.as_bytes())])?;
            }
            seen += 1;
        }
    }
    same(seen, 11, "DIDs")
}

/// Blocks come back as they were, by way of DAG-JSON.
fn values(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let entries = std::fs::read_dir(folder.join("dag-cbor")).map_err(|error| error.to_string())?;
    let (mut same_again, mut refused) = (0, 0);
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let block = std::fs::read(entry.path()).map_err(|error| error.to_string())?;
        // What is not a map or a list is no structured value by itself.
        if !name.ends_with(".dag-cbor") || !matches!(block.first(), Some(0x80..=0xbf)) {
            continue;
        }
        let said = driver.ask("value", &[Some(&block), Some(&[0])])?;
        let Some(json) = said.strip_prefix("ok ") else {
            refused += 1;
            continue;
        };
        let again = driver.get("value", &[Some(&from_hex(json)), Some(&[1])])?;
        same(again, hex(&block), &name)?;
        same_again += 1;
    }
    println!("   {same_again} blocks of DAG-CBOR come back, {refused} are refused");
    if same_again > 20 { Ok(()) } else { Err(format!("only {same_again} blocks")) }
}

/// No DID is made of a weak or misspelt key.
fn weak_keys(driver: &mut Driver, folder: &Path) -> Result<(), String> {
    let vectors = json_of(folder, "ed25519/cctv.json")?;
    same(array(&vectors).count(), 914, "keys")?;
    let mut keys = BTreeMap::new();
    for vector in array(&vectors) {
        let is_weak = array(&vector["flags"]).any(|flag| flag == "low_order_A" || flag == "non_canonical_A");
        keys.insert(text(&vector["key"]).to_owned(), is_weak);
    }
    for (key, is_weak) in &keys {
        let said = driver.ask("did", &[Some(&[1]), Some(&from_hex(key))])?;
        same(said.starts_with("error "), *is_weak, key)?;
    }
    let weak = keys.values().filter(|is_weak| **is_weak).count();
    same(weak > 0 && weak < keys.len(), true, "weak and other keys")
}
