import Allod
import Foundation
import XCTest

/// Vectors that no one here wrote: in the folder ALLOD_VECTORS, or ../shared/vectors beside the repository. Where they are
/// not there, these tests are skipped.
final class SharedVectorTests: XCTestCase {
    private func folder(_ name: String) throws -> URL {
        let said = ProcessInfo.processInfo.environment["ALLOD_VECTORS"].map { URL(fileURLWithPath: $0) }
        let folder = said ?? repository.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        guard FileManager.default.fileExists(atPath: folder.path) else { throw XCTSkip("\(folder.path) is not there") }
        return folder.appendingPathComponent(name)
    }

    private func read(_ folder: String, _ file: String) throws -> Data {
        try Data(contentsOf: try self.folder(folder).appendingPathComponent(file))
    }

    private func dagJSON(_ folder: String, _ file: String) throws -> Value {
        try Value(dagJSON: String(decoding: try read(folder, file), as: UTF8.self))
    }

    private let codes: [String: [Code]] = [
        "InvalidClaim": [.noProof, .powerlineRoot], "UnavailableProof": [.proofMissing], "Expired": [.expired],
        "TooEarly": [.notYetValid], "InvalidAudience": [.brokenChain], "InvalidSubject": [.wrongSubject],
        "InvalidSignature": [.badSignature], "MatchError": [.policyUnsatisfied],
    ]

    func testInvocationsOfTheSpecification() throws {
        let fixtures = try dagJSON("ucan-1.0.0", "invocation.json")
        var seen: [String: Int] = [:]
        for group in ["valid", "invalid"] {
            for one in try XCTUnwrap(fixtures[group]?.asList) {
                let bytes = try XCTUnwrap(one["invocation"]?.asBytes)
                let proofs = try XCTUnwrap(one["proofs"]?.asList).compactMap(\.asBytes)
                let name = one["name"]?.asString ?? ""
                guard case .invocation(let claims) = try Token(bytes).claims else {
                    XCTFail(name)
                    continue
                }
                let authorizer = try Authorizer(
                    executor: claims.audience ?? claims.subject, options: DecisionOptions(subjects: [claims.subject]))
                var facts = Facts(now: try XCTUnwrap(one["time"]?.asInt))
                facts.tolerance = 0
                facts.tokens = proofs
                let evidence = try Evidence(facts, revocations: .dangerNone)
                let container = try Container(of: try ([bytes] + proofs).map { try Token($0) }).write()
                for decision in [
                    try authorizer.decide(invocation: bytes, evidence: evidence),
                    try authorizer.decide(container, evidence: evidence),
                ] {
                    switch decision.verdict {
                    case .allowed(let grant):
                        XCTAssertEqual(group, "valid", name)
                        XCTAssertEqual(grant.chain.count, proofs.count, name)
                    case .denied(let denial):
                        XCTAssertEqual(group, "invalid", "\(name): \(denial)")
                        let expected = codes[one["error"]?["name"]?.asString ?? ""] ?? []
                        XCTAssertTrue(expected.contains(denial.code), "\(name): \(denial)")
                        if name == "no proof" { XCTAssertEqual(denial.code, .noProof) }
                        if name == "invalid powerline" { XCTAssertEqual(denial.code, .powerlineRoot) }
                    }
                }
                seen[group, default: 0] += 1
            }
        }
        XCTAssertEqual(seen, ["valid": 7, "invalid": 13])
    }

