import CAllod
import Foundation

extension Value {
    /// Reads a map or a list from DAG-JSON.
    ///
    /// - Throws: `AllodError` for what is not strictly that.
    public init(dagJSON text: String) throws {
        let data = Data(text.utf8)
        self = try answer { out in data.pass { allod_value_convert($0, $1, cbor, out) } }
        guard asMap != nil || asList != nil else { throw AllodError.argument("a map or list is expected") }
    }

    /// Reads a map or a list from DAG-CBOR.
    ///
    /// - Throws: `AllodError` for what is not strictly that.
    public init(dagCBOR data: Data) throws {
        guard let first = data.first, (0x80...0xbf).contains(first) else {
            throw AllodError.argument("a map or list is expected")
        }
        self = try answer { out in data.pass { allod_value_convert($0, $1, cbor, out) } }
    }

    /// A map or a list in DAG-JSON.
    ///
    /// - Throws: `AllodError` for other values, and for what has no such form.
    public func dagJSON() throws -> String {
        let data = try dagCBOR()
        return try text { out in data.pass { allod_value_convert($0, $1, UInt32(ALLOD_DAG_JSON), out) } }
    }

    /// A map or a list in DAG-CBOR.
    ///
    /// - Throws: `AllodError` for other values, and for what has no such form.
    public func dagCBOR() throws -> Data {
        guard asMap != nil || asList != nil else { throw AllodError.argument("a map or list is expected") }
        return try CBORWriter.write(self)
    }
}
