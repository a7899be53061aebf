//! The did:key test vectors: seeds, keys, DIDs, X25519 derivation and documents.

use allod::identity::{
    AgreementPublicKey, AgreementSecretKey, Algorithm, Did, DidDocument, MethodKey, PublicKey, Purpose,
    SigningKey,
};
use allod_tests::shared_vectors;
use serde_json::Value;

fn vectors(file: &str) -> Option<serde_json::Map<String, Value>> {
    let folder = shared_vectors(&format!("did:key vectors, {file}"))?;
    let text = std::fs::read_to_string(folder.join("did-key").join(file)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn seed(vector: &Value) -> [u8; 32] {
    hex::decode(vector["seed"].as_str().unwrap()).unwrap().try_into().unwrap()
}

fn base58(pair: &Value, member: &str) -> Vec<u8> {
    allod::wire::multibase::base58btc_decode(pair[member].as_str().unwrap(), 64).unwrap()
}

/// The vectors' document lists the same keys as ours, for the same did:key.
fn check_document(did: &Did, vector: &Value) {
    let ours = DidDocument::for_key(did).unwrap();
    let theirs = DidDocument::parse(&vector["didDocument"].to_string(), did).unwrap();
    for purpose in [Purpose::Invocation, Purpose::Delegation] {
        assert_eq!(ours.keys(purpose), theirs.keys(purpose));
    }
    assert!(ours.agreement_keys().eq(theirs.agreement_keys()));
    let keys =
        |document: &DidDocument| document.methods().iter().map(|m| *m.key()).collect::<Vec<MethodKey>>();
    assert_eq!(keys(&ours), keys(&theirs));
    let ids =
        |document: &DidDocument| document.methods().iter().map(|m| m.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&ours), ids(&theirs));
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn ed25519_seeds_give_the_dids_the_keys_and_the_x25519_pairs() {
    let Some(vectors) = vectors("ed25519-x25519.json") else {
        return;
    };
    assert_eq!(vectors.len(), 5);
    for (text, vector) in vectors {
        let key = SigningKey::from_seed(Algorithm::Ed25519, &seed(&vector)).unwrap();
        check_signing(&text, &key, &vector);
        let did = Did::parse(&text).unwrap();

        let agreement = key.agreement_key().unwrap();
        let pair = &vector["keyAgreementKeyPair"];
        let read = match jwk(pair, "privateKeyJwk") {
            Some(jwk) => AgreementSecretKey::from_jwk(&jwk).unwrap(),
            None => AgreementSecretKey::from_bytes(&base58(pair, "privateKeyBase58").try_into().unwrap()),
        };
        assert_eq!(agreement.danger_export(), read.danger_export());
        let public = match jwk(pair, "publicKeyJwk") {
            Some(jwk) => AgreementPublicKey::from_jwk(&jwk).unwrap(),
            None => AgreementPublicKey::from_bytes(&base58(pair, "publicKeyBase58")).unwrap(),
        };
        assert_eq!(agreement.public_key(), public);
        assert_eq!(did.agreement_key().unwrap(), public);
        let multikey = public.did().to_string().replace("did:key:", "");
        assert!(pair["id"].as_str().unwrap().ends_with(&format!("#{multikey}")));
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn secp256k1_seeds_give_the_dids_and_the_keys() {
    let Some(vectors) = vectors("secp256k1.json") else {
        return;
    };
    assert_eq!(vectors.len(), 6);
    for (text, vector) in vectors {
        // The last one has no seed of its own, only a JWK.
        let key = match vector.get("seed") {
            Some(_) => SigningKey::from_seed(Algorithm::Secp256k1, &seed(&vector)),
            None => {
                Ok(SigningKey::from_jwk(&vector["verificationKeyPair"]["privateKeyJwk"].to_string()).unwrap())
            }
        };
        let key = key.unwrap();
        check_signing(&text, &key, &vector);
    }
}

/// The DID, the key pair in whichever form the vector has it, and the document.
fn check_signing(text: &str, key: &SigningKey, vector: &Value) {
    assert_eq!(key.did().to_string(), text);
    let did = Did::parse(text).unwrap();
    assert_eq!(did, key.did());
    let public = did.public_key().unwrap();
    let pair = &vector["verificationKeyPair"];
    match jwk(pair, "publicKeyJwk") {
        Some(jwk) => assert_eq!(PublicKey::from_jwk(&jwk), Ok(public)),
        None => assert_eq!(public.to_bytes()[..], base58(pair, "publicKeyBase58")),
    }
    if let Some(jwk) = jwk(pair, "privateKeyJwk") {
        assert_eq!(SigningKey::from_jwk(&jwk).unwrap().danger_export_seed(), key.danger_export_seed());
    }
    check_document(&did, vector);
}

fn jwk(pair: &Value, member: &str) -> Option<String> {
    pair.get(member).map(Value::to_string)
}
