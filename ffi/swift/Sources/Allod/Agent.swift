import CAllod
import Foundation

/// Someone with a key, and a store of what was given to and by them. Many threads may use it.
public final class Agent: Sendable {
    let handle: Handle

    /// Someone who signs with this, and keeps what they hold and gave in that.
    ///
    /// - Parameters:
    ///   - documents: The documents of DIDs that need one, as JSON.
    ///   - tolerance: How many seconds clocks may differ: 60 where this is `nil`.
    /// - Throws: `AllodError` for what is no DID or document.
    public init(
        signer: some Signer, store: Store, documents: [String: String] = [:], tolerance: UInt32? = nil
    ) throws {
        let options = Question([
            "documents": .documents(documents), "tolerance": tolerance.map { .int(Int64($0)) },
        ])
        handle = try signer.withHandle { signer in
            try store.handle.use { store in
                try made(freedBy: { allod_agent_free($0) }) { out in
                    try options.pass { allod_agent_new(signer, store, $0, $1, out) }
                }
            }
        }
    }

    /// Whom it speaks for.
    public var did: String {
        get throws { try handle.use { agent in try text { allod_agent_did(agent, $0) } } }
    }

    /// A token that was made, and all that the other side needs.
    public struct Made: Sendable {
        /// The token.
        public let token: Token
        /// The token, and what proves it.
        public let container: Container
    }

    /// Signs a delegation, and keeps it. What it hands on has to be one's own, or held: the chain it rests on is found.
    ///
    /// - Throws: `AllodError`: ``Code/noChain`` if there is none.
    public func grant(_ delegation: Delegation, now: Int64 = secondsNow()) throws -> Made {
        try both { agent, token, container in
            try delegation.question.pass { allod_agent_grant(agent, $0, $1, now, token, container) }
        }
    }

    /// Signs an invocation through the best chain that is held. It lasts for five minutes, unless `expires` says otherwise.
    ///
    /// - Throws: `AllodError`: ``Code/noChain``, with what comes nearest, if there is none.
    public func invoke(
        _ invocation: Invocation, expires: Int64? = nil, now: Int64 = secondsNow()
    ) throws -> Made {
        try both { agent, token, container in
            try invocation.question(expires).pass { allod_agent_invoke(agent, $0, $1, now, token, container) }
        }
    }

    /// Revokes a delegation by its CID, and keeps the revocation: it takes effect here at once, and elsewhere once the
    /// container arrives there.
    ///
    /// - Throws: `AllodError`: ``Code/unknownDelegation`` and ``Code/notToRevoke`` say why not.
    public func revoke(_ delegation: String, now: Int64 = secondsNow()) throws -> Made {
        try both { agent, token, container in
            delegation.pass { allod_agent_revoke(agent, $0, $1, now, token, container) }
        }
    }

    /// What became of a revocation.
    public struct TakenUp: Sendable, Hashable, Decodable {
        /// Its CID.
        public let cid: String
        /// The CID of the delegation.
        public let revoked: String
        /// Who revoked it.
        public let subject: String
        /// "new", "known", "irrelevant", "over-quota" or "refused".
        public let result: String
        /// The name of the code of a refusal.
        public let code: String?
    }

    /// What became of the tokens of a container.
    public struct Received: Sendable, Hashable, Decodable {
        /// The CIDs of the delegations that are kept.
        public let delegations: [String]
        /// How many of them were not known.
        public let new: Int
        /// The revocations.
        public let revocations: [TakenUp]
        /// How many receipts are kept.
        public let receipts: Int
        /// What was refused.
        public let refused: [Refused]

        /// A token that was refused.
        public struct Refused: Sendable, Hashable, Decodable {
            /// Its CID.
            public let cid: String
            /// Why: the name of a code.
            public let code: String
        }
    }

    /// Takes in the delegations, receipts and revocations of a container: what is genuine is kept.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    @discardableResult
    public func receive(_ container: Container) throws -> Received {
        try handle.use { agent in
            try container.handle.use { container in
                try answer(as: Received.self) { allod_agent_receive(agent, container, cbor, $0) }
            }
        }
    }

    /// How a device is linked: with a powerline, which is about whomever one may speak for.
    public struct DeviceLink: Sendable, Hashable {
        /// The device's DID.
        public var device: String
        /// It gets everything below this command that is given to oneself, now and later: "/" is all of it.
        public var command: String
        /// The end of it, in seconds since 1970; it never ends where this is `nil`.
        public var expires: Int64?
        /// Whether it also gets what is about oneself.
        public var asOneself = false
        /// Whether it may also take back in one's name.
        public var mayRevoke = false

