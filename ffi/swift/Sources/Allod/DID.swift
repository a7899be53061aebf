import CAllod
import Foundation

/// What a DID says by itself.
public struct DID: Sendable, Hashable, Decodable {
    /// The DID.
    public let did: String
    /// Its method: `key` or `web`, say.
    public let method: String
    /// The algorithm's name, of a did:key.
    public let algorithm: String?
    /// The public key, of a did:key.
    public let key: Data?
    /// Where the document of a did:web lies.
    public let url: String?
    /// A short form, for people.
    public let short: String
    /// Whether signatures by it can be checked, with its document if it needs one.
    public let verifiable: Bool

    /// Reads a DID.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(_ did: String) throws {
        self = try answer(as: DID.self) { out in did.pass { allod_did_read($0, $1, cbor, out) } }
    }

    /// The did:key of a public key.
    ///
    /// - Throws: `AllodError` for what is no key that someone can have.
    public static func key(_ publicKey: Data, algorithm: Algorithm) throws -> String {
        try text { out in publicKey.pass { allod_did_of_key(algorithm.rawValue, $0, $1, out) } }
    }

    /// The document that a did:key amounts to, in JSON.
    ///
    /// - Throws: `AllodError` for another DID.
    public func document() throws -> String {
        try text { out in did.pass { allod_did_document($0, $1, out) } }
    }
}
