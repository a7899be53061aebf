import CAllod
import Foundation

/// That someone revoked a delegation.
public struct Revoked: Sendable, Hashable {
    /// The CID of the delegation.
    public var delegation: String
    /// Who revoked it: a DID.
    public var by: String

    /// A pair.
    public init(delegation: String, by: String) {
        (self.delegation, self.by) = (delegation, by)
    }

    var value: Value { .texts([delegation, by]) }
}

/// What a decision rests on besides the request.
public struct Facts: Sendable, Hashable {
    /// What is known of revocations. It has to be said.
    public enum Revocations: Sendable, Hashable {
        /// These pairs, and these tokens: nothing else was revoked.
        case known([Revoked], tokens: [Data] = [])
        /// Nothing is looked at: what was taken back is still allowed.
        case dangerNone
    }

    /// The time, in seconds since 1970.
    public var now: Int64
    /// How many seconds clocks may differ: 60 where this is `nil`.
    public var tolerance: UInt32?
    /// The documents of DIDs that need one, as JSON.
    public var documents: [String: String] = [:]
    /// Delegations besides those that come with the request.
    public var tokens: [Data] = []
    /// Pairs of which nobody can tell whether the one was revoked by the other.
    public var unavailable: [Revoked] = []
    /// As of when revocations are known, for commands that ask how old that is: what the store says, where this is `nil`.
    public var syncedAt: Int64?
    /// Receipts, for promises in arguments.
    public var receipts: [Data] = []
    /// Invocations whose results are awaited.
    public var tasks: [Data] = []
    /// The DIDs whose receipts count.
    public var trusted: [String] = []

    /// Facts at a time.
    public init(now: Int64 = secondsNow()) {
        self.now = now
    }

    func question(_ revocations: Revocations?) -> Question {
        var (revoked, tokens, without): (Value?, Value?, Value?)
        switch revocations {
        case .known(let pairs, let given):
            (revoked, tokens) = (.list(pairs.map(\.value)), .blobs(given))
        case .dangerNone: without = .bool(true)
        case nil: break
        }
        return Question([
            "now": .int(now), "tolerance": tolerance.map { .int(Int64($0)) }, "documents": .documents(documents),
            "tokens": .blobs(self.tokens), "revoked": revoked, "revocations": tokens,
            "unavailable": .list(unavailable.map(\.value)), "syncedAt": syncedAt.map(Value.int),
            "receipts": .blobs(receipts), "tasks": .blobs(tasks), "trusted": .texts(trusted),
            "dangerWithoutRevocations": without,
        ])
    }
}

/// What a decision rests on besides the request. The time stands still in it: it is made for one decision, or a few at the same
/// moment. Evidence that is kept allows what has expired since.
public final class Evidence: Sendable {
    let handle: Handle

    private init(_ question: Question, store: Handle?) throws {
        func make(_ store: OpaquePointer?) throws -> Handle {
            try made(freedBy: { allod_evidence_free($0) }) { out in
                try question.pass { allod_evidence_new($0, $1, store, out) }
            }
        }
        handle = try store.map { try $0.use { try make($0) } } ?? make(nil)
    }

    /// Facts, and what is known of revocations.
    ///
    /// - Throws: `AllodError` for what is no token, DID or CID.
    public convenience init(_ facts: Facts, revocations: Facts.Revocations) throws {
        try self.init(facts.question(revocations), store: nil)
    }

    /// Facts, and a store that knows of revocations, also of those that come later.
    ///
    /// - Throws: As above.
    public convenience init(_ facts: Facts = Facts(), store: Store) throws {
        try self.init(facts.question(nil), store: store.handle)
    }
}
