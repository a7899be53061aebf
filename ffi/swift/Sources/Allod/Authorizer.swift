import CAllod
import Foundation

/// How an ``Authorizer`` or an ``Executor`` decides.
public struct DecisionOptions: Sendable, Hashable {
    /// The DIDs that it acts for: itself alone where this is `nil`.
    public var subjects: [String]?
    /// Whether it acts for anyone. Dangerous: anyone can invoke on a subject of their own making.
    public var dangerAnySubject = false
    /// Whether it also takes proofs that are named leaf first.
    public var leafFirst = false
    /// How many delegations a chain may have.
    public var longestChain: UInt32?
    /// How many steps policies may take.
    public var policySteps: UInt32?
    /// How much work policies may be.
    public var policyWork: UInt32?
    /// How many seconds old what is known of revocations may be, by command.
    public var ages: [String: UInt32] = [:]

    /// As ever.
    public init(subjects: [String]? = nil) {
        self.subjects = subjects
    }

    var fields: [String: Value?] {
        let limits = [("chain", longestChain), ("policySteps", policySteps), ("policyWork", policyWork)]
            .compactMap { name, limit in limit.map { (name, Value.int(Int64($0))) } }
        return [
            "subjects": subjects.map(Value.texts), "dangerAnySubject": .flag(dangerAnySubject),
            "leafFirst": .flag(leafFirst),
            "limits": limits.isEmpty ? nil : .map(Dictionary(uniqueKeysWithValues: limits)),
            "ages": .list(ages.map { .list([.string($0.key), .int(Int64($0.value))]) }),
        ]
    }
}

/// Decides, for an executor.
public final class Authorizer: Sendable {
    let handle: Handle

    /// Decides for the executor of this DID.
    ///
    /// - Throws: `AllodError` for what is no DID or command.
    public init(executor: String, options: DecisionOptions = DecisionOptions()) throws {
        handle = try made(freedBy: { allod_authorizer_free($0) }) { out in
            try executor.pass { did, count in
                try Question(options.fields).pass { allod_authorizer_new(did, count, $0, $1, out) }
            }
        }
    }

    /// Decides on a container in any encoding, as it came. What is no container is denied, like whatever else is wrong.
    ///
    /// - Parameter invocation: The CID of the invocation that is meant, where there are several.
    /// - Throws: `AllodError` only where nothing could be decided.
    public func decide(
        _ container: Data, invocation: String? = nil, evidence: Evidence
    ) throws -> Decision {
        try both(evidence) { authorizer, evidence in
            try Decision { out in
                container.pass { bytes, count in
                    invocation.pass {
                        allod_authorizer_decide(authorizer, bytes, count, $0, $1, evidence, out)
                    }
                }
            }
        }
    }

    /// Decides on an invocation by itself: its bytes. The delegations it rests on are among the evidence.
    ///
    /// - Throws: As above.
    public func decide(invocation: Data, evidence: Evidence) throws -> Decision {
        try both(evidence) { authorizer, evidence in
            try Decision { out in
                invocation.pass { allod_authorizer_decide_invocation(authorizer, $0, $1, evidence, out) }
            }
        }
    }

    /// What a decision lacks.
    public struct Needs: Sendable, Hashable {
        /// The CIDs of delegations.
        public let proofs: [String]
        /// The DIDs whose documents are needed.
        public let documents: [String]
        /// Pairs of which it has to be known whether the one was revoked by the other.
        public let revocations: [Revoked]
    }

    /// What a decision lacks.
    ///
    /// - Throws: `AllodError` where the evidence is none.
    public func needs(
        _ container: Data, invocation: String? = nil, evidence: Evidence
    ) throws -> Needs {
        struct Answer: Decodable {
            let proofs: [String]
            let documents: [String]
            let revocations: [[String]]
        }
        let needed = try both(evidence) { authorizer, evidence in
            try answer(as: Answer.self) { out in
                container.pass { bytes, count in
                    invocation.pass {
                        allod_authorizer_needs(authorizer, bytes, count, $0, $1, evidence, cbor, out)
                    }
                }
            }
        }
        let pairs = try needed.revocations.map { pair in
            guard pair.count == 2 else { throw AllodError.fault("a pair that is none") }
            return Revoked(delegation: pair[0], by: pair[1])
        }
        return Needs(proofs: needed.proofs, documents: needed.documents, revocations: pairs)
    }

    private func both<Result>(
        _ evidence: Evidence, _ body: (OpaquePointer, OpaquePointer) throws -> Result
    ) rethrows -> Result {
        try handle.use { authorizer in try evidence.handle.use { try body(authorizer, $0) } }
    }
}
