import CAllod
import Foundation

/// What came of a call.
public final class Execution: Sendable {
    private let handle: Handle

    /// The ways a call ends.
    public enum Kind: UInt32, Sendable, Hashable {
        /// It was allowed, and executed now: there is a receipt, of success or failure.
        case executed = 1
        /// It was denied.
        case denied = 2
        /// It was executed before: there may be a receipt.
        case executedBefore = 3
        /// It is being executed right now.
        case running = 4
        /// It was begun before and not finished: there is a receipt that says so. It is not executed again.
        case outcomeUnknown = 5
        /// It was allowed, and its arguments wait for the results of other tasks. It was not executed.
        case awaits = 6
        /// It was allowed, and this executor does not do such a thing.
        case refused = 7
        /// Something that only a newer version knows. It was not executed.
        case other = 0
    }

    /// What came of it.
    public let kind: Kind
    /// The same in words.
    public let message: String
    /// What the receipt says, where there is one.
    public let outcome: Outcome?
    /// The CID of the task that the receipt is of.
    public let ran: String?
    /// Why it was denied: the code's name, the whole, and what the other side may see.
    public let denial: (code: String, raw: Value, `public`: PublicDenial)?
    /// The results that arguments wait for.
    public let awaits: [Promise]
    /// Why it was refused.
    public let refusal: String?
    /// The receipt for the other side, where there is one to hand out.
    public let receipt: Token?

    init(_ call: (Slot) throws -> OpaquePointer?) throws {
        let handle = try made(freedBy: { allod_execution_free($0) }, call)
        self.handle = handle
        var number: UInt32 = 0
        try handle.use { try check(allod_execution_outcome($0, &number)) }
        let raw = try handle.use { execution in try answer { allod_execution_write(execution, cbor, $0) } }
        let fields = try ValueDecoder().decode(Fields.self, from: raw)
        (kind, message, ran, refusal) = (Kind(rawValue: number) ?? .other, fields.message, fields.ran, fields.refusal)
        (outcome, awaits) = (Outcome(in: raw), fields.awaits ?? [])
        denial = try raw["denial"].map { denial in
            let said = try ValueDecoder().decode(Denied.self, from: denial)
            return (said.code, denial, said.public)
        }
        receipt = try handle.use { execution in
            try maybeMade(freedBy: { allod_token_free($0) }) { allod_execution_receipt(execution, $0) }
        }.map(Token.init)
    }

    private struct Fields: Decodable {
        let message: String
        let ran: String?
        let refusal: String?
        let awaits: [Promise]?
    }

    private struct Denied: Decodable {
        let code: String
        let `public`: PublicDenial
    }
}
