//! Keys in memory.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use allod::identity::{Algorithm, Signer};
use allod::wire::multibase::base64url_encode;
use allod::{PublicKey, Signature, SigningKey};
use allod_crossing::Fault;

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes, copy_to, text};

/// Ed25519.
pub const ALLOD_ED25519: u32 = 1;

/// P-256, signing with ECDSA over SHA-256.
pub const ALLOD_P256: u32 = 2;

/// secp256k1, signing with ECDSA over SHA-256.
pub const ALLOD_SECP256K1: u32 = 3;

/// A secret key in memory. It is wiped when it was freed and no signer that was made with it is left, nor an agent or executor with
/// such a signer. Free it with allod_key_free.
pub struct AllodKey;

handled!(AllodKey = 3, Arc<SigningKey>);

/// Makes a key from the operating system's randomness.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_generate(algorithm: u32, out: *mut *mut AllodKey) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(kept(SigningKey::generate(algorithm_of(algorithm)?)?));
        Ok(())
    })
}

/// The key of a seed of 32 bytes: for Ed25519 the seed of RFC 8032, else the secret number, big-endian.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_from_seed(
    algorithm: u32,
    seed: *const c_void,
    seed_len: usize,
    out: *mut *mut AllodKey,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, seed) = unsafe { (Out::at("out", out)?, bytes("seed", seed, seed_len)?) };
        let seed = seed.try_into().map_err(|_| Fault::argument("seed", "32 bytes"))?;
        out.write(kept(SigningKey::from_seed(algorithm_of(algorithm)?, seed)?));
        Ok(())
    })
}

/// Reads a secret key as a JWK (RFC 7517).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_from_jwk(
    jwk: *const c_char,
    jwk_len: usize,
    out: *mut *mut AllodKey,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, jwk) = unsafe { (Out::at("out", out)?, text("jwk", jwk, jwk_len)?) };
        out.write(kept(SigningKey::from_jwk(jwk)?));
        Ok(())
    })
}

/// Reads a secret key as PKCS#8 in DER (RFC 5958).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_from_pkcs8(
    der: *const c_void,
    der_len: usize,
    out: *mut *mut AllodKey,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, der) = unsafe { (Out::at("out", out)?, bytes("der", der, der_len)?) };
        out.write(kept(SigningKey::from_pkcs8_der(der).map_err(|error| malformed(&error))?));
        Ok(())
    })
}

/// Reads a secret key as PKCS#8 in PEM (RFC 7468).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_from_pem(
    pem: *const c_char,
    pem_len: usize,
    out: *mut *mut AllodKey,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, pem) = unsafe { (Out::at("out", out)?, text("pem", pem, pem_len)?) };
        out.write(kept(SigningKey::from_pkcs8_pem(pem).map_err(|error| malformed(&error))?));
        Ok(())
    })
}

/// The secret, as the seed that allod_key_from_seed takes. Whoever has it is whom the key stands for.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_danger_export_seed(
    key: *const AllodKey,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(&*get("key", key)?.danger_export_seed()));
        Ok(())
    })
}

/// The secret as a JWK. Whoever has it is whom the key stands for.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_danger_export_jwk(
    key: *const AllodKey,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("key", key)?.danger_export_jwk().as_bytes()));
        Ok(())
    })
}

/// The secret as PKCS#8 in DER. Whoever has it is whom the key stands for.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_danger_export_pkcs8(
    key: *const AllodKey,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(&get("key", key)?.danger_export_pkcs8_der()));
        Ok(())
    })
}

/// The key's DID: a did:key.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_did(key: *const AllodKey, out: *mut *mut AllodBytes) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("key", key)?.did().to_string().as_bytes()));
        Ok(())
    })
}

/// The key's algorithm: one of ALLOD_ED25519, ALLOD_P256 and ALLOD_SECP256K1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_algorithm(key: *const AllodKey, out: *mut u32) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(number_of(get("key", key)?.public_key().algorithm()));
        Ok(())
    })
}

/// The public key: 32 bytes for Ed25519, else 33, compressed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_public(
    key: *const AllodKey,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(&get("key", key)?.public_key().to_bytes()));
        Ok(())
    })
}

/// Signs a message: 64 bytes, for ECDSA r and s with a low s. `signature` has to have room for them.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_sign(
    key: *const AllodKey,
    message: *const c_void,
    message_len: usize,
    signature: *mut u8,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let message = unsafe { bytes("message", message, message_len) }?;
        let signed = get("key", key)?.sign(message)?;
        // SAFETY: as the header asks of the caller, who has room for 64 bytes.
        unsafe { copy_to("signature", signature, signed.as_bytes()) }
    })
}

