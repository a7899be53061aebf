import CAllod
import Foundation

/// A handle of the C library, freed when nothing uses it any more. The only place where one is kept.
///
/// It is a number that the library looks up, from any thread, so that it can be handed around: a mistake with one is an
/// error, and not a fault in memory.
final class Handle: @unchecked Sendable {
    private let number: OpaquePointer
    private let free: @Sendable (OpaquePointer?) -> Bool

    init(_ number: OpaquePointer, freedBy free: @escaping @Sendable (OpaquePointer?) -> Bool) {
        self.number = number
        self.free = free
    }

    deinit {
        _ = free(number)
    }

    /// The number, which stays alive until `body` returns.
    func use<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(number) }
    }
}

/// A place where the library writes a handle.
typealias Slot = UnsafeMutablePointer<OpaquePointer?>

/// Throws what the library says went wrong.
func check(_ error: OpaquePointer?) throws {
    guard let error else { return }
    defer { allod_error_free(error) }
    throw AllodError(
        code: Code(rawValue: allod_error_number(error)),
        name: String(cString: allod_error_name(error)),
        message: String(cString: allod_error_message(error)),
        remedy: String(cString: allod_error_remedy(error))
    )
}

/// The handle that a call writes.
func made(
    freedBy free: @escaping @Sendable (OpaquePointer?) -> Bool, _ call: (Slot) throws -> OpaquePointer?
) throws -> Handle {
    guard let handle = try maybeMade(freedBy: free, call) else {
        throw AllodError.fault("the library wrote nothing where it succeeded")
    }
    return handle
}

/// As `made`, where the library may write none.
func maybeMade(
    freedBy free: @escaping @Sendable (OpaquePointer?) -> Bool, _ call: (Slot) throws -> OpaquePointer?
) throws -> Handle? {
    guard Library.fits else { throw AllodError.fault("the library is of another version than its header") }
    var out: OpaquePointer?
    try check(try call(&out))
    return out.map { Handle($0, freedBy: free) }
}

/// The bytes that a call writes.
func bytes(_ call: (Slot) throws -> OpaquePointer?) throws -> Data {
    try maybeBytes(call) ?? Data()
}

/// As `bytes`, where the library may write none.
func maybeBytes(_ call: (Slot) throws -> OpaquePointer?) throws -> Data? {
    let handle = try maybeMade(freedBy: { allod_bytes_free($0) }, call)
    return handle?.use { number in
        let count = allod_bytes_len(number)
        guard count > 0, let first = allod_bytes_data(number) else { return Data() }
        return Data(bytes: first, count: count)
    }
}

/// The text that a call writes.
func text(_ call: (Slot) throws -> OpaquePointer?) throws -> String {
    String(decoding: try bytes(call), as: UTF8.self)
}

/// The structured answer that a call writes, when it is asked for it in DAG-CBOR.
func answer(_ call: (Slot) throws -> OpaquePointer?) throws -> Value {
    try CBORReader.read(try bytes(call))
}

/// As `answer`, read into a type.
func answer<Answer: Decodable>(
    as type: Answer.Type, _ call: (Slot) throws -> OpaquePointer?
) throws -> Answer {
    try ValueDecoder().decode(type, from: try answer(call))
}

/// The format in which all that is structured crosses.
let cbor = UInt32(ALLOD_DAG_CBOR)

/// What is passed for no bytes, where NULL would say that there is nothing.
private nonisolated(unsafe) let nowhere = UnsafeRawPointer(bitPattern: 1)

extension String {
    /// The text as C takes it. The empty text is not NULL: that is no text at all.
    func pass<Result>(_ body: (UnsafePointer<CChar>?, Int) throws -> Result) rethrows -> Result {
        let count = utf8.count
        return try withCString { try body($0, count) }
    }
}

extension Optional where Wrapped == String {
    func pass<Result>(_ body: (UnsafePointer<CChar>?, Int) throws -> Result) rethrows -> Result {
        switch self {
        case .some(let text): try text.pass(body)
        case .none: try body(nil, 0)
        }
    }
}

extension Data {
    /// The bytes as C takes them. None are not NULL: that is nothing at all.
    func pass<Result>(_ body: (UnsafeRawPointer?, Int) throws -> Result) rethrows -> Result {
        try withUnsafeBytes { try body($0.baseAddress ?? nowhere, $0.count) }
    }
}

extension Optional where Wrapped == Data {
    func pass<Result>(_ body: (UnsafeRawPointer?, Int) throws -> Result) rethrows -> Result {
        switch self {
        case .some(let bytes): try bytes.pass(body)
        case .none: try body(nil, 0)
        }
    }
}

/// The fields of a question. What is `nil` is left out.
struct Question {
    private let fields: [String: Value]

    init(_ fields: [String: Value?]) {
        self.fields = fields.compactMapValues { $0 }
    }

    func pass<Result>(_ body: (UnsafeRawPointer?, Int) throws -> Result) throws -> Result {
        try CBORWriter.write(.map(fields)).pass(body)
    }
}

extension Value {
    static func texts(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }

    static func blobs(_ blobs: [Data]) -> Value { .list(blobs.map(Value.bytes)) }

    /// Pairs of a DID and the text of its document; `nil` where there are none.
    static func documents(_ documents: [String: String]) -> Value? {
        documents.isEmpty ? nil : .list(documents.map { .list([.string($0.key), .string($0.value)]) })
    }

    /// `true`, or nothing: a field that is not there is `false`.
    static func flag(_ flag: Bool) -> Value? { flag ? .bool(true) : nil }
}

/// The seconds since 1970 now.
public func secondsNow() -> Int64 {
    Int64(Date().timeIntervalSince1970.rounded(.down))
}
