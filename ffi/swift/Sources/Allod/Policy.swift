import CAllod
import Foundation

/// What arguments have to be like: all of its statements have to hold. Write it as a list of statements.
public struct Policy: Sendable, Hashable, Codable, ExpressibleByArrayLiteral {
    /// Its statements.
    public var statements: [Statement]

    /// A policy of these statements.
    public init(_ statements: [Statement] = []) {
        self.statements = statements
    }

    /// A policy of these statements.
    public init(arrayLiteral statements: Statement...) {
        self.init(statements)
    }

    /// Reads a policy as it stands in a delegation.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(_ value: Value) throws {
        guard let items = value.asList else { throw AllodError.argument("a policy is a list") }
        self.init(try items.map(Statement.init))
    }

    /// Reads a policy from a decoder of any kind.
    public init(from decoder: any Decoder) throws {
        try self.init(try Value(from: decoder))
    }

    /// Writes the policy to an encoder of any kind.
    public func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }

    /// The policy as it stands in a delegation.
    public var value: Value { .list(statements.map(\.value)) }

    /// The policy in words, and what is legal but risky in it.
    public struct Words: Sendable, Hashable, Decodable {
        /// The policy in words.
        public let words: String
        /// What is legal but risky in it.
        public let lints: [String]
    }

    /// The policy in words, and what is legal but risky in it.
    ///
    /// - Throws: `AllodError` for what is no policy: a selector that is none, say.
    public func words() throws -> Words {
        let policy = try CBORWriter.write(value)
        return try answer(as: Words.self) { out in policy.pass { allod_policy_words($0, $1, cbor, out) } }
    }

    /// What a policy says of arguments.
    public struct Evaluation: Sendable, Hashable, Decodable {
        /// "true", "false" or "unknown".
        public let truth: String
        /// The first statement that is not satisfied.
        public let statement: Int?
        /// Where in the policy that is.
        public let path: String?
        /// What it asks for, in words.
        public let words: String?
        /// What it looks at.
        public let selector: String?
        /// What was found there.
        public let found: String?

        /// Whether the policy holds: only then is the command allowed.
        public var holds: Bool { truth == "true" }
    }

    /// What the policy says of arguments.
    ///
    /// - Throws: `AllodError` for what is no policy.
    public func evaluate(_ arguments: [String: Value]) throws -> Evaluation {
        let (policy, arguments) = (try CBORWriter.write(value), try CBORWriter.write(.map(arguments)))
        return try answer(as: Evaluation.self) { out in
            policy.pass { policy, policyCount in
                arguments.pass { allod_policy_evaluate(policy, policyCount, $0, $1, cbor, out) }
            }
        }
    }
}

/// One thing that a policy asks for. Selectors are texts such as `.album` or `.items[0].name`.
public indirect enum Statement: Sendable, Hashable {
    /// What is selected is this.
    case equal(String, Value)
    /// What is selected is not this.
    case notEqual(String, Value)
    /// The number is less.
    case less(String, Value)
    /// The number is less, or the same.
    case lessOrEqual(String, Value)
    /// The number is greater.
    case greater(String, Value)
    /// The number is greater, or the same.
    case greaterOrEqual(String, Value)
    /// The text looks like this, where `*` stands for any text.
    case like(String, String)
    /// This does not hold.
    case not(Statement)
    /// All of these hold.
    case and([Statement])
    /// One of these holds.
    case or([Statement])
    /// It holds for all items of what is selected.
    case all(String, Statement)
    /// It holds for an item of what is selected.
    case any(String, Statement)
    /// A statement with an operator that this package does not know. The library may know it, and else refuses it.
    case other(Value)

    /// Reads a statement as it stands in a policy.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(_ value: Value) throws {
        guard let parts = value.asList, let name = parts.first?.asString else {
            throw AllodError.argument("a statement is a list that begins with its operator")
        }
        switch (name, parts.count) {
        case ("not", 2): self = .not(try Statement(parts[1]))
        case ("and", 2): self = .and(try Self.many(parts[1]))
        case ("or", 2): self = .or(try Self.many(parts[1]))
        case (let name, 3) where Self.operators.contains(name):
            guard let selector = parts[1].asString else { throw AllodError.argument("a selector is a text") }
            self = try Self.about(name, selector, parts[2])
        case (let name, _) where !Self.operators.contains(name): self = .other(value)
        default: throw AllodError.argument("\(name) with \(parts.count - 1) operands is no statement")
        }
    }

    private static let operators: Set = [
        "==", "!=", "<", "<=", ">", ">=", "like", "not", "and", "or", "all", "any",
    ]

    private static func many(_ value: Value) throws -> [Statement] {
        guard let items = value.asList else { throw AllodError.argument("a list of statements is expected") }
        return try items.map(Statement.init)
    }

    private static func about(_ name: String, _ selector: String, _ value: Value) throws -> Statement {
        switch name {
        case "==": return .equal(selector, value)
        case "!=": return .notEqual(selector, value)
        case "<": return .less(selector, value)
        case "<=": return .lessOrEqual(selector, value)
        case ">": return .greater(selector, value)
        case ">=": return .greaterOrEqual(selector, value)
        case "all": return .all(selector, try Statement(value))
        case "any": return .any(selector, try Statement(value))
        case "like":
            guard let pattern = value.asString else { throw AllodError.argument("a pattern is a text") }
            return .like(selector, pattern)
        default: throw AllodError.argument("\(name) is no operator")
        }
    }

    /// The statement as it stands in a policy.
    public var value: Value {
        switch self {
        case .equal(let selector, let value): ["==", .string(selector), value]
        case .notEqual(let selector, let value): ["!=", .string(selector), value]
        case .less(let selector, let value): ["<", .string(selector), value]
        case .lessOrEqual(let selector, let value): ["<=", .string(selector), value]
        case .greater(let selector, let value): [">", .string(selector), value]
        case .greaterOrEqual(let selector, let value): [">=", .string(selector), value]
        case .like(let selector, let pattern): ["like", .string(selector), .string(pattern)]
        case .not(let statement): ["not", statement.value]
        case .and(let statements): ["and", .list(statements.map(\.value))]
        case .or(let statements): ["or", .list(statements.map(\.value))]
        case .all(let selector, let statement): ["all", .string(selector), statement.value]
        case .any(let selector, let statement): ["any", .string(selector), statement.value]
        case .other(let value): value
        }
    }
}