/// Checks a signature of 64 bytes, strictly: ALLOD_BAD_SIGNATURE for one that is not the key's over the message.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_public_key_verify(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    message: *const c_void,
    message_len: usize,
    signature: *const c_void,
    signature_len: usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (key, message, signature) = unsafe {
            (
                public_key_of(algorithm, public_key, public_key_len)?,
                bytes("message", message, message_len)?,
                bytes("signature", signature, signature_len)?,
            )
        };
        Ok(key.verify(message, &Signature::try_from(signature)?)?)
    })
}

/// Frees a key, and wipes it unless a signer still has it. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_key_free(key: *mut AllodKey) -> bool {
    quietly(false, || free(key))
}

pub(crate) fn algorithm_of(number: u32) -> Result<Algorithm, Fault> {
    match number {
        ALLOD_ED25519 => Ok(Algorithm::Ed25519),
        ALLOD_P256 => Ok(Algorithm::P256),
        ALLOD_SECP256K1 => Ok(Algorithm::Secp256k1),
        _ => Err(Fault::argument("algorithm", "ALLOD_ED25519, ALLOD_P256 or ALLOD_SECP256K1")),
    }
}

pub(crate) const fn number_of(algorithm: Algorithm) -> u32 {
    match algorithm {
        Algorithm::Ed25519 => ALLOD_ED25519,
        Algorithm::P256 => ALLOD_P256,
        Algorithm::Secp256k1 => ALLOD_SECP256K1,
    }
}

/// A public key as it came from the host.
pub(crate) unsafe fn public_key_of(
    algorithm: u32,
    data: *const c_void,
    len: usize,
) -> Result<PublicKey, Fault> {
    // SAFETY: the caller's contract is this function's.
    let key = unsafe { bytes("public_key", data, len) }?;
    let algorithm = algorithm_of(algorithm)?;
    if let (Algorithm::P256 | Algorithm::Secp256k1, [4, point @ ..]) = (algorithm, key)
        && let Some((x, y)) = point.split_first_chunk::<32>()
    {
        return uncompressed(algorithm, x, y);
    }
    Ok(PublicKey::from_bytes(algorithm, key)?)
}

/// A point as the keystores of phones give it. Tokens and DIDs have but the compressed spelling; both coordinates are
/// checked.
fn uncompressed(algorithm: Algorithm, x: &[u8; 32], y: &[u8]) -> Result<PublicKey, Fault> {
    let curve = if algorithm == Algorithm::P256 { "P-256" } else { "secp256k1" };
    let (x, y) = (base64url_encode(x), base64url_encode(y));
    let jwk = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#);
    PublicKey::from_jwk(&jwk).map_err(|error| malformed(&error))
}

fn kept(key: SigningKey) -> *mut AllodKey {
    give(Arc::new(key))
}

fn malformed(error: &dyn core::fmt::Display) -> Fault {
    Fault::new("KeyError", "malformed", error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use allod::wire::multibase::base64url_decode;

    use super::*;

    #[test]
    fn both_spellings_of_a_point_are_one_key_and_a_false_coordinate_is_none() {
        for (number, algorithm) in [(ALLOD_P256, Algorithm::P256), (ALLOD_SECP256K1, Algorithm::Secp256k1)] {
            let key = SigningKey::from_seed(algorithm, &[7; 32]).unwrap().public_key();
            let jwk = key.to_jwk();
            let member = |name: &str| {
                let after = jwk.split_once(&format!(r#""{name}":""#)).unwrap().1;
                base64url_decode(after.split_once('"').unwrap().0).unwrap()
            };
            let mut point = [&[4][..], &member("x"), &member("y")].concat();
            let read = |bytes: &[u8], number| {
                // SAFETY: bytes with their length.
                unsafe { public_key_of(number, bytes.as_ptr().cast(), bytes.len()) }
            };
            assert_eq!(read(&point, number).unwrap(), key);
            assert_eq!(read(&key.to_bytes(), number).unwrap(), key);
            assert!(read(&point[..64], number).is_err());
            assert!(read(&point, ALLOD_ED25519).is_err());
            assert!(read(&point, ALLOD_P256 + ALLOD_SECP256K1 - number).is_err());
            // The same parity, and so the same compressed spelling.
            point[64] ^= 2;
            assert!(read(&point, number).is_err());
            point[0] = 6;
            assert!(read(&point, number).is_err());
        }
    }
}
