import Allod
import Foundation
import XCTest

/// A key elsewhere: it is in memory after all, and does as it is told.
final class Elsewhere: Signer {
    let key: Key
    let how: @Sendable (Key, Data) throws -> Data

    init(_ algorithm: Algorithm = .p256, _ how: @escaping @Sendable (Key, Data) throws -> Data) throws {
        key = try Key.generate(algorithm)
        self.how = how
    }

    var algorithm: Algorithm { key.algorithm }
    var publicKey: Data { key.publicKey }
    func sign(_ message: Data) throws -> Data { try how(key, message) }
}

/// Takes what would go to standard error.
final class Lost: @unchecked Sendable {
    private let lock = NSLock()
    private var errors: [any Error] = []
    private(set) var seen: [String] = []
    private(set) var callbacks: [Callback] = []

    init() {
        let before = Library.onFailure
        Library.onFailure = { [weak self] error, callback in
            guard let self else { return before(error, callback) }
            self.lock.lock()
            defer { self.lock.unlock() }
            self.errors.append(error)
            self.seen.append("\(type(of: error))")
            self.callbacks.append(callback)
        }
    }

    /// What came since, which is forgotten.
    func take() -> [any Error] {
        defer { (errors, callbacks) = ([], []) }
        return errors
    }
}

/// Functions of ours that the library calls: what they throw does not pass through it, and what they hold is let go.
final class CallbackTests: XCTestCase {
    private struct Odd: Error {}

    private func delegation(_ signer: some Signer) throws -> Token {
        try Delegation(
            audience: try signer.did, subject: .did(try signer.did), command: "/a", expires: now
        ).sign(by: signer)
    }

    func testAKeyElsewhereSigns() throws {
        for algorithm in Algorithm.allCases {
            let signer = try Elsewhere(algorithm) { try $0.sign($1) }
            let token = try delegation(signer)
            try token.verify()
            XCTAssertEqual(try signer.did, signer.key.did)
        }
    }

    func testDERAndAHighSAreTaken() throws {
        let token = try delegation(try Elsewhere(.p256) { der(try $0.sign($1)) })
        try token.verify()
        let high = try delegation(try Elsewhere(.p256) { highS(try $0.sign($1)) })
        try high.verify()
    }

    func testASignerThatDoesNotSign() throws {
        let ways: [(Code, @Sendable (Key, Data) throws -> Data)] = [
            (.signerUnavailable, { _, _ in throw SigningFailure.unavailable }),
            (.signingRefused, { _, _ in throw SigningFailure.refused }),
            (.signingFailed, { _, _ in throw SigningFailure.failed }), (.signingFailed, { _, _ in throw Odd() }),
            (.signingFailed, { _, _ in Data() }), (.badSignature, { _, _ in Data(count: 64) }),
            (.signingFailed, { _, _ in Data(count: 1000) }), (.badSignature, { try $0.sign($1 + Data([0])) }),
        ]
        let lost = Lost()
        for (expected, way) in ways {
            let signer = try Elsewhere(.ed25519, way)
            XCTAssertEqual(code { _ = try delegation(signer) }, expected)
            XCTAssertTrue(lost.callbacks.allSatisfy { $0 == .signer(publicKey: signer.publicKey) })
            let errors = lost.take()
            switch (expected, errors.first) {
            case (.signingFailed, is SigningFailure?), (.signingFailed, is Odd?), (.signingFailed, is AllodError?):
                XCTAssertLessThanOrEqual(errors.count, 1)
            default: XCTAssertEqual(errors.count, 0, "\(expected): \(errors)")
            }
        }
        XCTAssertEqual(lost.seen, ["SigningFailure", "Odd", "AllodError"])
    }

    func testATokenIsSignedLater() async throws {
        let key = try Key.generate(.p256)
        let delegation = Delegation(audience: key.did, subject: .did(key.did), command: "/a", expires: now)
        let unsigned = try delegation.unsigned(by: key.publicKey, algorithm: .p256)
        let token = try await unsigned.signed { message in
            try await Task.sleep(nanoseconds: 1000)
            return der(try key.sign(message))
        }
        try token.verify()
        XCTAssertEqual(code { _ = try unsigned.attach(Data(count: 64)) }, .badSignature)
        let invocation = try Invocation(subject: key.did, command: "/a")
            .unsigned(by: key.publicKey, algorithm: .p256, expires: now)
        try invocation.attach(try key.sign(try invocation.bytes)).verify()
        let revocation = try Revocation(revoke: try token.cid, subject: key.did)
            .unsigned(by: key.publicKey, algorithm: .p256)
        try revocation.attach(try key.sign(try revocation.bytes)).verify()
        let receipt = try Receipt(ran: try token.cid, out: .ok([:]))
            .unsigned(by: key.publicKey, algorithm: .p256, issuer: key.did)
        try receipt.attach(try key.sign(try receipt.bytes)).verify()
        let other = try Key.generate()
        XCTAssertEqual(
            code { _ = try delegation.unsigned(by: key.publicKey, algorithm: .p256, issuer: other.did) },
            .notTheIssuersKey)
        // The empty text is not nobody.
        XCTAssertNotNil(code { _ = try delegation.unsigned(by: key.publicKey, algorithm: .p256, issuer: "") })
    }

