import CAllod
import Foundation

/// Whom a delegation is about.
public enum Subject: Sendable, Hashable, ExpressibleByStringLiteral {
    /// This DID.
    case did(String)
    /// Whomever the issuer may speak for, now and later: a powerline. It hands on everything that the issuer is given.
    case powerline

    /// A DID.
    public init(stringLiteral did: String) { self = .did(did) }

    var value: Value {
        switch self {
        case .did(let did): .string(did)
        case .powerline: .null
        }
    }
}

/// A delegation to be made: the issuer lets the audience do something.
public struct Delegation: Sendable, Hashable {
    /// Who is let: a DID.
    public var audience: String
    /// Whose thing it is.
    public var subject: Subject
    /// What may be done: this command, and all below it.
    public var command: String
    /// What the arguments have to be like.
    public var policy: Policy
    /// The end of it, in seconds since 1970. It never ends where this is `nil`.
    public var expires: Int64?
    /// The beginning of it, in seconds since 1970.
    public var notBefore: Int64?
    /// What makes it different from others like it: random where this is `nil`.
    public var nonce: Data?
    /// What is said besides. No policy looks at it.
    public var meta: [String: Value]?
    /// The bytes of the delegation that it hands on: it is checked against that.
    public var under: Data?
    /// Whether to write the tag of the release candidate of UCAN 1.0.
    public var releaseCandidate = false

    /// A delegation to be made. How long it lasts has to be said: `nil` is for ever.
    public init(
        audience: String, subject: Subject, command: String, policy: Policy = [], expires: Int64?,
        notBefore: Int64? = nil, nonce: Data? = nil, meta: [String: Value]? = nil, under: Data? = nil
    ) {
        (self.audience, self.subject, self.command, self.policy) = (audience, subject, command, policy)
        (self.expires, self.notBefore, self.nonce, self.meta, self.under) = (expires, notBefore, nonce, meta, under)
    }

    var question: Question {
        Question([
            "audience": .string(audience), "subject": subject.value, "command": .string(command),
            "policy": policy.value, "expires": expires.map(Value.int), "notBefore": notBefore.map(Value.int),
            "nonce": nonce.map(Value.bytes), "meta": meta.map(Value.map), "under": under.map(Value.bytes),
            "releaseCandidate": .flag(releaseCandidate),
        ])
    }

    /// What is legal but risky in it, in words.
    ///
    /// - Throws: `AllodError` for what is none.
    public func lints() throws -> [String] {
        try answer(as: [String].self) { out in
            try question.pass { allod_delegation_lints($0, $1, cbor, out) }
        }
    }
}

/// An invocation to be made: the issuer asks for something to be done. Until when is said where it is signed.
public struct Invocation: Sendable, Hashable {
    /// Whose thing it is: a DID.
    public var subject: String
    /// What is to be done.
    public var command: String
    /// With what.
    public var arguments: [String: Value]
    /// Who is to do it, where that is not the subject.
    public var audience: String?
    /// The CIDs of the delegations it rests on, root first. ``Agent/invoke(_:expires:now:)`` finds them by itself.
    public var proofs: [String]
    /// The beginning of it, in seconds since 1970.
    public var notBefore: Int64?
    /// When it was issued, in seconds since 1970.
    public var issuedAt: Int64?
    /// The CID of the receipt that was the reason for it.
    public var cause: String?
    /// What makes it different from others like it: random where this is `nil`.
    public var nonce: Data?
    /// What is said besides.
    public var meta: [String: Value]?
    /// Whether to write the tag of the release candidate of UCAN 1.0.
    public var releaseCandidate = false

    /// An invocation to be made.
    public init(
        subject: String, command: String, arguments: [String: Value] = [:], audience: String? = nil,
        proofs: [String] = [], notBefore: Int64? = nil, issuedAt: Int64? = nil,
        cause: String? = nil, nonce: Data? = nil, meta: [String: Value]? = nil
    ) {
        (self.subject, self.command, self.arguments, self.audience) = (subject, command, arguments, audience)
        (self.proofs, self.notBefore, self.issuedAt) = (proofs, notBefore, issuedAt)
        (self.cause, self.nonce, self.meta) = (cause, nonce, meta)
    }

