import CAllod
import Foundation

/// A decision. There is no way to what is allowed but through it.
public final class Decision: Sendable {
    private let handle: Handle
    private let own: Denial?

    /// The two answers.
    public enum Verdict: Sendable {
        /// It is allowed.
        case allowed(Grant)
        /// It is denied.
        case denied(Denial)
    }

    /// What was decided.
    public let verdict: Verdict
    /// All of it, as the library writes it, but for arguments that wait for results: see ``Grant/arguments``. Texts and names in
    /// it came from strangers, and it is not for the other side.
    public let raw: Value

    init(_ call: (Slot) throws -> OpaquePointer?) throws {
        let handle = try made(freedBy: { allod_decision_free($0) }, call)
        self.handle = handle
        do {
            (raw, verdict) = try Self.read(handle)
            own = nil
        } catch let error as AllodError where error == .spelling {
            // Anyone can send such names: it is a denial, and no error of whoever decides.
            let fields = ["code": Code.malformed.name, "rule": "invocation-decodes", "message": error.message]
            let texts = ["remedy": error.remedy, "spec": ""].merging(fields) { $1 }.mapValues(Value.string)
            raw = .map(texts.merging(["ok": false, "trace": [], "unused": [], "ignored": []]) { $1 })
            let shown = PublicDenial(code: Code.malformed.name, cid: nil, remedy: error.remedy)
            let denial = try Denial(raw, code: .malformed, public: shown)
            (own, verdict) = (denial, .denied(denial))
        }
    }

    private static func read(_ handle: Handle) throws -> (Value, Verdict) {
        let raw = try handle.use { decision in try answer { allod_decision_write(decision, cbor, $0) } }
        let verdict = try verdict(handle, raw)
        guard case .allowed(let grant) = verdict, grant.waits, var fields = raw.asMap else { return (raw, verdict) }
        // No policy has looked at them.
        fields["arguments"] = nil
        return (.map(fields), verdict)
    }

    /// The library is asked twice, in two ways, and has to say the same.
    private static func verdict(_ handle: Handle, _ raw: Value) throws -> Verdict {
        let isAllowed = handle.use { allod_decision_is_allowed($0) }
        guard raw["ok"]?.asBool == isAllowed else { throw AllodError.fault("a decision that contradicts itself") }
        if isAllowed {
            return .allowed(try Grant(raw, arguments: try Self.arguments(handle)))
        }
        let number = handle.use { allod_decision_code($0) }
        let shown = try handle.use { decision in
            try answer(as: PublicDenial.self) { allod_decision_public(decision, cbor, $0) }
        }
        let denial = try Denial(raw, code: Code(rawValue: number), public: shown)
        return .denied(denial)
    }

    /// None where they wait for results.
    private static func arguments(_ handle: Handle) throws -> Value? {
        do {
            return try handle.use { decision in
                try answer { allod_decision_arguments(decision, cbor, $0) }
            }
        } catch let error as AllodError where error.code == .awaitsResults {
            return nil
        }
    }

    /// Whether it is allowed.
    public var isAllowed: Bool { if case .allowed = verdict { true } else { false } }

    /// What is allowed.
    ///
    /// - Throws: ``Denial`` where nothing is.
    public func grant() throws -> Grant {
        switch verdict {
        case .allowed(let grant): return grant
        case .denied(let denial): throw denial
        }
    }

    /// What is wrong, in words for the one who decides; empty where it is allowed.
    public var message: String {
        get throws {
            if let own { return own.message }
            return try handle.use { decision in try text { allod_decision_message(decision, $0) } }
        }
    }

    /// What to do about it, in words; empty where it is allowed.
    public var remedy: String {
        get throws {
            if let own { return own.remedy }
            return try handle.use { decision in try text { allod_decision_remedy(decision, $0) } }
        }
    }

    /// Every rule, and how it was kept.
    public var trace: [TraceStep] { get throws { try part("trace") } }

    /// The CIDs of tokens that came along and were of no use.
    public var unused: [String] { get throws { try part("unused") } }

    /// The revocations that take nothing back from this invocation.
    public var ignored: [Ignored] { get throws { try part("ignored") } }

    private func part<Part: Decodable>(_ name: String) throws -> Part {
        try ValueDecoder().decode(Part.self, from: raw[name] ?? .null)
    }
}

/// What is allowed. Only a decision makes one.
public struct Grant: Sendable, Hashable {
    /// Who asks.
    public let issuer: String
    /// Whose thing it is.
    public let subject: String
    /// What may be done now.
    public let command: String
    /// The CID of the invocation.
    public let invocation: String
    /// The CID of the task.
    public let task: String
    /// The CIDs of the delegations it rests on, root first.
    public let chain: [String]
    /// The last second at which all of it is valid, without tolerance; `nil` where nothing in it ends.
    public let until: Int64?
    /// The results that arguments wait for.
    public let awaits: [Promise]
    /// A result that came out as it was not waited for.
    public let mismatch: Mismatch?
    private let given: [String: Value]?
    var waits: Bool { given == nil }

