import CAllod
import Foundation

/// Where delegations, revocations, receipts, names, and what was executed are kept: in memory, or in one file. Many
/// threads, agents and executors may use it; a file is closed when nothing does any more.
public final class Store: Sendable {
    let handle: Handle

    private init(_ call: (Slot) throws -> OpaquePointer?) throws {
        handle = try made(freedBy: { allod_store_free($0) }, call)
    }

    /// A store in memory, which is gone when nothing uses it any more.
    ///
    /// - Throws: `AllodError` only where the library has a fault.
    public static func memory() throws -> Store {
        try Store { allod_store_memory($0) }
    }

    /// Makes a store in a new file.
    ///
    /// - Throws: `AllodError`: ``Code/storeAlreadyThere`` where there is something.
    public static func create(at path: String) throws -> Store {
        try Store { out in path.pass { allod_store_create($0, $1, out) } }
    }

    /// Opens a store in a file, and checks all of it.
    ///
    /// - Throws: `AllodError`: ``Code/storeNotThere`` where there is none, ``Code/storeInUse`` while another process has
    ///   it open.
    public static func open(at path: String) throws -> Store {
        try Store { out in path.pass { allod_store_open($0, $1, out) } }
    }

    /// Opens a store in a file, or makes it.
    ///
    /// - Throws: As ``open(at:)``.
    public static func openOrCreate(at path: String) throws -> Store {
        try Store { out in path.pass { allod_store_open_or_create($0, $1, out) } }
    }

    /// Writes a copy of a store in a file to a new file, while it is in use.
    ///
    /// - Throws: `AllodError`, also for a store in memory.
    public func backup(to path: String) throws {
        try handle.use { store in try path.pass { try check(allod_store_backup(store, $0, $1)) } }
    }

    /// Keeps a delegation, whose signature is checked. Returns whether it was not known before.
    ///
    /// - Throws: `AllodError` for what is no delegation, or not its issuer's.
    @discardableResult
    public func put(_ delegation: Token, documents: [String: String] = [:]) throws -> Bool {
        var isNew = false
        try both(delegation.handle) { store, token in
            try Question(["documents": .documents(documents)]).pass {
                try check(allod_store_put_delegation(store, token, $0, $1, &isNew))
            }
        }
        return isNew
    }