    /// An invocation with arguments of a type of your own.
    ///
    /// - Throws: `EncodingError` for arguments that have no exact form, or are no map.
    public init<Arguments: Encodable>(
        subject: String, command: String, encoding arguments: Arguments
    ) throws {
        self.init(subject: subject, command: command, arguments: try ValueEncoder().encodeMap(arguments))
    }

    func question(_ expires: Int64?) -> Question {
        Question([
            "subject": .string(subject), "command": .string(command), "arguments": .map(arguments),
            "audience": audience.map(Value.string), "proofs": .texts(proofs), "expires": expires.map(Value.int),
            "notBefore": notBefore.map(Value.int), "issuedAt": issuedAt.map(Value.int),
            "cause": cause.map(Value.string), "nonce": nonce.map(Value.bytes), "meta": meta.map(Value.map),
            "releaseCandidate": .flag(releaseCandidate),
        ])
    }
}

/// A revocation to be made: the issuer takes a delegation back. ``Agent/revoke(_:now:)`` finds all of this by itself.
public struct Revocation: Sendable, Hashable {
    /// The CID of the delegation.
    public var revoke: String
    /// Its issuer, or the issuer of one above it.
    public var subject: String
    /// The CIDs of the delegations from the subject's own to that one.
    public var path: [String]?
    /// The CIDs of the delegations by which someone else may revoke in the subject's name.
    public var proofs: [String]
    /// When it was issued, in seconds since 1970.
    public var issuedAt: Int64?
    /// What is said besides.
    public var meta: [String: Value]?
    /// Whether to write the tag of the release candidate of UCAN 1.0.
    public var releaseCandidate = false

    /// A revocation to be made.
    public init(
        revoke: String, subject: String, path: [String]? = nil, proofs: [String] = [], issuedAt: Int64? = nil,
        meta: [String: Value]? = nil
    ) {
        (self.revoke, self.subject, self.path) = (revoke, subject, path)
        (self.proofs, self.issuedAt, self.meta) = (proofs, issuedAt, meta)
    }

    var question: Question {
        Question([
            "revoke": .string(revoke), "subject": .string(subject), "path": path.map(Value.texts),
            "proofs": .texts(proofs), "issuedAt": issuedAt.map(Value.int), "meta": meta.map(Value.map),
            "releaseCandidate": .flag(releaseCandidate),
        ])
    }
}

/// What came of something: how it went well, or why not.
public enum Outcome: Sendable, Hashable {
    /// It went well, with this result.
    case ok(Value)
    /// It did not, for this reason.
    case error(Value)

    var value: Value {
        switch self {
        case .ok(let value): .map(["ok": value])
        case .error(let value): .map(["error": value])
        }
    }
}

/// A receipt to be made: the issuer says what came of a task. An ``Executor`` makes them by itself.
public struct Receipt: Sendable, Hashable {
    /// The CID of the task.
    public var ran: String
    /// What came of it.
    public var out: Outcome
    /// When it was issued, in seconds since 1970.
    public var issuedAt: Int64?
    /// Until when it can be relied on, in seconds since 1970.
    public var expires: Int64?
    /// What makes it different from others like it: random where this is `nil`.
    public var nonce: Data?
    /// Whether to write the tag of the release candidate of UCAN 1.0.
    public var releaseCandidate = false

    /// A receipt to be made.
    public init(ran: String, out: Outcome, issuedAt: Int64? = nil, expires: Int64? = nil, nonce: Data? = nil) {
        (self.ran, self.out, self.issuedAt, self.expires, self.nonce) = (ran, out, issuedAt, expires, nonce)
    }

    var question: Question {
        Question([
            "ran": .string(ran), "out": out.value, "issuedAt": issuedAt.map(Value.int),
            "expires": expires.map(Value.int), "nonce": nonce.map(Value.bytes),
            "releaseCandidate": .flag(releaseCandidate),
        ])
    }
}

