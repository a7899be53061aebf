import CAllod
import Foundation

/// Whoever signs for a DID: a ``Key`` in memory, or a key elsewhere, which a type of yours reaches.
///
/// A key that answers later, over a network say, is no signer: see ``Unsigned``.
public protocol Signer: Sendable {
    /// How it signs.
    var algorithm: Algorithm { get }
    /// The public key: 32 bytes for Ed25519, else 33 or 65 (SEC1).
    var publicKey: Data { get }
    /// Whom it signs for. The key's own did:key, unless a type says otherwise.
    var did: String { get throws }
    /// Signs a message. For ECDSA that is the SHA-256 of the message; the signature is DER or raw r and s, with a high or
    /// low s. It is checked before it is used. Several threads may call at once.
    ///
    /// - Throws: ``SigningFailure`` to say why not. Anything else is a failure as well, and goes to ``Library/onFailure``.
    func sign(_ message: Data) throws -> Data
}

/// Why a signer did not sign.
public enum SigningFailure: Error, Sendable, Hashable {
    /// The key cannot be reached now: locked, or its device is not there.
    case unavailable
    /// The person, or the policy of the device, said no.
    case refused
    /// Something else.
    case failed
}

extension Signer {
    /// The did:key of the public key.
    public var did: String {
        get throws { try DID.key(publicKey, algorithm: algorithm) }
    }

    /// The same key signing for another DID: a did:web whose document lists it.
    ///
    /// - Throws: `AllodError` for what is no such DID.
    public func acting(as did: String) throws -> ActingSigner {
        try ActingSigner(self, did)
    }
}

/// A key that signs for another DID than its own.
public final class ActingSigner: Signer {
    let handle: Handle
    private let signer: any Signer

    fileprivate init(_ signer: any Signer, _ did: String) throws {
        self.signer = signer
        handle = try signer.withHandle { signer in
            try made(freedBy: { allod_signer_free($0) }) { out in
                did.pass { allod_signer_acting_as(signer, $0, $1, out) }
            }
        }
    }

    /// As that of the key.
    public var algorithm: Algorithm { signer.algorithm }

    /// As that of the key.
    public var publicKey: Data { signer.publicKey }

    /// Whom it signs for.
    public var did: String {
        get throws { try handle.use { signer in try text { allod_signer_did(signer, $0) } } }
    }

    /// Signs with the key.
    public func sign(_ message: Data) throws -> Data { try signer.sign(message) }
}

extension Signer {
    /// What the C library takes for a signer.
    func withHandle<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        switch self {
        case let acting as ActingSigner: try acting.handle.use(body)
        case let key as Key: try Self.handle(of: key).use(body)
        default: try Self.handle(of: self).use(body)
        }
    }

    private static func handle(of key: Key) throws -> Handle {
        try key.handle.use { key in
            try made(freedBy: { allod_signer_free($0) }) { allod_signer_from_key(key, $0) }
        }
    }

    private static func handle(of signer: any Signer) throws -> Handle {
        let did: String? = try signer.did
        let box = Unmanaged.passRetained(SignerBox(signer))
        do {
            return try made(freedBy: { allod_signer_free($0) }) { out in
                signer.publicKey.pass { key, keyCount in
                    did.pass { did, didCount in
                        allod_signer_new(
                            signer.algorithm.rawValue, key, keyCount, did, didCount, runSigner, box.toOpaque(),
                            releaseBox, out)
                    }
                }
            }
        } catch {
            // What the library did not take it does not let go.
            box.release()
            throw error
        }
    }
}

private final class SignerBox: Box {
    let signer: any Signer

    init(_ signer: any Signer) {
        self.signer = signer
    }
}

/// What the library holds while it may call back.
class Box {}

/// Lets go of what the library held.
func releaseBox(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Box>.fromOpaque(context).release()
}

/// Called by the library. Nothing is thrown from here.
private func runSigner(
    _ context: UnsafeMutableRawPointer?, _ message: UnsafePointer<UInt8>?, _ count: Int,
    _ signature: UnsafeMutablePointer<UInt8>?, _ signatureCount: UnsafeMutablePointer<Int>?
) -> Int32 {
    let failed: Int32 = 3
    guard let context, let signature, let signatureCount,
        let box = Unmanaged<Box>.fromOpaque(context).takeUnretainedValue() as? SignerBox
    else { return failed }
    do {
        let made = try box.signer.sign(message.map { Data(bytes: $0, count: count) } ?? Data())
        guard made.count <= signatureCount.pointee else {
            throw AllodError.argument("a signature of \(made.count) bytes")
        }
        made.copyBytes(to: signature, count: made.count)
        signatureCount.pointee = made.count
        return 0
    } catch SigningFailure.unavailable {
        return ALLOD_SIGN_UNAVAILABLE
    } catch SigningFailure.refused {
        return ALLOD_SIGN_REFUSED
    } catch {
        Library.report(error, .signer(publicKey: box.signer.publicKey))
        return failed
    }
}