    func testTheDelegationOfTheSpecificationByteForByte() throws {
        let fixtures = try dagJSON("ucan-1.0.0", "delegation.json")
        let keys = try XCTUnwrap(fixtures["principals"]?.asMap).values.map { principal in
            let secret = try XCTUnwrap(Data(base64Encoded: try XCTUnwrap(principal.asString)))
            XCTAssertEqual(Array(secret.prefix(2)), [0x80, 0x26])
            return try Key(seed: secret.dropFirst(2))
        }
        let valid = try XCTUnwrap(fixtures["valid"]?.asList)
        XCTAssertEqual(valid.count, 1)
        for one in valid {
            let bytes = try one["token"]?.asBytes ?? XCTUnwrap(Data(base64Encoded: one["token"]?.asString ?? ""))
            let token = try Token(bytes)
            try token.verify()
            XCTAssertEqual(try token.cid, try CID.read(try XCTUnwrap(one["cid"]?.asString)))
            guard case .delegation(let claims) = try token.claims else { return XCTFail("no delegation") }
            let key = try XCTUnwrap(keys.first { $0.did == claims.issuer })
            let rebuilt = try Delegation(
                audience: claims.audience, subject: .did(try XCTUnwrap(claims.subject)), command: claims.command,
                policy: claims.policy, expires: claims.expires, nonce: claims.nonce, meta: claims.meta
            ).sign(by: key)
            XCTAssertEqual(try rebuilt.bytes, bytes)
        }
    }

    func testPoliciesOfTheSpecification() throws {
        let fixtures = try dagJSON("ucan-1.0.0", "policy.json")
        var seen: [String: Int] = [:]
        for group in ["valid", "invalid"] {
            for one in try XCTUnwrap(fixtures[group]?.asList) {
                let arguments = try XCTUnwrap(one["args"]?.asMap)
                for policy in try XCTUnwrap(one["policies"]?.asList) {
                    XCTAssertEqual(try Policy(policy).evaluate(arguments).holds, group == "valid", "\(policy)")
                    seen[group, default: 0] += 1
                }
            }
        }
        XCTAssertEqual(seen, ["valid": 17, "invalid": 8])
    }

    func testContainersInSixEncodings() throws {
        let files: [String: Encoding] = [
            "Bytes": .raw, "Base64StdPadding": .base64, "Base64URL": .base64url, "BytesGzipped": .gzip,
            "Base64StdPaddingGzipped": .gzipBase64, "Base64URLGzipped": .gzipBase64url,
        ]
        for file in files.keys {
            let container = try Container(try read("container-v1", file))
            XCTAssertEqual(try container.count, 10)
            // Their tokens have an older header.
            for entry in try container.contents.tokens {
                XCTAssertEqual(entry.kind, "unreadable")
                XCTAssertEqual(entry.code, "malformed")
            }
            XCTAssertEqual(code { _ = try container.token(at: 0) }, .malformed)
            for encoding in Encoding.allCases {
                let back = try Container(try container.write(encoding))
                XCTAssertEqual(try back.contents.tokens, try container.contents.tokens)
            }
        }
    }

    func testSeedsKeysAndDocumentsOfDIDs() throws {
        struct Vector: Decodable {
            struct Pair: Decodable {
                let privateKeyJwk: [String: String]?
            }
            let seed: String?
            let verificationKeyPair: Pair
        }
        var seen = 0
        for (file, algorithm) in [("ed25519-x25519.json", Algorithm.ed25519), ("secp256k1.json", .secp256k1)] {
            let vectors = try JSONDecoder().decode([String: Vector].self, from: try read("did-key", file))
            let raw = try XCTUnwrap(JSONSerialization.jsonObject(with: try read("did-key", file)) as? [String: Any])
            for (did, vector) in vectors {
                var keys = [Key]()
                if let seed = vector.seed { keys.append(try Key(seed: hex(seed), algorithm: algorithm)) }
                if let jwk = vector.verificationKeyPair.privateKeyJwk {
                    keys.append(try Key(jwk: String(decoding: try JSONEncoder().encode(jwk), as: UTF8.self)))
                }
                XCTAssertFalse(keys.isEmpty, did)
                for key in keys {
                    XCTAssertEqual(key.did, did)
                    XCTAssertEqual(try DID(did).key, key.publicKey)
                    if let seed = vector.seed { XCTAssertEqual(try key.dangerExportSeed(), hex(seed)) }
                    // Their document resolves their DID.
                    let token = try Delegation(
                        audience: did, subject: .did(did), command: "/a", expires: nil
                    ).sign(by: key)
                    try token.verify()
                    let whole = try XCTUnwrap(raw[did] as? [String: Any])
                    let document = try JSONSerialization.data(withJSONObject: try XCTUnwrap(whole["didDocument"]))
                    try token.verify(documents: [did: String(decoding: document, as: UTF8.self)])
                }
                seen += 1
            }
        }
        XCTAssertEqual(seen, 11)
    }

