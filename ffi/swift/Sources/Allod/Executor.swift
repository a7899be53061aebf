import CAllod
import Foundation

/// How an ``Executor`` works.
public struct ExecutorOptions: Sendable, Hashable {
    /// What is written into the store's log.
    public enum Log: String, Sendable, Hashable {
        /// Decisions.
        case decisions
        /// Decisions, with the arguments.
        case arguments
    }

    /// How it decides.
    public var decisions: DecisionOptions
    /// The DIDs of other executors whose receipts count.
    public var trusted: [String] = []
    /// How many seconds clocks may differ: 60 where this is `nil`.
    public var tolerance: UInt32?
    /// How many seconds off the end of an invocation may be.
    public var longestInvocation: UInt32?
    /// How many seconds receipts last.
    public var receiptsLast: UInt32?
    /// What is written into the store's log.
    public var log: Log?
    /// How many revocations of others are kept: of each subject, and of all.
    public var quota: (each: UInt32, all: UInt32)? {
        get { quotas.map { ($0[0], $0[1]) } }
        set { quotas = newValue.map { [$0.each, $0.all] } }
    }
    private var quotas: [UInt32]?
    /// Whether receipts have the tag of the release candidate of UCAN 1.0.
    public var releaseCandidate = false

    /// As ever.
    public init(decisions: DecisionOptions = DecisionOptions()) {
        self.decisions = decisions
    }

    var question: Question {
        func count(_ count: UInt32?) -> Value? { count.map { .int(Int64($0)) } }
        let own: [String: Value?] = [
            "trusted": .texts(trusted), "tolerance": count(tolerance),
            "longestInvocation": count(longestInvocation), "receiptsLast": count(receiptsLast),
            "log": log.map { .string($0.rawValue) },
            "quota": quotas.map { .list($0.map { .int(Int64($0)) }) },
            "releaseCandidate": .flag(releaseCandidate),
        ]
        return Question(decisions.fields.merging(own, uniquingKeysWith: { $1 }))
    }
}

/// How a handler is called.
public struct HandlerOptions: OptionSet, Sendable, Hashable {
    /// As C has it.
    public let rawValue: UInt32

    /// Of a number of C.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Executing it twice does no more than executing it once: it takes invocations that never end, or end far off, and
    /// executes those each time they come.
    public static let idempotent = HandlerOptions(rawValue: UInt32(ALLOD_IDEMPOTENT))
    /// It also executes the commands below its own that have no handler.
    public static let andBelow = HandlerOptions(rawValue: UInt32(ALLOD_AND_BELOW))
    /// It gives the receipt to whoever sends the invocation again.
    public static let receiptsForAnyone = HandlerOptions(rawValue: UInt32(ALLOD_RECEIPTS_FOR_ANYONE))
}

/// What a handler throws to say why something was not done. The reason stands in the receipt, for the other side to read;
/// any other error that is thrown goes to ``Library/onFailure``, and nothing of it to the other side.
public struct Failure: Error, Sendable, Hashable {
    /// The reason.
    public let reason: [String: Value]

    /// A failure for this reason.
    public init(_ reason: [String: Value]) {
        self.reason = reason
    }
}

/// Executes what is allowed, each invocation once, and signs what came of it. Many threads may use it.
///
/// All that one executor has executed has to be in its store: two executors with two stores are two places at which an
/// invocation can be executed.
public final class Executor: Sendable {
    let handle: Handle

    /// An executor that signs receipts with this, remembers in that, and is addressed by the signer's DID.
    ///
    /// - Throws: `AllodError` for options that are none.
    public init(signer: some Signer, store: Store, options: ExecutorOptions = ExecutorOptions()) throws {
        handle = try signer.withHandle { signer in
            try store.handle.use { store in
                try made(freedBy: { allod_executor_free($0) }) { out in
                    try options.question.pass { allod_executor_new(signer, store, $0, $1, out) }
                }
            }
        }
    }

    /// Whom it is addressed as.
    public var did: String {
        get throws { try handle.use { executor in try text { allod_executor_did(executor, $0) } } }
    }

    /// What executes a command: it is called with what is allowed, and returns the result. It may be called by several
    /// threads at once. It has to return: a trap in it ends the process, like any other.
    public typealias Handler = @Sendable (Grant) throws -> [String: Value]

    /// Registers what executes a command. Of several that fit, the one with the longest command does it.
    ///
    /// Calls that are under way go on with the handlers that there were. The handler is kept until the executor is gone:
    /// if it holds the executor, neither ever goes.
    ///
    /// - Throws: `AllodError` for a command that cannot have a handler, or has one.
    public func handle(
        _ command: String, options: HandlerOptions = [], _ handler: @escaping Handler
    ) throws {
        let box = Unmanaged.passRetained(HandlerBox(handler, of: command))
        do {
            try handle.use { executor in
                try command.pass {
                    try check(
                        allod_executor_handle(
                            executor, $0, $1, options.rawValue, cbor, runHandler, box.toOpaque(), releaseBox))
                }
            }
        } catch {
            // What the library did not take it does not let go.
            box.release()
            throw error
        }
    }