    /// With what: results stand in the place of promises.
    ///
    /// - Throws: `AllodError`: ``Code/awaitsResults`` where some are missing. No policy has looked at such arguments, and nothing
    ///   should be done yet: decide again with the receipts.
    public var arguments: [String: Value] {
        get throws {
            guard let given else {
                throw AllodError(
                    code: .awaitsResults, name: Code.awaitsResults.name,
                    message: "the arguments wait for results of other tasks",
                    remedy: "decide again with their receipts")
            }
            return given
        }
    }

    /// The arguments as a type of your own.
    ///
    /// - Throws: `DecodingError` where they are something else, and as ``arguments``.
    public func arguments<Arguments: Decodable>(as type: Arguments.Type) throws -> Arguments {
        try ValueDecoder().decode(type, from: try arguments)
    }

    private struct Fields: Decodable {
        let issuer: String
        let subject: String
        let command: String
        let invocation: String
        let task: String
        let chain: [String]
        let until: Int64?
        let awaits: [Promise]
        let awaitsResults: Bool
        let mismatch: Mismatch?
    }

    init(_ value: Value, arguments: Value?) throws {
        let fields = try ValueDecoder().decode(Fields.self, from: value)
        (issuer, subject, command) = (fields.issuer, fields.subject, fields.command)
        (invocation, task, chain) = (fields.invocation, fields.task, fields.chain)
        (until, awaits, mismatch) = (fields.until, fields.awaits, fields.mismatch)
        let waits = fields.awaitsResults || fields.mismatch != nil
        given = waits ? nil : arguments?.asMap
        guard waits || given != nil else { throw AllodError.fault("arguments are a map") }
    }
}

/// The result of a task that something waits for.
public struct Promise: Sendable, Hashable, Decodable {
    /// The CID of the task.
    public let task: String
    /// Which result: "ok", "error" or any.
    public let branch: String
}

/// A result that came out as it was not waited for.
public struct Mismatch: Sendable, Hashable, Decodable {
    /// Which result was waited for: "ok" or "error".
    public let expected: String
    /// Which it was.
    public let got: String
    /// The CID of the receipt that says so.
    public let receipt: String
}

/// Why something is denied, for the one who decides. Only ``public`` is for the other side.
public struct Denial: Error, Sendable, Hashable, CustomStringConvertible {
    /// What it is, for programs: stable for ever.
    public let code: Code
    /// The rule that is not kept.
    public let rule: String
    /// What is wrong, in words.
    public let message: String
    /// What to do about it, in words.
    public let remedy: String
    /// Where the specification says so.
    public let spec: String
    /// The link of the chain at fault, counted from 0 at the root; `nil` for the invocation or the container.
    public let link: Int?
    /// The CID of the token at fault.
    public let cid: String?
    /// What there should be.
    public let expected: String?
    /// What there is.
    public let found: String?
    /// The statement that is not satisfied.
    public let policy: PolicyFailure?
    /// What the other side may see.
    public let `public`: PublicDenial

    /// The code's name, and the message.
    public var description: String { "\(code): \(message)" }

    private struct Fields: Decodable {
        let rule: String
        let message: String
        let remedy: String
        let spec: String
        let link: Int?
        let cid: String?
        let expected: String?
        let found: String?
        let policy: PolicyFailure?
    }

    init(_ value: Value, code: Code, public shown: PublicDenial) throws {
        guard value["code"]?.asString == shown.code, code != .ok else {
            throw AllodError.fault("a denial that contradicts itself")
        }
        let fields = try ValueDecoder().decode(Fields.self, from: value)
        (rule, message, remedy, spec) = (fields.rule, fields.message, fields.remedy, fields.spec)
        (link, cid, expected, found, policy) = (
            fields.link, fields.cid, fields.expected, fields.found, fields.policy
        )
        (self.code, self.public) = (code, shown)
    }
}

/// What the other side may see of a denial.
public struct PublicDenial: Sendable, Hashable, Codable {
    /// The code's name.
    public let code: String
    /// The CID of the token at fault, where that is one of theirs.
    public let cid: String?
    /// What to do about it, in words.
    public let remedy: String
}

/// A statement of a policy that is not satisfied.
public struct PolicyFailure: Sendable, Hashable, Decodable {
    /// Where in the policy that is.
    public let path: String
    /// What it asks for, in words.
    public let words: String
    /// What it looks at.
    public let selector: String?
    /// What was found there.
    public let found: String
}

/// A rule, and how it was kept.
public struct TraceStep: Sendable, Hashable, Decodable {
    /// The rule.
    public let rule: String
    /// The link of the chain that it was about.
    public let link: Int?
    /// "passed", "failed" or "not-reached".
    public let outcome: String
}

/// A revocation that takes nothing back from an invocation.
public struct Ignored: Sendable, Hashable, Decodable {
    /// Its place among those that were at hand.
    public let index: Int
    /// Its CID.
    public let cid: String?
    /// Why: "unrelated", "outsider", or the name of a code.
    public let reason: String
    /// The same in words.
    public let message: String
}
