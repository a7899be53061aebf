import CAllod
import Foundation

/// The address of data by its content: a CID, within a value.
///
/// The CIDs of tokens are texts elsewhere in this package.
public struct Link: Sendable, Hashable, CustomStringConvertible {
    /// The CID in its binary form.
    public let bytes: Data

    /// A link of the binary form of a CID.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(bytes: Data) throws {
        try self.init(checked: bytes)
        _ = try dagJSON()
    }

    /// A link of the text of a CID.
    ///
    /// - Throws: `AllodError` for what is none.
    public init(_ text: String) throws {
        let json = try JSONEncoder().encode([["/": text]])
        let list = try answer { out in
            json.pass { allod_value_convert($0, $1, cbor, out) }
        }
        guard case .list(let items) = list, items.count == 1, case .link(let link) = items[0] else {
            throw AllodError.argument("the text is no CID")
        }
        self = link
    }

    /// Of what the library said.
    init(checked bytes: Data) throws {
        guard !bytes.isEmpty else { throw AllodError.argument("a CID is not empty") }
        self.bytes = bytes
    }

    /// The CID as text.
    public var description: String {
        (try? dagJSON()) ?? bytes.map { String(format: "%02x", $0) }.joined()
    }

    private func dagJSON() throws -> String {
        let list = Value.list([.link(self)])
        let json = try CBORWriter.write(list).pass { data, count in
            try Allod.bytes { allod_value_convert(data, count, UInt32(ALLOD_DAG_JSON), $0) }
        }
        guard let text = try JSONDecoder().decode([[String: String]].self, from: json).first?["/"] else {
            throw AllodError.fault("a link was written as something else")
        }
        return text
    }
}