        /// A link. How much it is and how long it lasts has to be said: `nil` is for ever.
        public init(device: String, command: String, expires: Int64?) {
            (self.device, self.command, self.expires) = (device, command, expires)
        }
    }

    /// Links a device: signs the delegations that make it speak for one, and bundles them with what is held. The first of them is
    /// a powerline: it hands on everything below the command that one is given, by anyone, now and later. The answer also says
    /// whether all that is held had room.
    ///
    /// - Throws: `AllodError` for what is no DID or command.
    public func linkDevice(
        _ link: DeviceLink, now: Int64 = secondsNow()
    ) throws -> (container: Container, isComplete: Bool) {
        let question = Question([
            "device": .string(link.device), "command": .string(link.command),
            "expires": link.expires.map(Value.int), "asOneself": .flag(link.asOneself),
            "mayRevoke": .flag(link.mayRevoke),
        ])
        var isComplete = false
        let container = try handle.use { agent in
            try made(freedBy: { allod_container_free($0) }) { out in
                try question.pass { allod_agent_link_device(agent, $0, $1, now, out, &isComplete) }
            }
        }
        return (Container(container), isComplete)
    }

    /// A delegation that one holds or gave.
    public struct Listed: Sendable, Hashable, Decodable {
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
        /// The end of it, in seconds since 1970.
        public let expires: Int64?
        /// "valid", "not-yet", "ended" or "revoked".
        public let state: String
        /// When it begins, or ended.
        public let at: Int64?
        /// Who revoked it.
        public let by: String?
        /// What the issuer is called.
        public let issuerName: String?
        /// What the audience is called.
        public let audienceName: String?
        /// What the subject is called.
        public let subjectName: String?
    }

    /// All that one holds and gave. What it rests on may have ended.
    public struct Holdings: Sendable, Hashable, Decodable {
        /// What one was given.
        public let held: [Listed]
        /// What one gave.
        public let given: [Listed]
    }

    /// All that one holds and gave.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func delegations(now: Int64 = secondsNow()) throws -> Holdings {
        try handle.use { agent in
            try answer(as: Holdings.self) { allod_agent_delegations(agent, now, cbor, $0) }
        }
    }

    /// What comes nearest, where there is no chain.
    public struct Miss: Sendable, Hashable, Decodable {
        /// The same in words.
        public let words: String
        /// What is missing.
        public let gap: String
        /// The command that is held.
        public let held: String?
        /// Until when it was held.
        public let until: Int64?
        /// What is wrong with delegations that would do.
        public let flaws: [Flaw]

        /// What is wrong with a delegation.
        public struct Flaw: Sendable, Hashable, Decodable {
            /// Its CID.
            public let delegation: String
            /// Who lets.
            public let issuer: String
            /// Who is let.
            public let audience: String
            /// What is wrong.
            public let reason: String
        }
    }

    /// What was found.
    public enum Found: Sendable {
        /// A chain, root first.
        case chain([Token])
        /// None.
        case nothing(Miss)
        /// It was given up after so many steps.
        case outOfBudget(Int64)
    }

    /// Looks for the best chain by which the agent, or `invoker`, may do something. Without arguments policies are not looked at.
    ///
    /// - Throws: `AllodError` where the store cannot be read.
    public func findChain(
        subject: String, command: String, arguments: [String: Value]? = nil, invoker: String? = nil,
        now: Int64 = secondsNow()
    ) throws -> Found {
        let question = Question([
            "subject": .string(subject), "command": .string(command), "arguments": arguments.map(Value.map),
            "invoker": invoker.map(Value.string),
        ])
        let found = try handle.use { agent in
            try answer { out in
                try question.pass { allod_agent_find_chain(agent, $0, $1, now, cbor, out) }
            }
        }
        if let chain = found["chain"] {
            return .chain(try ValueDecoder().decode([Data].self, from: chain).map { try Token($0) })
        }
        if let steps = found["outOfBudget"]?.asInt { return .outOfBudget(steps) }
        return .nothing(try ValueDecoder().decode(Miss.self, from: found))
    }

    private func both(
        _ call: (
            OpaquePointer, Slot, Slot
        ) throws -> OpaquePointer?
    ) throws -> Made {
        var container: OpaquePointer?
        let token = try handle.use { agent in
            try made(freedBy: { allod_token_free($0) }) { try call(agent, $0, &container) }
        }
        guard let container else { throw AllodError.fault("a token came without its container") }
        return Made(
            token: Token(token), container: Container(Handle(container, freedBy: { allod_container_free($0) })))
    }
}
