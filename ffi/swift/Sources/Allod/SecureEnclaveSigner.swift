#if canImport(CryptoKit)
import CryptoKit
import Foundation
#if canImport(LocalAuthentication)
import LocalAuthentication
#endif

/// A key in the Secure Enclave: P-256, and never outside of it.
///
/// Keep ``dataRepresentation`` to have the same key again: it is of use to this device alone.
// CryptoKit's key does not change, and its operations may be called from any thread; older SDKs do not say so.
public final class SecureEnclaveSigner: Signer, @unchecked Sendable {
    private let key: SecureEnclave.P256.Signing.PrivateKey

    /// Signs with a key that was made elsewhere, with access control or an authentication context of its own.
    public init(_ key: SecureEnclave.P256.Signing.PrivateKey) {
        self.key = key
    }

    /// Makes a new key.
    ///
    /// - Throws: ``SigningFailure/unavailable`` where there is no Secure Enclave, and what CryptoKit throws.
    public convenience init() throws {
        guard SecureEnclave.isAvailable else { throw SigningFailure.unavailable }
        self.init(try SecureEnclave.P256.Signing.PrivateKey())
    }

    /// The key that was kept as ``dataRepresentation``.
    ///
    /// - Throws: What CryptoKit throws for one that is not of this device.
    public convenience init(dataRepresentation: Data) throws {
        self.init(try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: dataRepresentation))
    }

    /// The key, encrypted for this device's Secure Enclave.
    public var dataRepresentation: Data { key.dataRepresentation }

    /// P-256.
    public var algorithm: Algorithm { .p256 }

    /// The public key: 65 bytes, uncompressed.
    public var publicKey: Data { key.publicKey.x963Representation }

    /// Signs the SHA-256 of a message.
    ///
    /// - Throws: ``SigningFailure``: refused where the person did not agree, unavailable where the device is locked.
    public func sign(_ message: Data) throws -> Data {
        do {
            return try key.signature(for: message).derRepresentation
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> SigningFailure {
        #if canImport(LocalAuthentication)
        if let error = error as? LAError {
            switch error.code {
            case .userCancel, .authenticationFailed, .userFallback: return .refused
            default: return .unavailable
            }
        }
        #endif
        let code = (error as NSError).code
        // errSecInteractionNotAllowed, errSecUserCanceled and errSecAuthFailed, of Security.framework.
        switch code {
        case -25308: return .unavailable
        case -128, -25293: return .refused
        default: return .failed
        }
    }
}
#endif
