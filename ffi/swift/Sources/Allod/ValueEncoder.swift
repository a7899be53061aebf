import Foundation

/// Encodes types of your own as values, exactly: integers as integers, `Data` as bytes, ``Link`` as a link, `nil` as null
/// or not at all. A ``Value`` stays as it is.
///
/// A `Date` is refused, since it is a number with a fraction to Swift and whole seconds here: say which. So is a `Decimal`,
/// which would be rounded.
public struct ValueEncoder: Sendable {
    /// An encoder.
    public init() {}

    /// The value of something encodable.
    ///
    /// - Throws: `EncodingError` for what has no exact form, and what its own `encode` throws.
    public func encode<Source: Encodable>(_ source: Source) throws -> Value {
        let node = Node()
        try node.encode(source, at: [])
        return try node.value(at: [])
    }

    /// As ``encode(_:)``, of what has to be a map: arguments, results, metadata.
    ///
    /// - Throws: `EncodingError`, also for what is no map.
    public func encodeMap<Source: Encodable>(_ source: Source) throws -> [String: Value] {
        guard case .map(let entries) = try encode(source) else {
            throw EncodingError.invalidValue(source, .init(codingPath: [], debugDescription: "a map is expected"))
        }
        return entries
    }
}

/// A place that is being encoded to.
private final class Node {
    private enum Content {
        case nothing
        case whole(Value)
        case list([Node])
        case map([String: Node])
    }

    private var content = Content.nothing

    func value(at path: [any CodingKey]) throws -> Value {
        switch content {
        case .nothing:
            throw EncodingError.invalidValue(
                self, .init(codingPath: path, debugDescription: "a type encoded nothing of itself"))
        case .whole(let value): return value
        case .list(let nodes):
            return .list(try nodes.enumerated().map { try $1.value(at: path + [Place($0)]) })
        case .map(let nodes):
            return .map(
                Dictionary(uniqueKeysWithValues: try nodes.map { ($0, try $1.value(at: path + [Place($0)])) }))
        }
    }

    func encode(_ source: any Encodable, at path: [any CodingKey]) throws {
        func refuse(_ why: String) -> EncodingError {
            .invalidValue(source, .init(codingPath: path, debugDescription: why))
        }
        switch source {
        case let value as Value: content = .whole(value)
        case let value as Bool: content = .whole(.bool(value))
        case let value as String: content = .whole(.string(value))
        case let value as Data: content = .whole(.bytes(value))
        case let value as Link: content = .whole(.link(value))
        case let value as URL: content = .whole(.string(value.absoluteString))
        case let value as Double: try number(value, refuse)
        case let value as Float: try number(Double(value), refuse)
        case is Date: throw refuse("a time is whole seconds since 1970 here: encode an Int64")
        case is Decimal: throw refuse("a Decimal has no exact form: encode a text, or an integer")
        case let value as any BinaryInteger:
            if let value = Int64(exactly: value) {
                content = .whole(.int(value))
            } else if let value = UInt64(exactly: value) {
                content = .whole(Value(value))
            } else {
                throw refuse("the integer has more than 64 bits")
            }
        default: try source.encode(to: ToNode(node: self, codingPath: path))
        }
    }

    private func number(_ value: Double, _ refuse: (String) -> EncodingError) throws {
        guard value.isFinite else { throw refuse("NaN and infinity have no form") }
        content = .whole(.double(value))
    }

    func null() { content = .whole(.null) }

    func beMap() {
        if case .map = content { return }
        content = .map([:])
    }

    func beList() {
        if case .list = content { return }
        content = .list([])
    }

    var count: Int { if case .list(let nodes) = content { nodes.count } else { 0 } }

    func child(_ key: String) -> Node {
        let node = Node()
        guard case .map(var nodes) = content else { return node }
        nodes[key] = node
        content = .map(nodes)
        return node
    }

    func child() -> Node {
        let node = Node()
        guard case .list(var nodes) = content else { return node }
        nodes.append(node)
        content = .list(nodes)
        return node
    }
}

/// Where something is: a name, or a place in a list.
struct Place: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) { (stringValue, intValue) = (name, nil) }

    init(_ index: Int) { (stringValue, intValue) = (String(index), index) }

    init?(stringValue: String) { self.init(stringValue) }

    init?(intValue: Int) { self.init(intValue) }
}

private struct ToNode: Encoder {
    let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beMap()
        return KeyedEncodingContainer(ToMap<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beList()
        return ToList(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        ToWhole(node: node, codingPath: codingPath)
    }
}

private struct ToWhole: SingleValueEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]

    func encodeNil() throws { node.null() }
    func encode<Source: Encodable>(_ value: Source) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Bool) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: String) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Double) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Float) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Int) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Int8) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Int16) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Int32) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: Int64) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: UInt) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: UInt8) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: UInt16) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: UInt32) throws { try node.encode(value, at: codingPath) }
    func encode(_ value: UInt64) throws { try node.encode(value, at: codingPath) }
}

private struct ToMap<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let codingPath: [any CodingKey]

    private func put(_ value: any Encodable, _ key: Key) throws {
        try node.child(key.stringValue).encode(value, at: codingPath + [key])
    }

    func encodeNil(forKey key: Key) throws { node.child(key.stringValue).null() }
    func encode<Source: Encodable>(_ value: Source, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Bool, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: String, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Double, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Float, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Int, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Int8, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Int16, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Int32, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: Int64, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: UInt, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: UInt8, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: UInt16, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: UInt32, forKey key: Key) throws { try put(value, key) }
    func encode(_ value: UInt64, forKey key: Key) throws { try put(value, key) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        ToNode(node: node.child(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        ToNode(node: node.child(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        ToNode(node: node.child("super"), codingPath: codingPath + [Place("super")])
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        ToNode(node: node.child(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct ToList: UnkeyedEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    private func put(_ value: any Encodable) throws {
        let path = codingPath + [Place(node.count)]
        try node.child().encode(value, at: path)
    }

    func encodeNil() throws { node.child().null() }
    func encode<Source: Encodable>(_ value: Source) throws { try put(value) }
    func encode(_ value: Bool) throws { try put(value) }
    func encode(_ value: String) throws { try put(value) }
    func encode(_ value: Double) throws { try put(value) }
    func encode(_ value: Float) throws { try put(value) }
    func encode(_ value: Int) throws { try put(value) }
    func encode(_ value: Int8) throws { try put(value) }
    func encode(_ value: Int16) throws { try put(value) }
    func encode(_ value: Int32) throws { try put(value) }
    func encode(_ value: Int64) throws { try put(value) }
    func encode(_ value: UInt) throws { try put(value) }
    func encode(_ value: UInt8) throws { try put(value) }
    func encode(_ value: UInt16) throws { try put(value) }
    func encode(_ value: UInt32) throws { try put(value) }
    func encode(_ value: UInt64) throws { try put(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        let path = codingPath + [Place(node.count)]
        return ToNode(node: node.child(), codingPath: path).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let path = codingPath + [Place(node.count)]
        return ToNode(node: node.child(), codingPath: path).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        let path = codingPath + [Place(node.count)]
        return ToNode(node: node.child(), codingPath: path)
    }
}
