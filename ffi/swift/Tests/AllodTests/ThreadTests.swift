import Allod
import Foundation
import XCTest

/// One of each thing, used by many threads at once.
final class ThreadTests: XCTestCase {
    func testManyThreadsExecuteEachInvocationOnce() throws {
        try leavingNothing {
            let world = try World()
            _ = try world.grant()
            let executor = try Executor(signer: world.owner, store: world.ownersStore)
            let (calls, executed, others) = (Counter(), Counter(), Counter())
            try executor.handle("/photos/count") { _ in
                calls.count()
                return [:]
            }
            let requests = try (0..<8).map { _ in try world.ask() }
            DispatchQueue.concurrentPerform(iterations: 64) { number in
                let kind = try? executor.execute(requests[number % 8], now: now).kind
                switch kind {
                case .executed: executed.count()
                case .executedBefore, .running: others.count()
                default: XCTFail("\(String(describing: kind))")
                }
            }
            XCTAssertEqual([calls.value, executed.value, others.value], [8, 8, 56])
        }
    }

    func testManyThreadsSignAndDecide() throws {
        try leavingNothing {
            let world = try World()
            _ = try world.grant()
            let authorizer = try Authorizer(executor: world.owner.did)
            let evidence = try Evidence(Facts(now: now), store: world.ownersStore)
            let allowed = Counter()
            DispatchQueue.concurrentPerform(iterations: 64) { _ in
                guard let request = try? world.ask(),
                    let decision = try? authorizer.decide(request, evidence: evidence), decision.isAllowed
                else { return XCTFail("it was not allowed") }
                allowed.count()
            }
            XCTAssertEqual(allowed.value, 64)
        }
    }

    func testASignerIsCalledByManyThreads() throws {
        let signed = Counter()
        let signer = try Elsewhere(.p256) { key, message in
            signed.count()
            return der(try key.sign(message))
        }
        let agent = try Agent(signer: signer, store: try Store.memory())
        let did = try agent.did
        DispatchQueue.concurrentPerform(iterations: 32) { number in
            let invocation = Invocation(subject: did, command: "/a", arguments: ["n": .int(Int64(number))])
            if (try? agent.invoke(invocation, now: now)) == nil { XCTFail("it was not signed") }
        }
        XCTAssertEqual(signed.value, 32)
    }

    func testTasksShareWhatIsSendable() async throws {
        let world = try World()
        let cids = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try world.ownersAgent.grant(
                        Delegation(
                            audience: world.friend.did, subject: .did(world.owner.did), command: "/n/\(number)",
                            expires: nil), now: now
                    ).token.cid
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        XCTAssertEqual(cids.count, 16)
    }
}
