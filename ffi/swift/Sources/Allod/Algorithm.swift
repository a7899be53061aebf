import CAllod

/// How a key signs.
public enum Algorithm: UInt32, Sendable, Hashable, CaseIterable {
    /// Ed25519.
    case ed25519 = 1
    /// P-256, signing with ECDSA over SHA-256: what a Secure Enclave holds.
    case p256 = 2
    /// secp256k1, signing with ECDSA over SHA-256.
    case secp256k1 = 3
}