    func testAKeyActsForAWebsite() throws {
        let key = try Key.generate()
        let acting = try key.acting(as: "did:web:example.com")
        XCTAssertEqual(try acting.did, "did:web:example.com")
        XCTAssertEqual(acting.publicKey, key.publicKey)
        let token = try delegation(acting)
        XCTAssertEqual(code { try token.verify() }, .unresolvedDID)
        let document = try DID(key.did).document().replacingOccurrences(of: key.did, with: "did:web:example.com")
        try token.verify(documents: ["did:web:example.com": document])
        XCTAssertNotNil(code { _ = try key.acting(as: "nobody") })
    }

    func testHandlersFailInTheirOwnWords() throws {
        let world = try World()
        _ = try world.grant()
        let executor = try Executor(signer: world.owner, store: world.ownersStore)
        try executor.handle("/photos/a") { _ in throw Failure(["why": "not today"]) }
        try executor.handle("/photos/b") { _ in throw Odd() }
        try executor.handle("/photos/c") { _ in ["nan": .double(.nan)] }
        struct Arguments: Codable { let album: String }
        struct Answer: Codable, Equatable { let album: String, count: Int, raw: Data }
        try executor.handle("/photos/d", arguments: Arguments.self) { arguments, _ in
            Answer(album: arguments.album, count: 3, raw: Data([1]))
        }
        struct Other: Decodable { let size: Int }
        try executor.handle("/photos/e", arguments: Other.self) { _, _ in ["never": "called"] }
        let outcome: (String) throws -> Outcome? = { command in
            try executor.execute(try world.ask(command: command), now: now).outcome
        }
        let lost = Lost()
        XCTAssertEqual(try outcome("/photos/a"), .error(["why": "not today"]))
        XCTAssertEqual(lost.seen, [])
        XCTAssertEqual(try outcome("/photos/b"), .error(["reason": "handler-failed"]))
        XCTAssertEqual(try outcome("/photos/c"), .error(["reason": "handler-failed"]))
        XCTAssertEqual(try outcome("/photos/d"), .ok(["album": "summer", "count": 3, "raw": .bytes(Data([1]))]))
        XCTAssertEqual(try outcome("/photos/e"), .error(["reason": "bad-arguments"]))
        XCTAssertEqual(lost.seen, ["Odd", "AllodError", "DecodingError"])
        XCTAssertEqual(lost.callbacks, ["/photos/b", "/photos/c", "/photos/e"].map { .handler(command: $0) })
        let refused = try executor.execute(try world.ask(command: "/photos/f"), now: now)
        XCTAssertEqual(refused.kind, .refused)
        XCTAssertNotNil(refused.refusal)
        XCTAssertEqual(code { try executor.handle("/photos/a") { _ in [:] } }, .handlerTaken)
        XCTAssertEqual(code { try executor.handle("/") { _ in [:] } }, .handlerTop)
    }

    func testWhatIsHeldIsLetGo() throws {
        weak var held: Elsewhere?
        weak var taken: Counter?
        weak var refused: Counter?
        try leavingNothing {
            let store = try Store.memory()
            let (signer, counter, other) = (try Elsewhere { try $0.sign($1) }, Counter(), Counter())
            (held, taken, refused) = (signer, counter, other)
            let executor = try Executor(signer: signer, store: store)
            try executor.handle("/a") { _ in
                counter.count()
                return [:]
            }
            XCTAssertEqual(
                code {
                    try executor.handle("/a") { _ in
                        other.count()
                        return [:]
                    }
                }, .handlerTaken)
            let agent = try Agent(signer: signer, store: store)
            let request = try agent.invoke(Invocation(subject: try signer.did, command: "/a"), now: now)
            XCTAssertEqual(try executor.execute(try request.container.write(), now: now).kind, .executed)
            XCTAssertEqual(counter.value, 1)
        }
        XCTAssertNil(held)
        XCTAssertNil(taken)
        XCTAssertNil(refused)
    }

    func testASignerThatIsNotTakenIsLetGo() throws {
        final class Wrong: Signer {
            let algorithm = Algorithm.ed25519
            let publicKey = Data(count: 5)
            let did = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
            func sign(_ message: Data) throws -> Data { Data() }
        }
        weak var held: Wrong?
        leavingNothing {
            let wrong = Wrong()
            held = wrong
            XCTAssertNotNil(code { _ = try Agent(signer: wrong, store: try Store.memory()) })
        }
        XCTAssertNil(held)
    }
}

/// Raw r and s in DER.
func der(_ raw: Data) -> Data {
    func integer(_ bytes: Data) -> Data {
        var bytes = Data(bytes.drop { $0 == 0 })
        if bytes.isEmpty || bytes[bytes.startIndex] >= 0x80 { bytes.insert(0, at: bytes.startIndex) }
        return Data([2, UInt8(bytes.count)]) + bytes
    }
    let both = integer(raw.prefix(32)) + integer(raw.suffix(32))
    return Data([0x30, UInt8(both.count)]) + both
}

/// The same signature with the other s: the order of P-256 less it.
func highS(_ raw: Data) -> Data {
    let order: [UInt8] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
        0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ]
    var (s, borrow) = (Array(raw.suffix(32)), 0)
    for place in (0..<32).reversed() {
        let digit = Int(order[place]) - Int(s[place]) - borrow
        borrow = digit < 0 ? 1 : 0
        s[place] = UInt8(digit + 256 * borrow)
    }
    return raw.prefix(32) + Data(s)
}