    func testBlocksOfDAGCBORComeBackAsWhatTheyAre() throws {
        let folder = try folder("dag-cbor")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".dag-cbor") }
        var (seen, expected) = (0, 0)
        for name in names {
            let block = try Data(contentsOf: folder.appendingPathComponent(name))
            // A block may be no map or list: it is the one item of a list.
            guard let value = try? Value(dagCBOR: Data([0x81]) + block) else { continue }
            XCTAssertEqual(try value.dagCBOR(), Data([0x81]) + block, name)
            XCTAssertEqual(try Value(dagJSON: try value.dagJSON()), value, name)
            seen += 1
            guard let said = try said(by: String(name.dropLast(9))) else { continue }
            XCTAssertEqual(value, [said], name)
            expected += 1
        }
        print("blocks of DAG-CBOR: \(seen) of \(names.count), \(expected) by what their names say")
        XCTAssertGreaterThanOrEqual(seen, 120)
        XCTAssertGreaterThanOrEqual(expected, 60)
    }

    /// What a fixture's name says that it holds; `nil` where the name says it to people alone.
    private func said(by name: String) throws -> Value? {
        switch name {
        case "null": return .null
        case "true": return true
        case "false": return false
        case "string-水": return "水"
        case "string-𐅑": return "𐅑"
        case "string-empty": return ""
        case "bytes-empty": return .bytes(Data())
        case "map-empty": return [:]
        case "array-empty": return []
        default: break
        }
        if name.hasPrefix("int-") {
            let digits = name.dropFirst(4)
            if let number = Int64(digits) { return .int(number) }
            if let number = UInt64(digits) { return Value(number) }
            guard digits.first == "-", let magnitude = UInt64(digits.dropFirst()) else { return nil }
            return LargeInteger(minusOneMinus: magnitude - 1).map(Value.large)
        }
        if name.hasPrefix("float-"), let number = Double(name.dropFirst(6)) { return .double(number) }
        if name.hasPrefix("cid-"), !name.hasSuffix("of") { return .link(try Link(String(name.dropFirst(4)))) }
        return nil
    }

    func testNoDIDIsMadeOfAWeakOrMisspeltKey() throws {
        struct Vector: Decodable {
            let key: String
            let sig: String
            let msg: String
            let flags: [String]?
        }
        let vectors = try JSONDecoder().decode([Vector].self, from: try read("ed25519", "cctv.json"))
        XCTAssertEqual(vectors.count, 914)
        var accepted = 0
        for vector in vectors {
            let flags = Set(vector.flags ?? [])
            let weak = !flags.isDisjoint(with: ["low_order_A", "non_canonical_A"])
            XCTAssertEqual((try? DID.key(hex(vector.key), algorithm: .ed25519)) == nil, weak, vector.key)
            do {
                let (signature, message) = (hex(vector.sig), Data(vector.msg.utf8))
                try Key.verify(signature, of: message, algorithm: .ed25519, publicKey: hex(vector.key))
                accepted += 1
            } catch is AllodError {}
        }
        XCTAssertEqual(accepted, 43)
    }
}

/// Bytes in hexadecimal.
func hex(_ text: String) -> Data {
    let digits = text.compactMap(\.hexDigitValue)
    return Data(stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
}
