import Foundation

/// Structured data: what arguments, results, policies and metadata are made of (the IPLD data model).
///
/// It is exact: integers stay integers, bytes stay bytes, links stay links. Write it as literals, or encode a type of your
/// own with ``ValueEncoder``.
///
/// Policies and signatures go by the bytes of texts; `==` of Swift takes two spellings of é for one. Names in maps that are not
/// spelled in NFC are refused when they are read and when they are written. Texts come as they are: compare them by `.utf8` where
/// something depends on it.
public enum Value: Sendable, Hashable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// An integer.
    case int(Int64)
    /// An integer that needs 65 bits.
    case large(LargeInteger)
    /// A number with a fraction. NaN and infinity have no form, and are refused when they are written.
    case double(Double)
    /// A text.
    case string(String)
    /// Bytes.
    case bytes(Data)
    /// The address of other data.
    case link(Link)
    /// Values in their order.
    case list([Value])
    /// Values by their names.
    case map([String: Value])
}

/// An integer of DAG-CBOR that is not an `Int64`: from −2⁶⁴ to −2⁶³ − 1, or from 2⁶³ to 2⁶⁴ − 1.
public struct LargeInteger: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is below zero.
    public let isNegative: Bool
    /// The number, or, below zero, −1 minus the number.
    let argument: UInt64

    /// A number that an `Int64` does not hold; `nil` for one that it does.
    public init?(_ number: UInt64) {
        guard number > UInt64(Int64.max) else { return nil }
        (isNegative, argument) = (false, number)
    }

    /// The number −1 − `number`; `nil` for one that an `Int64` holds.
    public init?(minusOneMinus number: UInt64) {
        guard number > UInt64(Int64.max) else { return nil }
        (isNegative, argument) = (true, number)
    }

    /// The number as a `UInt64`, where it is above zero.
    public var unsigned: UInt64? { isNegative ? nil : argument }

    /// The number in decimal.
    public var description: String {
        if !isNegative { return String(argument) }
        return argument == .max ? "-18446744073709551616" : "-\(argument + 1)"
    }
}

extension Value {
    /// The integer in the form that holds it.
    public init(_ number: UInt64) {
        self = LargeInteger(number).map(Value.large) ?? .int(Int64(number))
    }

    /// The truth value, if it is one.
    public var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, if it is one and fits.
    public var asInt: Int64? { if case .int(let value) = self { value } else { nil } }

    /// The text, if it is one.
    public var asString: String? { if case .string(let value) = self { value } else { nil } }

    /// The bytes, if it is some.
    public var asBytes: Data? { if case .bytes(let value) = self { value } else { nil } }

    /// The link, if it is one.
    public var asLink: Link? { if case .link(let value) = self { value } else { nil } }

    /// The items, if it is a list.
    public var asList: [Value]? { if case .list(let value) = self { value } else { nil } }

    /// The entries, if it is a map.
    public var asMap: [String: Value]? { if case .map(let value) = self { value } else { nil } }

    /// The value of a name, where this is a map that has it, in the same bytes.
    public subscript(name: String) -> Value? { asMap?.exactly(name) }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Null.
    public init(nilLiteral: ()) { self = .null }

    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }

    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A list.
    public init(arrayLiteral items: Value...) { self = .list(items) }

    /// A map. One with a name that is there more than once is refused when it is written: neither of the two counts.
    public init(dictionaryLiteral entries: (String, Value)...) {
        self = .map(Dictionary(entries, uniquingKeysWith: { _, _ in .double(Self.twice) }))
    }

    /// What stands in the place of two values of one name. It is no number, and never written.
    static let twice = Double(nan: 2, signaling: false)
}
