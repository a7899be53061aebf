//! Keys of the peer, which has none of its own: Ed25519 by the implementation that allod stands on, checked strictly.

use anyhow::{Result, anyhow};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use ucan::crypto::KeyMaterial;
use ucan::crypto::did::{ED25519_MAGIC_BYTES, KeyConstructorSlice};

/// What the peer makes keys from DIDs with.
pub const KEYS: &KeyConstructorSlice = &[(ED25519_MAGIC_BYTES, received)];

/// Someone's own.
pub struct Own {
    pub secret: SigningKey,
    pub did: String,
}

/// One that was named.
struct Named(VerifyingKey);

/// The same as that of the person of this number in [`allod_bench::chain`].
pub fn secret(number: usize) -> SigningKey {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    SigningKey::from_bytes(&seed)
}

impl Own {
    pub fn of(number: usize) -> Self {
        let secret = secret(number);
        let public = [ED25519_MAGIC_BYTES, secret.verifying_key().as_bytes()].concat();
        Self { secret, did: format!("did:key:z{}", bs58::encode(public).into_string()) }
    }
}

fn received(key: Vec<u8>) -> Result<Box<dyn KeyMaterial>> {
    Ok(Box::new(Named(VerifyingKey::from_bytes(key.as_slice().try_into()?)?)))
}

#[async_trait::async_trait]
impl KeyMaterial for Own {
    fn get_jwt_algorithm_name(&self) -> String {
        "EdDSA".into()
    }

    async fn get_did(&self) -> Result<String> {
        Ok(self.did.clone())
    }

    async fn sign(&self, payload: &[u8]) -> Result<Vec<u8>> {
        Ok(self.secret.sign(payload).to_bytes().to_vec())
    }

    async fn verify(&self, payload: &[u8], signature: &[u8]) -> Result<()> {
        Named(self.secret.verifying_key()).verify(payload, signature).await
    }
}

#[async_trait::async_trait]
impl KeyMaterial for Named {
    fn get_jwt_algorithm_name(&self) -> String {
        "EdDSA".into()
    }

    async fn get_did(&self) -> Result<String> {
        Err(anyhow!("nobody asks for it"))
    }

    async fn sign(&self, _: &[u8]) -> Result<Vec<u8>> {
        Err(anyhow!("it is someone else's"))
    }

    async fn verify(&self, payload: &[u8], signature: &[u8]) -> Result<()> {
        Ok(self.0.verify_strict(payload, &Signature::from_slice(signature)?)?)
    }
}
