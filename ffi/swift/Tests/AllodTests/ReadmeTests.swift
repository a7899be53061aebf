import Allod
import Foundation
import XCTest

/// What README.md shows, with what it leaves to the reader.
final class ReadmeTests: XCTestCase {
    struct Count: Codable {
        var album: String
    }

    func testWhatTheReadmeShows() throws {
        let anna = try Key.generate()
        let store = try Store.memory()
        let agent = try Agent(signer: anna, store: store)
        let (bobsKey, bobsStore) = (try Key.generate(.p256), try Store.memory())
        let made = try agent.grant(
            Delegation(
                audience: bobsKey.did, subject: .did(anna.did), command: "/photos",
                policy: [.equal(".album", "summer")], expires: secondsNow() + 86_400))
        let link = try made.container.writeText()

        let bob = try Agent(signer: bobsKey, store: bobsStore)
        try bob.receive(try Container(link))
        let asked = try bob.invoke(
            Invocation(subject: anna.did, command: "/photos/count", encoding: Count(album: "summer")))
        let request = try asked.container.write()

        let authorizer = try Authorizer(executor: anna.did)
        let decision = try authorizer.decide(request, evidence: try Evidence(store: store))
        switch decision.verdict {
        case .allowed(let grant): XCTAssertEqual(try grant.arguments(as: Count.self).album, "summer")
        case .denied(let denial): XCTFail("\(denial.public)")
        }

        let executor = try Executor(signer: anna, store: store)
        try executor.handle("/photos/count", arguments: Count.self) { arguments, grant in
            ["count": arguments.album.count]
        }
        let execution = try executor.execute(request)
        XCTAssertEqual(execution.outcome, .ok(["count": 6]))

        let revoked = try agent.revoke(try made.token.cid)
        try executor.takeUpRevocations(try Container(try revoked.container.write()))
        XCTAssertFalse(try authorizer.decide(request, evidence: try Evidence(store: store)).isAllowed)
    }

    /// Types that are renamed are renamed there too.
    func testTheReadmeNamesOnlyWhatThereIs() throws {
        let readme = try String(
            contentsOf: repository.appendingPathComponent("ffi/swift/README.md"), encoding: .utf8)
        let folder = repository.appendingPathComponent("ffi/swift/Sources/Allod")
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
            try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
        }.joined()
        // Names in code that begin with a capital letter are types of the package, of Swift, or of the example itself.
        let others: Set<String> = ["Count", "String", "Codable", "Package", "Data", "Date", "Allod", "Sendable"]
        for block in readme.components(separatedBy: "```swift\n").dropFirst() {
            let code = block.components(separatedBy: "```")[0].split(separator: "\n").map {
                $0.components(separatedBy: "//")[0]
            }.joined(separator: "\n")
            let words = Set(code.split { !($0.isLetter || $0.isNumber) }.map(String.init))
            for word in words where word.first!.isUppercase && !others.contains(word) && word.count > 1 {
                let declared = ["class", "struct", "enum", "protocol"].contains { sources.contains("\($0) \(word)") }
                XCTAssertTrue(declared, "\(word) is shown, and there is no such type")
            }
        }
    }
}
