import CAllod
import Foundation

/// A token that lacks only its signature: for a key that answers later, or asks a person first.
public final class Unsigned: Sendable {
    let handle: Handle

    init(_ call: (Slot) throws -> OpaquePointer?) throws {
        handle = try made(freedBy: { allod_unsigned_free($0) }, call)
    }

    /// What the issuer has to sign. ECDSA signers hash it with SHA-256; Ed25519 takes it as it is.
    public var bytes: Data {
        get throws { try handle.use { unsigned in try Allod.bytes { allod_unsigned_bytes(unsigned, $0) } } }
    }

    /// Finishes the token with a signature: 64 raw bytes, or for ECDSA also DER, with a high or low s. It can be used again.
    ///
    /// - Throws: `AllodError`, with the code ``Code/badSignature`` for one that is not the issuer's.
    public func attach(_ signature: Data) throws -> Token {
        try handle.use { unsigned in
            try Token { out in signature.pass { allod_unsigned_attach(unsigned, $0, $1, out) } }
        }
    }

    /// Has it signed by a function that takes its time, and finishes the token.
    ///
    /// - Throws: As ``attach(_:)``, and what the function throws.
    public func signed(by sign: @Sendable (Data) async throws -> Data) async throws -> Token {
        try attach(try await sign(try bytes))
    }
}
