import CAllod
import Foundation

/// A token that has its form. What it says is powerless: only a ``Decision`` counts.
public final class Token: Sendable {
    let handle: Handle

    /// What a token is.
    public enum Kind: UInt32, Sendable, Hashable {
        /// A delegation.
        case delegation = 1
        /// An invocation, of none of the commands below.
        case invocation = 2
        /// A receipt: an invocation of /ucan/assert/receipt.
        case receipt = 3
        /// A revocation: an invocation of /ucan/revoke.
        case revocation = 4
        /// Something that only a newer version knows.
        case other = 0
    }

    init(_ handle: Handle) {
        self.handle = handle
    }

    convenience init(_ call: (Slot) throws -> OpaquePointer?) throws {
        self.init(try made(freedBy: { allod_token_free($0) }, call))
    }

    /// Reads a token of any kind: its bytes in DAG-CBOR, as they came.
    ///
    /// - Throws: `AllodError` for what is none.
    public convenience init(_ bytes: Data) throws {
        try self.init { out in bytes.pass { allod_token_parse($0, $1, out) } }
    }

    /// What it is.
    public var kind: Kind {
        get throws {
            var number: UInt32 = 0
            try handle.use { try check(allod_token_kind($0, &number)) }
            return Kind(rawValue: number) ?? .other
        }
    }

    /// Its bytes.
    public var bytes: Data {
        get throws { try handle.use { token in try Allod.bytes { allod_token_bytes(token, $0) } } }
    }

    /// Its CID, in base58btc.
    public var cid: String {
        get throws { try handle.use { token in try text { allod_token_cid(token, $0) } } }
    }

    /// What it claims. The signature need not be genuine: see ``verify(documents:)``.
    public var claims: Claims {
        get throws { try Claims(try rawClaims) }
    }

    /// What it claims, as the library writes it. Whatever is to be done goes by a ``Grant``, and not by this.
    public var rawClaims: Value {
        get throws { try handle.use { token in try answer { allod_token_claims(token, cbor, $0) } } }
    }

    /// Checks its signature, with the documents of DIDs that need one.
    ///
    /// - Throws: `AllodError` where it is not its issuer's, or cannot be checked.
    public func verify(documents: [String: String] = [:]) throws {
        let options = Question(["documents": .documents(documents)])
        try handle.use { token in try options.pass { try check(allod_token_verify(token, $0, $1)) } }
    }
}

/// What a token claims.
public enum Claims: Sendable, Hashable {
    /// A delegation.
    case delegation(DelegationClaims)
    /// An invocation.
    case invocation(InvocationClaims)
    /// A receipt: of which task, and what came of it.
    case receipt(InvocationClaims, ran: String, out: Outcome)
    /// A revocation: of which delegation, and the way there from the subject's own.
    case revocation(InvocationClaims, revoke: String, path: [String])

    init(_ value: Value) throws {
        let decoder = ValueDecoder()
        if value["kind"]?.asString == "delegation" {
            self = .delegation(try decoder.decode(DelegationClaims.self, from: value))
            return
        }
        let claims = try decoder.decode(InvocationClaims.self, from: value)
        switch value["kind"]?.asString {
        case "receipt":
            guard let ran = value["ran"]?.asString, let out = Outcome(in: value) else {
                throw AllodError.fault("a receipt without what came of it")
            }
            self = .receipt(claims, ran: ran, out: out)
        case "revocation":
            guard let revoke = value["revoke"]?.asString, let path = value["path"] else {
                throw AllodError.fault("a revocation of nothing")
            }
            self = .revocation(claims, revoke: revoke, path: try decoder.decode([String].self, from: path))
        default: self = .invocation(claims)
        }
    }
}

extension Outcome {
    /// The outcome among the fields of something else.
    init?(in value: Value) {
        if let ok = value["ok"] {
            self = .ok(ok)
        } else if let error = value["error"] {
            self = .error(error)
        } else {
            return nil
        }
    }
}

/// What a delegation claims.
public struct DelegationClaims: Sendable, Hashable, Decodable {
    /// Its CID.
    public let cid: String
    /// Who lets.
    public let issuer: String
    /// Who is let.
    public let audience: String
    /// Whose thing it is; `nil` for a powerline.
    public let subject: String?
    /// What may be done.
    public let command: String
    /// What the arguments have to be like.
    public let policy: Policy
    /// The beginning of it, in seconds since 1970.
    public let notBefore: Int64?
    /// The end of it, in seconds since 1970; `nil` where it never ends.
    public let expires: Int64?
    /// What makes it different from others like it.
    public let nonce: Data
    /// What is said besides.
    public let meta: [String: Value]?
}

/// What an invocation claims.
public struct InvocationClaims: Sendable, Hashable, Decodable {
    /// Its CID.
    public let cid: String
    /// The CID of what is to be done.
    public let task: String
    /// Who asks.
    public let issuer: String
    /// Whose thing it is.
    public let subject: String
    /// Who is to do it, where that is not the subject.
    public let audience: String?
    /// What is to be done.
    public let command: String
    /// With what: no policy has looked at them.
    public let arguments: [String: Value]
    /// The CIDs of the delegations it rests on, as they are named.
    public let proofs: [String]
    /// The beginning of it, in seconds since 1970.
    public let notBefore: Int64?
    /// The end of it, in seconds since 1970; `nil` where it never ends.
    public let expires: Int64?
    /// When it says that it was issued.
    public let issuedAt: Int64?
    /// The CID of the receipt that was the reason for it.
    public let cause: String?
    /// What makes it different from others like it.
    public let nonce: Data
    /// What is said besides.
    public let meta: [String: Value]?
}
