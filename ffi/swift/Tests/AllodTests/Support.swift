import Allod
import CAllod
import Foundation
import XCTest

/// The folder of the repository.
let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// The time at which all of this happens.
let now: Int64 = 1_800_000_000

/// The code with which something fails.
func code(_ body: () throws -> Void, file: StaticString = #filePath, line: UInt = #line) -> Code? {
    do {
        try body()
        XCTFail("nothing was thrown", file: file, line: line)
        return nil
    } catch let error as AllodError {
        return error.code
    } catch let denial as Denial {
        return denial.code
    } catch {
        XCTFail("\(error)", file: file, line: line)
        return nil
    }
}

/// Runs something, and holds that it left no handle behind.
func leavingNothing(_ body: () throws -> Void, file: StaticString = #filePath, line: UInt = #line) rethrows {
    let before = Library.liveHandles
    try body()
    XCTAssertEqual(Library.liveHandles, before, "handles are left", file: file, line: line)
}

/// Two people: one has photos, the other looks at them.
struct World {
    let owner = try! Key.generate(.ed25519)
    let friend = try! Key.generate(.p256)
    let ownersStore = try! Store.memory()
    let friendsStore = try! Store.memory()
    let ownersAgent: Agent
    let friendsAgent: Agent

    init() throws {
        ownersAgent = try Agent(signer: owner, store: ownersStore)
        friendsAgent = try Agent(signer: friend, store: friendsStore)
    }

    /// The owner lets the friend look at the album "summer".
    func grant() throws -> Agent.Made {
        let made = try ownersAgent.grant(
            Delegation(
                audience: friend.did, subject: .did(owner.did), command: "/photos",
                policy: [.equal(".album", "summer")], expires: now + 100_000),
            now: now)
        try friendsAgent.receive(made.container)
        return made
    }

    /// The friend asks for something.
    func ask(_ arguments: [String: Value] = ["album": "summer"], command: String = "/photos/count") throws -> Data {
        let invocation = Invocation(subject: owner.did, command: command, arguments: arguments)
        return try friendsAgent.invoke(invocation, now: now).container.write(.base64url)
    }
}

/// An invocation that this package would not write, by C.
func signed(invocation question: String, by key: Key) throws -> Data {
    let seed = try key.dangerExportSeed()
    var (own, signer, token, bytes): (OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?)
    defer {
        _ = (allod_key_free(own), allod_signer_free(signer), allod_token_free(token), allod_bytes_free(bytes))
    }
    let errors = [
        seed.withUnsafeBytes { allod_key_from_seed(key.algorithm.rawValue, $0.baseAddress, $0.count, &own) },
        allod_signer_from_key(own, &signer),
        allod_invocation_sign(signer, question, question.utf8.count, &token), allod_token_bytes(token, &bytes),
    ]
    for error in errors where error != nil {
        XCTFail(String(cString: allod_error_message(error)))
        allod_error_free(error)
    }
    return Data(bytes: try XCTUnwrap(allod_bytes_data(bytes)), count: allod_bytes_len(bytes))
}

/// A counter for handlers.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var counted = 0

    func count() {
        lock.lock()
        counted += 1
        lock.unlock()
    }

    var value: Int {
        lock.lock()
        defer { lock.unlock() }
        return counted
    }
}
