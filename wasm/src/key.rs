//! Keys in memory.

use allod::SigningKey;
use allod::identity::Signer;
use allod::wire::Writer;
use allod_crossing::Fault;
use core::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize, Zeroizing};

use crate::{thrown, whole};

/// A secret key. It is wiped when it is freed.
#[wasm_bindgen]
pub struct RawKey {
    /// In a place of its own: what moves is where it is, and not the secret.
    key: Box<SigningKey>,
    /// What is being exported: read by the glue where it lies, then wiped.
    exported: RefCell<Zeroizing<Vec<u8>>>,
}

#[wasm_bindgen]
impl RawKey {
    /// A key: made from the platform's randomness where there is no `secret`, or from a seed of 32 bytes, or, without an
    /// `algorithm`, from a JWK. Texts come as their bytes. What was handed over is wiped here; the caller's copy is the caller's.
    ///
    /// # Errors
    /// What went wrong, for the glue to make an error of.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::needless_pass_by_value, reason = "optional bytes come by value alone")]
    pub fn new(algorithm: Option<Vec<u8>>, secret: Option<Vec<u8>>) -> Result<Self, JsValue> {
        let secret = secret.map(Zeroizing::new);
        let algorithm = algorithm.as_deref().map(|name| core::str::from_utf8(name).unwrap_or_default());
        let key =
            wiped(|| made(algorithm, secret.as_ref().map(|secret| secret.as_slice()))).map_err(thrown)?;
        Ok(Self { key, exported: RefCell::default() })
    }

    /// The key's DID, its algorithm, and the public key's bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        let key = self.key.public_key();
        let mut writer = Writer::new();
        writer.list_head(3);
        writer.string(&key.did().to_string());
        writer.string(&key.algorithm().to_string());
        writer.bytes(&key.to_bytes());
        writer.into_bytes()
    }

    /// Signs: 64 bytes.
    ///
    /// # Errors
    /// What went wrong, for the glue to make an error of.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JsValue> {
        wiped(|| self.key.sign(message).map(|signature| signature.as_bytes().to_vec()))
            .map_err(|error| thrown(error.into()))
    }

    /// Where the secret lies, as a seed or as a JWK, and how long it is: to be copied, and then wiped with
    /// [`RawKey::let_go`].
    #[must_use]
    pub fn export(&self, jwk: bool) -> Vec<u32> {
        let secret = wiped(|| {
            if jwk {
                whole::to_jwk(&self.key)
            } else {
                Zeroizing::new(self.key.danger_export_seed().to_vec())
            }
        });
        // Where it lies in the memory that both languages see. An address of this target fits.
        let place =
            [secret.as_ptr() as usize, secret.len()].map(|number| u32::try_from(number).unwrap_or_default());
        *self.exported.borrow_mut() = secret;
        place.to_vec()
    }

    /// Wipes what was exported.
    #[wasm_bindgen(js_name = letGo)]
    pub fn let_go(&self) {
        *self.exported.borrow_mut() = Zeroizing::default();
    }
}

fn made(algorithm: Option<&str>, secret: Option<&[u8]>) -> Result<Box<SigningKey>, Fault> {
    Ok(Box::new(match (algorithm, secret) {
        (Some(algorithm), None) => SigningKey::generate(algorithm.parse()?)?,
        (Some(algorithm), Some(seed)) => {
            let seed = seed.try_into().map_err(|_| Fault::argument("seed", "32 bytes"))?;
            SigningKey::from_seed(algorithm.parse()?, seed)?
        }
        (None, jwk) => whole::from_jwk(jwk)?,
    }))
}

/// Does what handles a secret, and wipes the stack behind it: the stack of WASM is memory that both languages see, and
/// what libraries leave there of a secret stays until something else stands in its place.
fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    wipe_stack();
    done
}

/// In a frame of its own, below the caller's.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Wipes twice what the deepest of them uses: 67 KB to make a key of secp256k1 where it has tables, half of that to sign.
/// `js/test/memory.test.mjs` sees what is left.
#[inline(never)]
#[allow(
    clippy::large_stack_arrays,
    reason = "it is the stack that is to be wiped, of which there is a megabyte"
)]
fn wipe_stack() {
    let mut stack = [0_u64; 20_480];
    stack.zeroize();
    core::hint::black_box(&stack);
}
