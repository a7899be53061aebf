import Allod
import Foundation
import XCTest

/// The package against the header that it was written for.
final class SurfaceTests: XCTestCase {
    private let package = repository.appendingPathComponent("ffi/swift")

    private func header() throws -> String {
        try String(contentsOf: repository.appendingPathComponent("ffi/include/allod.h"), encoding: .utf8)
    }

    private func sources() throws -> [String: String] {
        let folder = package.appendingPathComponent("Sources/Allod")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
            })
    }

    /// What stands before an opening parenthesis.
    private func names(_ text: String, _ prefix: String) -> Set<String> {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        return Set(words.filter { $0.hasPrefix(prefix) }.map(String.init))
    }

    func testTheCopyOfTheHeaderIsTheHeader() throws {
        let copy = try String(contentsOf: package.appendingPathComponent("Sources/CAllod/allod.h"), encoding: .utf8)
        XCTAssertEqual(copy, try header(), "copy ffi/include/allod.h to ffi/swift/Sources/CAllod")
    }

    func testEveryExportIsUsed() throws {
        let declared = try header().split(separator: "\n").filter { line in
            line.contains("(") && !line.hasPrefix(" *") && !line.hasPrefix("typedef")
        }
        let exports = names(declared.joined(separator: "\n"), "allod_")
        XCTAssertGreaterThan(exports.count, 100)
        let used = names(try sources().values.joined(separator: "\n"), "allod_")
        XCTAssertEqual(exports.subtracting(used).subtracting(["allod_ffi"]), [], "exports that nothing uses")
        XCTAssertEqual(used.subtracting(exports).subtracting(["allod_ffi"]), [], "what is no export")
        print("exports used by Swift: \(exports.count)")
    }

    func testEveryCodeHasItsName() throws {
        var numbers: [String: UInt32] = [:]
        for line in try header().split(separator: "\n") where line.hasPrefix("#define ALLOD_") {
            let parts = line.split(separator: " ")
            if parts.count == 3, let number = UInt32(parts[2]) { numbers[String(parts[1].dropFirst(6))] = number }
        }
        let start = try XCTUnwrap(try header().range(of: "#define ALLOD_OK "))
        let end = try XCTUnwrap(try header().range(of: "#define ALLOD_UNLISTED "))
        let part = try header()[start.lowerBound..<end.upperBound]
        let codes = names(String(part), "ALLOD_").map { String($0.dropFirst(6)) }
        for name in codes {
            let kebab = name.lowercased().replacingOccurrences(of: "_", with: "-")
            XCTAssertEqual(Code(name: kebab)?.rawValue, numbers[name], name)
        }
        let others: [String: UInt32] = [
            "KIND_DELEGATION": Token.Kind.delegation.rawValue, "KIND_INVOCATION": Token.Kind.invocation.rawValue,
            "KIND_RECEIPT": Token.Kind.receipt.rawValue, "KIND_REVOCATION": Token.Kind.revocation.rawValue,
            "OUTCOME_EXECUTED": Execution.Kind.executed.rawValue, "OUTCOME_DENIED": Execution.Kind.denied.rawValue,
            "OUTCOME_EXECUTED_BEFORE": Execution.Kind.executedBefore.rawValue,
            "OUTCOME_RUNNING": Execution.Kind.running.rawValue,
            "OUTCOME_UNKNOWN": Execution.Kind.outcomeUnknown.rawValue,
            "OUTCOME_AWAITS": Execution.Kind.awaits.rawValue, "OUTCOME_REFUSED": Execution.Kind.refused.rawValue,
            "RAW": Encoding.raw.rawValue, "BASE64": Encoding.base64.rawValue,
            "BASE64URL": Encoding.base64url.rawValue, "GZIP": Encoding.gzip.rawValue,
            "GZIP_BASE64": Encoding.gzipBase64.rawValue, "GZIP_BASE64URL": Encoding.gzipBase64url.rawValue,
            "ED25519": Algorithm.ed25519.rawValue, "P256": Algorithm.p256.rawValue,
            "SECP256K1": Algorithm.secp256k1.rawValue,
        ]
        for (name, number) in others { XCTAssertEqual(numbers[name], number, name) }
        XCTAssertNil(Code(name: "no-such-code"))
        XCTAssertEqual(Code(rawValue: 77).name, "77")
    }

    func testEveryPublicThingIsExplained() throws {
        for (file, text) in try sources() {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() where line.trimmed.hasPrefix("public ") {
                var before = number - 1
                while before > 0, lines[before].trimmed.hasPrefix("@") || lines[before].trimmed.hasPrefix("// ") {
                    before -= 1
                }
                XCTAssertTrue(lines[before].trimmed.hasPrefix("///"), "\(file):\(number + 1): \(line)")
            }
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
