//! C2SP/CCTV `ed25519`: every combination of low-order and non-canonical points in a signature.
//!
//! Strict verification takes exactly the signatures without any that satisfy the equation without its
//! cofactor (a `low_order_residue` is left over where only the equation times eight holds). Which they
//! are is read off the vectors' own flags, not off what the implementation says.

use allod::identity::{Algorithm, PublicKey, Signature};
use allod_tests::shared_vectors;
use allod_tests::targets::{seeds::chosen, strict::taken};

const REFUSED: [&str; 5] =
    ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn exactly_43_of_914_signatures_are_accepted() {
    let Some(folder) = shared_vectors("cctv") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("ed25519/cctv.json")).unwrap();
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(vectors.len(), 914);
    let mut accepted = 0;
    for vector in vectors {
        let bytes = |member: &str| hex::decode(vector[member].as_str().unwrap()).unwrap();
        let flags: Vec<_> = vector["flags"]
            .as_array()
            .map_or(Vec::new(), |flags| flags.iter().filter_map(|flag| flag.as_str()).collect());
        let expected = !flags.iter().any(|flag| REFUSED.contains(flag));
        let signature = Signature::try_from(bytes("sig").as_slice()).unwrap();
        let message = vector["msg"].as_str().unwrap().as_bytes();
        let found = PublicKey::from_bytes(Algorithm::Ed25519, &bytes("key"))
            .is_ok_and(|key| key.verify(message, &signature).is_ok());
        assert_eq!(found, expected, "vector {}: {flags:?}", vector["number"]);
        accepted += usize::from(found);
    }
    assert_eq!(accepted, 43);
}

/// Keys and signatures of chosen secrets, with parts of small order, in other spellings, and bent: the check refuses what
/// `verify_strict` of ed25519-dalek refuses and takes what it takes, though it does not decompress R (decision 88).
#[test]
fn signatures_with_parts_of_small_order_are_taken_as_the_strict_check_takes_them() {
    let accepted = (0..3000).filter(|number| taken(&chosen(*number))).count();
    assert!((30..1500).contains(&accepted), "{accepted} of 3000 are accepted");
}