    /// As ``handle(_:options:_:)``, with arguments and a result of types of your own. Arguments that are something else fail
    /// with the reason "bad-arguments", and the handler is not called.
    ///
    /// - Throws: As there.
    public func handle<Arguments: Decodable, Answer: Encodable>(
        _ command: String, options: HandlerOptions = [], arguments type: Arguments.Type,
        _ handler: @escaping @Sendable (Arguments, Grant) throws -> Answer
    ) throws {
        try handle(command, options: options) { grant in
            let arguments: Arguments
            do {
                arguments = try grant.arguments(as: type)
            } catch {
                Library.report(error, .handler(command: command))
                throw badArguments
            }
            return try ValueEncoder().encodeMap(try handler(arguments, grant))
        }
    }

    /// Decides on a container in any encoding, as it came, executes what is allowed, and signs what came of it.
    ///
    /// - Parameters:
    ///   - caller: The DID of who sent it, where you have made sure of that: receipts of what was executed before are for them
    ///     alone.
    ///   - invocation: The CID of the invocation that is meant, where there are several.
    ///   - documents: The documents of DIDs that need one, as JSON.
    /// - Throws: `AllodError` for what is no container, and where nothing can be said of the call, which may be tried again. But
    ///   ``Code/receiptFailed`` says that it was executed, and ``Code/panic`` that it may have been.
    public func execute(
        _ container: Data, now: Int64 = secondsNow(), caller: String? = nil, invocation: String? = nil,
        documents: [String: String] = [:]
    ) throws -> Execution {
        let options = Question([
            "caller": caller.map(Value.string), "invocation": invocation.map(Value.string),
            "documents": .documents(documents),
        ])
        return try handle.use { executor in
            try Execution { out in
                try container.pass { bytes, count in
                    try options.pass { allod_executor_execute(executor, bytes, count, now, $0, $1, out) }
                }
            }
        }
    }

    /// Forgets what has ended, by the latest time at which anything was executed: nothing that is forgotten can be allowed again
    /// here, even where the clock is set back. Returns how much it was.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    @discardableResult
    public func sweep() throws -> Int {
        var count = 0
        try handle.use { try check(allod_executor_sweep($0, &count)) }
        return count
    }

    /// Takes up the revocations in a container: they take effect at once.
    ///
    /// - Throws: `AllodError` where the store cannot be written.
    @discardableResult
    public func takeUpRevocations(
        _ container: Container, documents: [String: String] = [:]
    ) throws -> [Agent.TakenUp] {
        let options = Question(["documents": .documents(documents)])
        return try handle.use { executor in
            try container.handle.use { container in
                try answer(as: [Agent.TakenUp].self) { out in
                    try options.pass {
                        allod_executor_take_up_revocations(executor, container, $0, $1, cbor, out)
                    }
                }
            }
        }
    }
}

private final class HandlerBox: Box {
    let handler: Executor.Handler
    let command: String

    init(_ handler: @escaping Executor.Handler, of command: String) {
        (self.handler, self.command) = (handler, command)
    }
}

private let badArguments = Failure(["reason": "bad-arguments"])

/// Called by the library. Nothing is thrown from here: what is no ``Failure`` is the failure "handler-failed", and reported.
private func runHandler(
    _ context: UnsafeMutableRawPointer?, _ grant: UnsafePointer<UInt8>?, _ count: Int, _ reply: OpaquePointer?
) -> Int32 {
    let failed: Int32 = 1
    guard let context, let grant,
        let box = Unmanaged<Box>.fromOpaque(context).takeUnretainedValue() as? HandlerBox
    else { return failed }
    do {
        do {
            let granted = try read(Data(bytes: grant, count: count), of: box)
            let result = try CBORWriter.write(.map(try box.handler(granted)))
            try result.pass { try check(allod_reply_ok(reply, $0, $1)) }
        } catch let failure as Failure {
            let reason = try CBORWriter.write(.map(failure.reason))
            try reason.pass { try check(allod_reply_error(reply, $0, $1)) }
        }
        return 0
    } catch {
        Library.report(error, .handler(command: box.command))
        return failed
    }
}

private func read(_ grant: Data, of box: HandlerBox) throws -> Grant {
    do {
        let value = try CBORReader.read(grant)
        return try Grant(value, arguments: value["arguments"] ?? .null)
    } catch let error as AllodError where error == .spelling {
        Library.report(error, .handler(command: box.command))
        throw badArguments
    }
}
