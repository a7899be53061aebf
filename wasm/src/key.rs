//! Keys in memory.

use allod::SigningKey;
use allod::identity::Signer;
use core::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::fault::Fault;

/// A secret key. It is wiped when it is freed.
#[wasm_bindgen]
pub struct RawKey {
    key: SigningKey,
    /// What is being exported: read by the glue where it lies, then wiped.
    exported: RefCell<Zeroizing<Vec<u8>>>,
}

impl RawKey {
    fn of(key: SigningKey) -> Self {
        Self { key, exported: RefCell::default() }
    }

    fn export(&self, secret: &[u8]) -> Vec<u32> {
        let mut exported = self.exported.borrow_mut();
        *exported = Zeroizing::new(secret.to_vec());
        // Where it lies in the memory that both languages see. An address of this target fits.
        [exported.as_ptr() as usize, exported.len()]
            .map(|number| u32::try_from(number).unwrap_or_default())
            .to_vec()
    }
}

#[wasm_bindgen]
impl RawKey {
    /// Makes a key from the platform's randomness.
    pub fn generate(algorithm: &str) -> Result<Self, Fault> {
        Ok(Self::of(SigningKey::generate(algorithm.parse()?)?))
    }

    /// Takes a secret of 32 bytes. What was handed over is wiped here; the caller's copy is the caller's.
    #[wasm_bindgen(js_name = fromSeed)]
    pub fn from_seed(algorithm: &str, seed: Vec<u8>) -> Result<Self, Fault> {
        let seed = Zeroizing::new(seed);
        let seed: Result<&[u8; 32], _> = seed.as_slice().try_into();
        let seed = seed.map_err(|_| Fault::argument("seed", "32 bytes"))?;
        Ok(Self::of(SigningKey::from_seed(algorithm.parse()?, seed)?))
    }

    /// Takes a private JWK.
    #[wasm_bindgen(js_name = fromJwk)]
    pub fn from_jwk(jwk: String) -> Result<Self, Fault> {
        Ok(Self::of(SigningKey::from_jwk(&Zeroizing::new(jwk))?))
    }

    /// `Ed25519`, `P-256` or `secp256k1`.
    pub fn algorithm(&self) -> String {
        self.key.algorithm().to_string()
    }

    /// The public key's bytes.
    #[wasm_bindgen(js_name = publicBytes)]
    pub fn public_bytes(&self) -> Vec<u8> {
        self.key.public_key().to_bytes().to_vec()
    }

    /// The key's DID.
    pub fn did(&self) -> String {
        self.key.did().to_string()
    }

    /// Signs: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(self.key.sign(message)?.as_bytes().to_vec())
    }

    /// Where the secret lies, and how long it is: to be copied, and then let go with [`RawKey::let_go`].
    #[wasm_bindgen(js_name = exportSeed)]
    pub fn export_seed(&self) -> Vec<u32> {
        self.export(&*self.key.danger_export_seed())
    }

    /// As [`RawKey::export_seed`], as a JWK.
    #[wasm_bindgen(js_name = exportJwk)]
    pub fn export_jwk(&self) -> Vec<u32> {
        self.export(self.key.danger_export_jwk().as_bytes())
    }

    /// Wipes what was exported.
    #[wasm_bindgen(js_name = letGo)]
    pub fn let_go(&self) {
        *self.exported.borrow_mut() = Zeroizing::default();
    }
}
