import CAllod
import Foundation

/// A secret key in memory. It is wiped there when nothing uses it any more. What it was read from and what was exported is not:
/// Swift leaves copies of a `Data` or `String` that nothing reaches. A key that never was outside of the library is generated.
public final class Key: Signer {
    let handle: Handle

    /// How it signs.
    public let algorithm: Algorithm
    /// The public key: 32 bytes for Ed25519, else 33, compressed.
    public let publicKey: Data
    /// Whom it stands for: its did:key.
    public let did: String

    private init(_ handle: Handle) throws {
        self.handle = handle
        var number: UInt32 = 0
        try handle.use { try check(allod_key_algorithm($0, &number)) }
        guard let algorithm = Algorithm(rawValue: number) else {
            throw AllodError.fault("a key of an algorithm that is not known")
        }
        self.algorithm = algorithm
        publicKey = try handle.use { key in try bytes { allod_key_public(key, $0) } }
        did = try handle.use { key in try text { allod_key_did(key, $0) } }
    }

    private convenience init(_ call: (Slot) throws -> OpaquePointer?) throws {
        try self.init(made(freedBy: { allod_key_free($0) }, call))
    }

    /// Makes a key from the operating system's randomness.
    ///
    /// - Throws: `AllodError` where there is none.
    public static func generate(_ algorithm: Algorithm = .ed25519) throws -> Key {
        try Key { allod_key_generate(algorithm.rawValue, $0) }
    }

    /// The key of a seed of 32 bytes: for Ed25519 the seed of RFC 8032, else the secret number, big-endian.
    ///
    /// - Throws: `AllodError` for what is no such seed.
    public convenience init(seed: Data, algorithm: Algorithm = .ed25519) throws {
        try self.init { out in seed.pass { allod_key_from_seed(algorithm.rawValue, $0, $1, out) } }
    }

    /// Reads a secret key as a JWK (RFC 7517).
    ///
    /// - Throws: `AllodError` for what is none.
    public convenience init(jwk: String) throws {
        try self.init { out in jwk.pass { allod_key_from_jwk($0, $1, out) } }
    }

    /// Reads a secret key as PKCS#8 in DER (RFC 5958).
    ///
    /// - Throws: `AllodError` for what is none.
    public convenience init(pkcs8: Data) throws {
        try self.init { out in pkcs8.pass { allod_key_from_pkcs8($0, $1, out) } }
    }

    /// Reads a secret key as PKCS#8 in PEM (RFC 7468).
    ///
    /// - Throws: `AllodError` for what is none.
    public convenience init(pem: String) throws {
        try self.init { out in pem.pass { allod_key_from_pem($0, $1, out) } }
    }

    /// Signs a message: 64 bytes, for ECDSA r and s with a low s.
    ///
    /// - Throws: `AllodError` where it cannot be signed.
    public func sign(_ message: Data) throws -> Data {
        var signature = [UInt8](repeating: 0, count: 64)
        try handle.use { key in
            try message.pass { data, count in
                try check(allod_key_sign(key, data, count, &signature))
            }
        }
        return Data(signature)
    }

    /// The secret, as the seed that ``init(seed:algorithm:)`` takes. Whoever has it is whom the key stands for.
    ///
    /// - Throws: `AllodError` only where the library has a fault.
    public func dangerExportSeed() throws -> Data {
        try handle.use { key in try bytes { allod_key_danger_export_seed(key, $0) } }
    }

    /// The secret as a JWK. Whoever has it is whom the key stands for.
    ///
    /// - Throws: `AllodError` only where the library has a fault.
    public func dangerExportJWK() throws -> String {
        try handle.use { key in try text { allod_key_danger_export_jwk(key, $0) } }
    }

    /// The secret as PKCS#8 in DER. Whoever has it is whom the key stands for.
    ///
    /// - Throws: `AllodError` only where the library has a fault.
    public func dangerExportPKCS8() throws -> Data {
        try handle.use { key in try bytes { allod_key_danger_export_pkcs8(key, $0) } }
    }

    /// Checks a signature of 64 bytes, strictly.
    ///
    /// - Throws: `AllodError`, with the code ``Code/badSignature`` for one that is not the key's over the message.
    public static func verify(
        _ signature: Data, of message: Data, algorithm: Algorithm, publicKey: Data
    ) throws {
        try publicKey.pass { key, keyCount in
            try message.pass { message, messageCount in
                try signature.pass { signature, signatureCount in
                    try check(
                        allod_public_key_verify(
                            algorithm.rawValue, key, keyCount, message, messageCount, signature, signatureCount))
                }
            }
        }
    }
}
