import Foundation

/// By ``ValueEncoder`` and ``ValueDecoder`` a value is taken as it is. Other coders, such as Foundation's for JSON, write and read
/// bytes and links as DAG-JSON has them; they may take a number without a fraction for an integer, where
/// ``dagJSON()`` does not.
extension Value: Codable {
    /// Reads a value from a decoder of any kind.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Place.self) {
            self = try Value.entries(container)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var items = [Value]()
            while !container.isAtEnd { items.append(try container.decode(Value.self)) }
            self = .list(items)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = Value(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    private static func entries(_ container: KeyedDecodingContainer<Place>) throws -> Value {
        let slash = Place("/")
        if container.allKeys.map(\.stringValue) == ["/"] {
            if let text = try? container.decode(String.self, forKey: slash) { return .link(try Link(text)) }
            let base64 = try container.decode([String: String].self, forKey: slash)["bytes"]
            guard let data = base64.flatMap(Data.init(unpadded:)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: slash, in: container, debugDescription: "bytes in base64 are expected")
            }
            return .bytes(data)
        }
        var entries = [String: Value]()
        for key in container.allKeys {
            guard key.stringValue.isNFC else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: AllodError.spelling.message)
            }
            entries[key.stringValue] = try container.decode(Value.self, forKey: key)
        }
        return .map(entries)
    }

    /// Writes the value to an encoder of any kind.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .link(let link):
            var container = encoder.container(keyedBy: Place.self)
            try container.encode(link.description, forKey: Place("/"))
        case .bytes(let bytes):
            var container = encoder.container(keyedBy: Place.self)
            try container.encode(["bytes": bytes.unpadded], forKey: Place("/"))
        case .list(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .map(let entries):
            var container = encoder.container(keyedBy: Place.self)
            for (key, item) in entries { try container.encode(item, forKey: Place(key)) }
        default:
            var container = encoder.singleValueContainer()
            try encodeWhole(to: &container)
        }
    }

    private func encodeWhole(to container: inout any SingleValueEncodingContainer) throws {
        switch self {
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .large(let number):
            guard let value = number.unsigned else {
                throw EncodingError.invalidValue(
                    number, .init(codingPath: container.codingPath, debugDescription: "the integer has no form"))
            }
            try container.encode(value)
        default: try container.encodeNil()
        }
    }
}

/// As ``Value``: a link by this package's coders, and `{"/": "…"}` by others.
extension Link: Codable {
    /// Reads a link from a decoder of any kind.
    public init(from decoder: any Decoder) throws {
        guard case .link(let link) = try Value(from: decoder) else {
            throw DecodingError.typeMismatch(
                Link.self, .init(codingPath: decoder.codingPath, debugDescription: "a link is expected"))
        }
        self = link
    }

    /// Writes the link to an encoder of any kind.
    public func encode(to encoder: any Encoder) throws {
        try Value.link(self).encode(to: encoder)
    }
}

extension Data {
    fileprivate var unpadded: String {
        String(base64EncodedString().prefix { $0 != "=" })
    }

    fileprivate init?(unpadded text: String) {
        guard !text.contains("=") else { return nil }
        self.init(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
