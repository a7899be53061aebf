import CAllod
import Foundation

/// How a container is written.
public enum Encoding: UInt32, Sendable, Hashable, CaseIterable {
    /// Plain bytes.
    case raw = 0
    /// Base64 with padding.
    case base64 = 1
    /// Base64 for URLs, without padding: for texts, links and QR codes.
    case base64url = 2
    /// Compressed bytes.
    case gzip = 3
    /// Compressed, in base64 with padding.
    case gzipBase64 = 4
    /// Compressed, in base64 for URLs.
    case gzipBase64url = 5
}

/// Tokens that travel together, each once.
public final class Container: Sendable {
    let handle: Handle

    init(_ handle: Handle) {
        self.handle = handle
    }

    /// Reads a container in any of the six encodings.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(_ bytes: Data) throws {
        handle = try made(freedBy: { allod_container_free($0) }) { out in
            bytes.pass { allod_container_read($0, $1, out) }
        }
    }

    /// Reads a container in one of the encodings that are text.
    ///
    /// - Throws: `AllodError` for what is none.
    public convenience init(_ text: String) throws {
        try self.init(Data(text.utf8))
    }

    /// A container of these tokens.
    ///
    /// - Throws: `AllodError` for too many.
    public init(of tokens: [Token]) throws {
        handle = try withExtendedLifetime(tokens) {
            let numbers: [OpaquePointer?] = tokens.map { $0.handle.use { $0 } }
            return try made(freedBy: { allod_container_free($0) }) { out in
                numbers.withUnsafeBufferPointer { allod_container_of($0.baseAddress, $0.count, out) }
            }
        }
    }

    /// Writes it.
    ///
    /// - Throws: `AllodError` where it would be too large.
    public func write(_ encoding: Encoding = .raw) throws -> Data {
        try handle.use { container in
            try bytes { allod_container_write(container, encoding.rawValue, $0) }
        }
    }

    /// Writes it as text for URLs, links and QR codes.
    ///
    /// - Throws: As ``write(_:)``.
    public func writeText(_ encoding: Encoding = .base64url) throws -> String {
        guard encoding != .raw && encoding != .gzip else {
            throw AllodError.argument("the encoding is no text")
        }
        return String(decoding: try write(encoding), as: UTF8.self)
    }

    /// How many tokens are in it.
    public var count: Int {
        get throws {
            var count = 0
            try handle.use { try check(allod_container_len($0, &count)) }
            return count
        }
    }

    /// The token at a place, from 0 on.
    ///
    /// - Throws: `AllodError` if what is there is none.
    public func token(at index: Int) throws -> Token {
        guard index >= 0 else { throw AllodError.argument("a place is not negative") }
        return try handle.use { container in try Token { allod_container_token(container, index, $0) } }
    }

    /// What is in it.
    public struct Contents: Sendable, Hashable, Decodable {
        /// How it was written.
        public let encoding: String
        /// What is there, in its order.
        public let tokens: [Entry]

        /// Something in a container.
        public struct Entry: Sendable, Hashable, Decodable {
            /// Its CID.
            public let cid: String
            /// What it is: "unreadable" for what is no token.
            public let kind: String
            /// Why it cannot be read, as the name of a code.
            public let code: String?
            /// The same in words.
            public let message: String?
        }
    }

    /// What is in it, and what of that cannot be read.
    public var contents: Contents {
        get throws {
            try handle.use { container in
                try answer(as: Contents.self) { allod_container_contents(container, cbor, $0) }
            }
        }
    }
}