    /// The delegation of a CID; `nil` where it is not there.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func delegation(_ cid: String) throws -> Token? {
        try handle.use { store in
            try maybeMade(freedBy: { allod_token_free($0) }) { out in
                cid.pass { allod_store_delegation(store, $0, $1, out) }
            }
        }.map(Token.init)
    }

    /// Which end of a delegation someone is at.
    public enum End: Sendable, Hashable {
        /// They are let.
        case to(String)
        /// They let.
        case by(String)
    }

    /// What a delegation is about.
    public enum About: Sendable, Hashable {
        /// This subject.
        case subject(String)
        /// Powerlines only.
        case powerlines
    }

    /// A part of many things.
    public struct Page<Item: Sendable>: Sendable {
        /// What is in this part.
        public let items: [Item]
        /// Where the next part begins; `nil` at the end.
        public let next: Data?
    }

    /// Delegations to or by someone: a part of them, from `after` on.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func delegations(
        _ end: End, about: About? = nil, after: Data? = nil, most: UInt32? = nil
    ) throws -> Page<Token> {
        struct Answer: Decodable {
            let delegations: [Data]
            let next: Data?
        }
        var fields: [String: Value?] = ["after": after.map(Value.bytes), "most": most.map { .int(Int64($0)) }]
        switch end {
        case .to(let did): fields["to"] = .string(did)
        case .by(let did): fields["by"] = .string(did)
        }
        switch about {
        case .subject(let did): fields["about"] = .string(did)
        case .powerlines: fields["about"] = "powerlines"
        case nil: break
        }
        let question = Question(fields)
        let page = try handle.use { store in
            try answer(as: Answer.self) { out in
                try question.pass { allod_store_delegations(store, $0, $1, cbor, out) }
            }
        }
        return Page(items: try page.delegations.map { try Token($0) }, next: page.next)
    }

    /// Forgets a delegation. Returns whether it was there.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    @discardableResult
    public func remove(_ cid: String) throws -> Bool {
        var wasThere = false
        try handle.use { store in
            try cid.pass { try check(allod_store_remove_delegation(store, $0, $1, &wasThere)) }
        }
        return wasThere
    }

    /// Whether that DID is known to have revoked the delegation.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func isRevoked(_ cid: String, by did: String) throws -> Bool {
        var isRevoked = false
        try handle.use { store in
            try cid.pass { cid, count in
                try did.pass { try check(allod_store_is_revoked(store, cid, count, $0, $1, &isRevoked)) }
            }
        }
        return isRevoked
    }

    /// The revocations that are kept, with the delegations that prove them, for others to take up: a part of them, from
    /// `after` on. There is no container where there are none.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func exportRevocations(after: Data? = nil) throws -> (container: Container?, next: Data?) {
        var container: OpaquePointer?
        let next = try handle.use { store in
            try maybeBytes { next in
                after.pass { allod_store_export_revocations(store, $0, $1, &container, next) }
            }
        }
        return (container.map { Container(Handle($0, freedBy: { allod_container_free($0) })) }, next)
    }

    /// When revocations were last brought up to date, in seconds since 1970; `nil` if they never were.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func syncedAt() throws -> Int64? {
        var (isKnown, time) = (false, Int64(0))
        try handle.use { try check(allod_store_synced_at($0, &isKnown, &time)) }
        return isKnown ? time : nil
    }

    /// Says that revocations are up to date as of that time: after a sync with a source that knows of them all.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    public func setSynced(at time: Int64) throws {
        try handle.use { try check(allod_store_set_synced_at($0, time)) }
    }

    /// What someone calls a DID.
    public struct Name: Sendable, Hashable, Decodable {
        /// The name.
        public let name: String
        /// The DID.
        public let did: String
    }

    /// The names that people gave to DIDs, sorted.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func names() throws -> [Name] {
        try handle.use { store in try answer(as: [Name].self) { allod_store_names(store, cbor, $0) } }
    }

    /// Calls a DID by a name; `nil` forgets the name.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    public func setName(_ name: String, of did: String?) throws {
        try handle.use { store in
            try name.pass { name, count in
                try did.pass { try check(allod_store_set_name(store, name, count, $0, $1)) }
            }
        }
    }

    /// At most `most` receipts of a task by one issuer.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func receipts(of task: String, by issuer: String, most: Int = 256) throws -> [Token] {
        guard most >= 0 else { throw AllodError.argument("most is not negative") }
        let receipts = try handle.use { store in
            try answer(as: [Data].self) { out in
                task.pass { task, count in
                    issuer.pass { allod_store_receipts(store, task, count, $0, $1, most, cbor, out) }
                }
            }
        }
        return try receipts.map { try Token($0) }
    }

    /// A decision in the log.
    public struct Entry: Sendable, Hashable, Decodable {
        /// When, in seconds since 1970.
        public let at: Int64
        /// The CID of the invocation.
        public let invocation: String?
        /// Who asked.
        public let issuer: String?
        /// Whose thing it was.
        public let subject: String?
        /// What was asked for.
        public let command: String?
        /// "executed", "not-executed" or "denied".
        public let verdict: String
        /// The name of the code of a denial.
        public let code: String?
        /// The CIDs of the delegations it rested on.
        public let chain: [String]
        /// The arguments in DAG-JSON, where the executor logs them.
        public let arguments: String?
    }

    /// The log of decisions of executors that keep one: a part of it, from `after` on.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func log(after: Data? = nil, most: UInt32? = nil) throws -> Page<Entry> {
        struct Answer: Decodable {
            let entries: [Entry]
            let next: Data?
        }
        let question = Question(["after": after.map(Value.bytes), "most": most.map { .int(Int64($0)) }])
        let page = try handle.use { store in
            try answer(as: Answer.self) { out in
                try question.pass { allod_store_log(store, $0, $1, cbor, out) }
            }
        }
        return Page(items: page.entries, next: page.next)
    }

    /// How many were forgotten.
    public struct Swept: Sendable, Hashable, Decodable {
        /// Delegations.
        public let delegations: Int
        /// Revocations of delegations that ended.
        public let revocations: Int
        /// Receipts.
        public let receipts: Int
    }

    /// Forgets what ended before a time, in seconds since 1970, and revocations an hour after that. Where executors use the store,
    /// ``Executor/sweep()`` is safe also where a clock is set back.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    @discardableResult
    public func sweep(before time: Int64) throws -> Swept {
        try handle.use { store in try answer(as: Swept.self) { allod_store_sweep(store, time, cbor, $0) } }
    }

    /// Sets the latest time that executors saw, also back: where the clock was ahead, and everything since has been
    /// refused with ``Code/clockSetBack``. What was forgotten while it was ahead can be executed a second time.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    public func dangerSetLatestTime(_ time: Int64) throws {
        try handle.use { try check(allod_store_danger_set_latest_time($0, time)) }
    }

    private func both<Result>(
        _ other: Handle, _ body: (OpaquePointer, OpaquePointer) throws -> Result
    ) rethrows -> Result {
        try handle.use { store in try other.use { try body(store, $0) } }
    }
}
