import Foundation

/// Decodes types of your own from values, exactly: an integer that does not fit and a number that would be rounded are
/// errors. A `Double` is also read from an integer that it holds, since some languages do not tell the two apart.
public struct ValueDecoder: Sendable {
    /// A decoder.
    public init() {}

    /// What a value stands for.
    ///
    /// - Throws: `DecodingError` where it stands for nothing of that type, and what its own `init(from:)` throws.
    public func decode<Target: Decodable>(_ type: Target.Type, from value: Value) throws -> Target {
        try FromValue(value: value, codingPath: []).read(type)
    }

    /// As ``decode(_:from:)``, of a map.
    ///
    /// - Throws: As there.
    public func decode<Target: Decodable>(_ type: Target.Type, from map: [String: Value]) throws -> Target {
        try decode(type, from: .map(map))
    }
}

private struct FromValue: Decoder, SingleValueDecodingContainer {
    let value: Value
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "\(expected) is expected"))
    }

    func read<Target: Decodable>(_ type: Target.Type) throws -> Target {
        let found: Any? =
            switch type {
            case is Value.Type: value
            case is Bool.Type: try must(value.asBool, type, "true or false")
            case is String.Type: try must(value.asString, type, "a text")
            case is Data.Type: try must(value.asBytes, type, "some bytes")
            case is Link.Type: try must(value.asLink, type, "a link")
            case is URL.Type: try must(value.asString.flatMap { URL(string: $0) }, type, "a URL")
            case is Double.Type: try number(type)
            case is Float.Type: try must(Float(exactly: number(type)), type, "a number that is not rounded")
            case is Date.Type: throw mismatch(type, "an Int64 of seconds since 1970, and not a Date,")
            case is Decimal.Type: throw mismatch(type, "a text or an integer, and not a Decimal,")
            case let type as any FixedWidthInteger.Type: try integer(type)
            default: nil
            }
        guard let found else { return try Target(from: self) }
        return try must(found as? Target, type, "\(type)")
    }

    private func must<Found>(_ found: Found?, _ type: Any.Type, _ expected: String) throws -> Found {
        guard let found else { throw mismatch(type, expected) }
        return found
    }

    private func number(_ type: Any.Type) throws -> Double {
        switch value {
        case .double(let number): number
        case .int(let number): try must(Double(exactly: number), type, "a number that is not rounded")
        default: throw mismatch(type, "a number")
        }
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        switch value {
        case .int(let number): try must(Number(exactly: number), type, "an integer that fits \(type)")
        case .large(let number):
            try must(number.unsigned.flatMap { Number(exactly: $0) }, type, "an integer that fits \(type)")
        default: throw mismatch(type, "an integer")
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let entries) = value else { throw mismatch([String: Value].self, "a map") }
        return KeyedDecodingContainer(FromMap<Key>(entries: entries, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let items) = value else { throw mismatch([Value].self, "a list") }
        return FromList(items: items, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { value == .null }
    func decode<Target: Decodable>(_ type: Target.Type) throws -> Target { try read(type) }
    func decode(_ type: Bool.Type) throws -> Bool { try read(type) }
    func decode(_ type: String.Type) throws -> String { try read(type) }
    func decode(_ type: Double.Type) throws -> Double { try read(type) }
    func decode(_ type: Float.Type) throws -> Float { try read(type) }
    func decode(_ type: Int.Type) throws -> Int { try read(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try read(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try read(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try read(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try read(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try read(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try read(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try read(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try read(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try read(type) }
}

private struct FromMap<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let entries: [String: Value]
    let codingPath: [any CodingKey]
    var allKeys: [Key] { entries.keys.compactMap { Key(stringValue: $0) } }

    private func at(_ key: any CodingKey) throws -> FromValue {
        guard let value = entries.exactly(key.stringValue) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "\(key.stringValue) is not there"))
        }
        return FromValue(value: value, codingPath: codingPath + [key])
    }

    func contains(_ key: Key) -> Bool { entries.exactly(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try at(key).value == .null }
    func decode<Target: Decodable>(_ type: Target.Type, forKey key: Key) throws -> Target {
        try at(key).read(type)
    }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try at(key).read(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try at(key).read(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try at(key).read(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try at(key).read(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try at(key).read(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try at(key).read(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try at(key).read(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try at(key).read(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try at(key).read(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try at(key).read(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try at(key).read(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try at(key).read(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try at(key).read(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try at(key).read(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try at(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try at(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try at(Place("super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try at(key) }
}

private struct FromList: UnkeyedDecodingContainer {
    let items: [Value]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    init(items: [Value], codingPath: [any CodingKey]) {
        (self.items, self.codingPath) = (items, codingPath)
    }

    private func here() throws -> FromValue {
        let path = codingPath + [Place(currentIndex)]
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                Value.self, .init(codingPath: path, debugDescription: "the list ends before"))
        }
        return FromValue(value: items[currentIndex], codingPath: path)
    }

    private mutating func next<Result>(_ read: (FromValue) throws -> Result) throws -> Result {
        let result = try read(here())
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        guard try here().value == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Target: Decodable>(_ type: Target.Type) throws -> Target { try next { try $0.read(type) } }
    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.read(type) } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.read(type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.read(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.read(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.read(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.read(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.read(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.read(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.read(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.read(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.read(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.read(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.read(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.read(type) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
