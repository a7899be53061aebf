import Foundation

/// Writes DAG-CBOR: the form in which all that is structured crosses to the library.
enum CBORWriter {
    /// The bytes of a value.
    ///
    /// - Throws: `AllodError` for a number that is not finite, a name that is not in NFC, and what is nested too deep.
    static func write(_ value: Value) throws -> Data {
        var out = Data()
        try write(value, depth: 0, to: &out)
        return out
    }

    /// Deeper than the library takes, and far from the end of the stack.
    static let maxDepth = 256

    private static func write(_ value: Value, depth: Int, to out: inout Data) throws {
        guard depth < maxDepth else { throw AllodError.argument("the value is nested too deep") }
        switch value {
        case .null: out.append(0xf6)
        case .bool(let value): out.append(value ? 0xf5 : 0xf4)
        case .int(let value):
            if value >= 0 { head(0, UInt64(value), to: &out) } else { head(1, UInt64(-1 - value), to: &out) }
        case .large(let value): head(value.isNegative ? 1 : 0, value.argument, to: &out)
        case .double(let value):
            guard value.isFinite else {
                let isTwice = value.bitPattern == Value.twice.bitPattern
                throw AllodError.argument(isTwice ? "a name is in a map twice" : "the number is not finite")
            }
            out.append(0xfb)
            big(value.bitPattern, 8, to: &out)
        case .string(let value): string(value, to: &out)
        case .bytes(let value):
            head(2, UInt64(value.count), to: &out)
            out.append(value)
        case .link(let link):
            head(6, 42, to: &out)
            head(2, UInt64(link.bytes.count + 1), to: &out)
            out.append(0)
            out.append(link.bytes)
        case .list(let items):
            head(4, UInt64(items.count), to: &out)
            for item in items { try write(item, depth: depth + 1, to: &out) }
        case .map(let entries):
            guard entries.keys.allSatisfy(\.isNFC) else { throw AllodError.spelling }
            head(5, UInt64(entries.count), to: &out)
            for (key, item) in entries.map({ (Array($0.key.utf8), $0.value) }).sorted(by: { before($0.0, $1.0) }) {
                head(3, UInt64(key.count), to: &out)
                out.append(contentsOf: key)
                try write(item, depth: depth + 1, to: &out)
            }
        }
    }

    /// Shorter keys come first, then by bytes.
    private static func before(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count ? one.lexicographicallyPrecedes(other) : one.count < other.count
    }

    private static func string(_ value: String, to out: inout Data) {
        head(3, UInt64(value.utf8.count), to: &out)
        out.append(contentsOf: value.utf8)
    }

    /// A type and its number, in the shortest form.
    private static func head(_ major: UInt8, _ number: UInt64, to out: inout Data) {
        let major = major << 5
        switch number {
        case ..<24: out.append(major | UInt8(number))
        case ...0xff:
            out.append(major | 24)
            big(number, 1, to: &out)
        case ...0xffff:
            out.append(major | 25)
            big(number, 2, to: &out)
        case ...0xffff_ffff:
            out.append(major | 26)
            big(number, 4, to: &out)
        default:
            out.append(major | 27)
            big(number, 8, to: &out)
        }
    }

    private static func big(_ number: UInt64, _ count: Int, to out: inout Data) {
        for place in (0..<count).reversed() { out.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }
}

/// Reads the DAG-CBOR that the library writes. It is strict already: what is looked at here keeps the reader within
/// the bytes, and refuses what a Swift value would not hold.
struct CBORReader {
    private let bytes: [UInt8]
    private var at = 0

    /// The one value that the bytes hold.
    ///
    /// - Throws: `AllodError` where they hold something else, or a name that is not in NFC.
    static func read(_ data: Data) throws -> Value {
        var reader = CBORReader(bytes: [UInt8](data))
        let value = try reader.value(depth: 0)
        guard reader.at == reader.bytes.count else { throw broken }
        return value
    }

    private static let broken = AllodError.fault("the library wrote what is no DAG-CBOR")

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws -> Value {
        guard depth < CBORWriter.maxDepth else { throw Self.broken }
        let (major, info) = try first()
        switch major {
        case 0: return Value(try argument(info))
        case 1:
            let number = try argument(info)
            return LargeInteger(minusOneMinus: number).map(Value.large) ?? .int(-1 - Int64(number))
        case 2: return .bytes(Data(try take(argument(info))))
        case 3: return .string(try string(info))
        case 4:
            let count = try argument(info)
            var items = [Value]()
            for _ in 0..<(try possible(count)) { items.append(try value(depth: depth + 1)) }
            return .list(items)
        case 5: return .map(try map(info, depth: depth))
        case 6: return .link(try link(info))
        default: return try simple(info)
        }
    }

    private mutating func map(_ info: UInt8, depth: Int) throws -> [String: Value] {
        let count = try argument(info)
        var entries = [String: Value]()
        for _ in 0..<(try possible(count)) {
            let (major, info) = try first()
            guard major == 3 else { throw Self.broken }
            let key = try string(info)
            // The library has refused a name that is there twice: two that are equal are two spellings.
            guard key.isNFC, entries.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                throw AllodError.spelling
            }
        }
        return entries
    }

    private mutating func link(_ info: UInt8) throws -> Link {
        guard try argument(info) == 42 else { throw Self.broken }
        let (major, info) = try first()
        guard major == 2 else { throw Self.broken }
        let whole = try take(argument(info))
        guard whole.first == 0 else { throw Self.broken }
        return try Link(checked: Data(whole.dropFirst()))
    }

    private mutating func simple(_ info: UInt8) throws -> Value {
        switch info {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 27:
            let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return .double(Double(bitPattern: bits))
        default: throw Self.broken
        }
    }

    private mutating func string(_ info: UInt8) throws -> String {
        let taken = try take(argument(info))
        guard let text = String(validatingUTF8Bytes: taken) else { throw Self.broken }
        return text
    }

    private mutating func first() throws -> (major: UInt8, info: UInt8) {
        guard at < bytes.count else { throw Self.broken }
        defer { at += 1 }
        return (bytes[at] >> 5, bytes[at] & 0x1f)
    }

    private mutating func argument(_ info: UInt8) throws -> UInt64 {
        switch info {
        case ..<24: return UInt64(info)
        case 24...27: return try take(1 << UInt64(info - 24)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        default: throw Self.broken
        }
    }

    private mutating func take(_ count: UInt64) throws -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.count - at) else { throw Self.broken }
        defer { at += Int(count) }
        return bytes[at..<at + Int(count)]
    }

    /// Each item takes a byte at least.
    private func possible(_ count: UInt64) throws -> Int {
        guard count <= UInt64(bytes.count - at) else { throw Self.broken }
        return Int(count)
    }
}

extension String {
    /// The text, unless the bytes are not UTF-8.
    fileprivate init?(validatingUTF8Bytes bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }
}