extension Delegation {
    /// The signed token.
    ///
    /// - Throws: `AllodError` for what a validator would refuse, and where it cannot be signed.
    public func sign(by signer: some Signer) throws -> Token {
        try signer.withHandle { signer in
            try Token { out in try question.pass { allod_delegation_sign(signer, $0, $1, out) } }
        }
    }

    /// The token without its signature, for a key elsewhere. The issuer is its did:key, where none is named.
    ///
    /// - Throws: `AllodError` for what a validator would refuse.
    public func unsigned(by publicKey: Data, algorithm: Algorithm, issuer: String? = nil) throws -> Unsigned {
        try Unsigned { out in
            try publicKey.pass { key, keyCount in
                try issuer.pass { issuer, issuerCount in
                    try question.pass {
                        allod_delegation_to_sign(
                            algorithm.rawValue, key, keyCount, issuer, issuerCount, $0, $1, out)
                    }
                }
            }
        }
    }
}

extension Invocation {
    /// The signed token. How long it lasts has to be said: `nil` is for ever, which executors take for idempotent commands only.
    ///
    /// - Throws: `AllodError` for what a validator would refuse, and where it cannot be signed.
    public func sign(by signer: some Signer, expires: Int64?) throws -> Token {
        try signer.withHandle { signer in
            try Token { out in try question(expires).pass { allod_invocation_sign(signer, $0, $1, out) } }
        }
    }

    /// The token without its signature, for a key elsewhere. The issuer is its did:key, where none is named. How long it lasts has
    /// to be said: `nil` is for ever, which executors take for idempotent commands only.
    ///
    /// - Throws: `AllodError` for what a validator would refuse.
    public func unsigned(
        by publicKey: Data, algorithm: Algorithm, expires: Int64?, issuer: String? = nil
    ) throws -> Unsigned {
        try Unsigned { out in
            try publicKey.pass { key, keyCount in
                try issuer.pass { issuer, issuerCount in
                    try question(expires).pass {
                        allod_invocation_to_sign(
                            algorithm.rawValue, key, keyCount, issuer, issuerCount, $0, $1, out)
                    }
                }
            }
        }
    }
}

extension Revocation {
    /// The signed token.
    ///
    /// - Throws: `AllodError` for what a validator would refuse, and where it cannot be signed.
    public func sign(by signer: some Signer) throws -> Token {
        try signer.withHandle { signer in
            try Token { out in try question.pass { allod_revocation_sign(signer, $0, $1, out) } }
        }
    }

    /// The token without its signature, for a key elsewhere. The issuer is its did:key, where none is named.
    ///
    /// - Throws: `AllodError` for what a validator would refuse.
    public func unsigned(by publicKey: Data, algorithm: Algorithm, issuer: String? = nil) throws -> Unsigned {
        try Unsigned { out in
            try publicKey.pass { key, keyCount in
                try issuer.pass { issuer, issuerCount in
                    try question.pass {
                        allod_revocation_to_sign(
                            algorithm.rawValue, key, keyCount, issuer, issuerCount, $0, $1, out)
                    }
                }
            }
        }
    }
}

extension Receipt {
    /// The signed token.
    ///
    /// - Throws: `AllodError` for what a validator would refuse, and where it cannot be signed.
    public func sign(by signer: some Signer) throws -> Token {
        try signer.withHandle { signer in
            try Token { out in try question.pass { allod_receipt_sign(signer, $0, $1, out) } }
        }
    }

    /// The token without its signature, for a key elsewhere. The issuer is its did:key, where none is named.
    ///
    /// - Throws: `AllodError` for what a validator would refuse.
    public func unsigned(by publicKey: Data, algorithm: Algorithm, issuer: String? = nil) throws -> Unsigned {
        try Unsigned { out in
            try publicKey.pass { key, keyCount in
                try issuer.pass { issuer, issuerCount in
                    try question.pass {
                        allod_receipt_to_sign(
                            algorithm.rawValue, key, keyCount, issuer, issuerCount, $0, $1, out)
                    }
                }
            }
        }
    }
}
