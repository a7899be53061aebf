import Allod
import Foundation
import XCTest

/// From the first grant to taking it back, as someone uses the package.
final class FlowTests: XCTestCase {
    func testAGrantIsInvokedDecidedExecutedAndTakenBack() throws {
        try leavingNothing {
            let world = try World()
            let granted = try world.grant()
            guard case .delegation(let claims) = try granted.token.claims else { return XCTFail("no delegation") }
            XCTAssertEqual(claims.audience, world.friend.did)
            XCTAssertEqual(claims.subject, world.owner.did)
            XCTAssertEqual(claims.policy, [.equal(".album", "summer")])
            XCTAssertEqual(try granted.token.kind, .delegation)
            XCTAssertEqual(try CID.of(try granted.token.bytes), try granted.token.cid)
            try granted.token.verify()

            let request = try world.ask()
            let authorizer = try Authorizer(executor: world.owner.did)
            let evidence = try Evidence(Facts(now: now + 1), store: world.ownersStore)
            let decision = try authorizer.decide(request, evidence: evidence)
            XCTAssertTrue(decision.isAllowed)
            XCTAssertEqual(try decision.unused, [])
            XCTAssertEqual(try decision.message, "")
            XCTAssertEqual(try decision.remedy, "")
            let grant = try decision.grant()
            XCTAssertEqual(grant.issuer, world.friend.did)
            XCTAssertEqual(try grant.arguments, ["album": "summer"])
            XCTAssertEqual(grant.chain, [try granted.token.cid])
            XCTAssertTrue(try decision.trace.allSatisfy { $0.outcome == "passed" })

            let executor = try Executor(signer: world.owner, store: world.ownersStore)
            let calls = Counter()
            try executor.handle("/photos/count") { grant in
                calls.count()
                return ["count": 3, "by": .string(grant.issuer)]
            }
            let first = try executor.execute(request, now: now + 2)
            XCTAssertEqual(first.kind, .executed)
            XCTAssertEqual(first.outcome, .ok(["count": 3, "by": .string(world.friend.did)]))
            let receipt = try XCTUnwrap(first.receipt)
            XCTAssertEqual(try receipt.kind, .receipt)
            XCTAssertEqual(first.ran, grant.task)
            XCTAssertEqual(try executor.execute(request, now: now + 2).kind, .executedBefore)
            XCTAssertEqual(calls.value, 1)
            XCTAssertEqual(try world.ownersStore.receipts(of: grant.task, by: world.owner.did).count, 1)

            let revoked = try world.ownersAgent.revoke(try granted.token.cid, now: now + 3)
            let denied = try authorizer.decide(request, evidence: evidence)
            XCTAssertFalse(denied.isAllowed)
            XCTAssertEqual(code { _ = try denied.grant() }, .revoked)
            XCTAssertFalse(try denied.message.isEmpty)
            XCTAssertFalse(try denied.remedy.isEmpty)
            let taken = try world.friendsAgent.receive(revoked.container)
            XCTAssertEqual(taken.revocations.map(\.result), ["new"])
            XCTAssertTrue(try world.friendsStore.isRevoked(try granted.token.cid, by: world.owner.did))
            XCTAssertEqual(try world.friendsAgent.delegations(now: now + 4).held.map(\.state), ["revoked"])
            guard case .revocation(_, let revoke, _) = try revoked.token.claims else { return XCTFail("none") }
            XCTAssertEqual(revoke, try granted.token.cid)
        }
    }

    func testWhatIsDeniedGivesNothingAway() throws {
        let world = try World()
        _ = try world.grant()
        let authorizer = try Authorizer(executor: world.owner.did)
        // Signed without the agent, which would not.
        let held = try world.friendsStore.delegations(.to(world.friend.did)).items
        let invocation = try Invocation(
            subject: world.owner.did, command: "/photos/count", arguments: ["album": "winter"],
            proofs: try held.map { try $0.cid }
        ).sign(by: world.friend, expires: now + 60)
        let request = try Container(of: held + [invocation]).write()
        let evidence = try Evidence(Facts(now: now), revocations: .known([]))
        let decision = try authorizer.decide(request, evidence: evidence)
        guard case .denied(let denial) = decision.verdict else { return XCTFail("it was allowed") }
        XCTAssertEqual(denial.code, .policyUnsatisfied)
        XCTAssertEqual(denial.link, 0)
        XCTAssertEqual(denial.policy?.selector, ".album")
        XCTAssertEqual(denial.public.code, "policy-unsatisfied")
        XCTAssertFalse("\(denial.public)".contains("winter"))
        XCTAssertEqual(try authorizer.decide(Data(), evidence: evidence).isAllowed, false)
        XCTAssertEqual(try authorizer.decide(Data("nonsense".utf8), evidence: evidence).isAllowed, false)
        let alone = try authorizer.decide(invocation: try invocation.bytes, evidence: evidence)
        XCTAssertEqual(code { _ = try alone.grant() }, .proofMissing)
        let needs = try authorizer.needs(try Container(of: [invocation]).write(), evidence: evidence)
        XCTAssertEqual(needs.proofs, try held.map { try $0.cid })
        XCTAssertEqual(needs.documents, [])
    }

    /// What a policy did not look at is not found under the name of what it did.
    func testNamesInAnotherSpellingAreDenied() throws {
        let world = try World()
        let policy: Policy = [.or([.equal(".café?", nil), .less(".café?", 10)])]
        let granted = try Delegation(
            audience: world.friend.did, subject: .did(world.owner.did), command: "/pay", policy: policy,
            expires: now + 1000
        ).sign(by: world.owner)
        let proof = try granted.cid
        let authorizer = try Authorizer(executor: world.owner.did)
        let executor = try Executor(signer: world.owner, store: world.ownersStore)
        let (calls, lost) = (Counter(), Lost())
        try executor.handle("/pay") { _ in
            calls.count()
            return [:]
        }
        for (name, amount, isAllowed) in [("café", 5, true), ("café", 500, false), ("cafe\u{301}", 500, false)] {
            // As another library would sign it: this one writes no such name.
            let question = """
                {"subject":"\(world.owner.did)","command":"/pay","arguments":{"\(name)":\(amount)},"proofs":["\(proof)"],\
                "expires":\(now + 60)}
                """
            let bytes = try signed(invocation: question, by: world.friend)
            let request = try Container(of: [granted, try Token(bytes)]).write()
            let evidence = try Evidence(Facts(now: now), revocations: .known([]))
            let decision = try authorizer.decide(request, evidence: evidence)
            XCTAssertEqual(decision.isAllowed, isAllowed)
            let execution = try executor.execute(request, now: now)
            switch name.utf8.count {
            case _ where isAllowed: XCTAssertEqual(execution.outcome, .ok([:]))
            case 5: XCTAssertEqual(code { _ = try decision.grant() }, .policyUnsatisfied)
            default:
                // Its policy is satisfied: it has no "café" for the policy, and one for Swift.
                XCTAssertEqual(code { _ = try decision.grant() }, .malformed)
                XCTAssertEqual([try decision.trace.count, try decision.unused.count, try decision.ignored.count], [0, 0, 0])
                XCTAssertFalse(try decision.message.isEmpty || decision.remedy.isEmpty)
                XCTAssertEqual(execution.outcome, .error(["reason": "bad-arguments"]))
                XCTAssertEqual(code { _ = try Token(bytes).claims }, .badArgument)
            }
        }
        XCTAssertEqual(calls.value, 1)
        XCTAssertEqual(lost.callbacks, [.handler(command: "/pay")])
    }

    func testRevocationsHaveToBeThoughtOf() throws {
        let world = try World()
        let granted = try world.grant()
        let request = try world.ask()
        let authorizer = try Authorizer(executor: world.owner.did)
        let pairs = [Revoked(delegation: try granted.token.cid, by: world.owner.did)]
        let told = try Evidence(Facts(now: now), revocations: .known(pairs))
        XCTAssertEqual(code { _ = try authorizer.decide(request, evidence: told).grant() }, .revoked)
        let revocation = try world.ownersAgent.revoke(try granted.token.cid, now: now).token
        let token = try Evidence(Facts(now: now), revocations: .known([], tokens: [try revocation.bytes]))
        XCTAssertEqual(code { _ = try authorizer.decide(request, evidence: token).grant() }, .revoked)
        let without = try Evidence(Facts(now: now), revocations: .dangerNone)
        XCTAssertTrue(try authorizer.decide(request, evidence: without).isAllowed)
    }

    func testAnAgentSaysWhatComesNearest() throws {
        let world = try World()
        _ = try world.grant()
        XCTAssertEqual(code { _ = try world.ask(["album": "winter"]) }, .noChain)
        XCTAssertEqual(code { _ = try world.friendsAgent.revoke(try world.grant().token.cid, now: now) }, .notToRevoke)
        guard
            case .chain(let chain) = try world.friendsAgent.findChain(
                subject: world.owner.did, command: "/photos/read", now: now)
        else { return XCTFail("no chain") }
        XCTAssertEqual(chain.count, 1)
        guard
            case .nothing(let miss) = try world.friendsAgent.findChain(
                subject: world.owner.did, command: "/mail", arguments: [:], now: now)
        else { return XCTFail("a chain") }
        XCTAssertFalse(miss.words.isEmpty)
    }

    func testADeviceIsLinked() throws {
        let world = try World()
        _ = try world.grant()
        let (device, store) = (try Key.generate(), try Store.memory())
        let agent = try Agent(signer: device, store: store)
        let link = Agent.DeviceLink(device: device.did, command: "/", expires: now + 1000)
        let (container, isComplete) = try world.friendsAgent.linkDevice(link, now: now)
        XCTAssertTrue(isComplete)
        try agent.receive(container)
        let invocation = Invocation(
            subject: world.owner.did, command: "/photos/count", arguments: ["album": "summer"])
        let request = try agent.invoke(invocation, now: now).container.write()
        let evidence = try Evidence(Facts(now: now), store: world.ownersStore)
        let decision = try Authorizer(executor: world.owner.did).decide(request, evidence: evidence)
        XCTAssertEqual(try decision.grant().chain.count, 2)
    }

    /// What has no end is made by whoever says so; Tests/Forgotten.swift has what does not compile.
    func testEndsAreAsTheyWereSaid() throws {
        func end(_ token: Token) throws -> Int64? {
            guard case .invocation(let claims) = try token.claims else { throw Failure(["reason": "no invocation"]) }
            return claims.expires
        }
        let key = try Key.generate()
        let agent = try Agent(signer: key, store: try Store.memory())
        let invocation = Invocation(subject: key.did, command: "/a")
        XCTAssertEqual(try end(try agent.invoke(invocation, now: now).token), now + 300)
        XCTAssertEqual(try end(try agent.invoke(invocation, expires: now + 9, now: now).token), now + 9)
        for expires in [now + 9, nil] {
            XCTAssertEqual(try end(try invocation.sign(by: key, expires: expires)), expires)
            let unsigned = try invocation.unsigned(by: key.publicKey, algorithm: .ed25519, expires: expires)
            XCTAssertEqual(try end(try unsigned.attach(try key.sign(try unsigned.bytes))), expires)
        }
        let link = Agent.DeviceLink(device: try Key.generate().did, command: "/photos", expires: now + 9)
        let container = try agent.linkDevice(link, now: now).container
        let claims = try (0..<container.count).compactMap { place -> DelegationClaims? in
            guard case .delegation(let claims) = try container.token(at: place).claims else { return nil }
            return claims
        }
        XCTAssertEqual(claims.map(\.subject), [nil])
        XCTAssertEqual(claims.map(\.command), ["/photos"])
        XCTAssertEqual(claims.map(\.expires), [now + 9])
    }

    func testTokensAreMadeOneByOne() throws {
        let key = try Key(seed: Data(repeating: 7, count: 32))
        let delegation = Delegation(
            audience: key.did, subject: .powerline, command: "/", expires: nil, nonce: Data([1, 2, 3]),
            meta: ["note": "all of it"])
        XCTAssertFalse(try delegation.lints().isEmpty)
        let token = try delegation.sign(by: key)
        XCTAssertEqual(try delegation.sign(by: key).bytes, try token.bytes)
        guard case .delegation(let claims) = try token.claims else { return XCTFail("no delegation") }
        XCTAssertEqual(claims.nonce, Data([1, 2, 3]))
        XCTAssertEqual(claims.meta, ["note": "all of it"])
        XCTAssertNil(claims.subject)
        let invocation = try Invocation(subject: key.did, command: "/a").sign(by: key, expires: now)
        guard case .invocation(let asked) = try invocation.claims else { return XCTFail("no invocation") }
        let receipt = try Receipt(ran: asked.task, out: .error(["why": "no"])).sign(by: key)
        guard case .receipt(_, let ran, let out) = try receipt.claims else { return XCTFail("no receipt") }
        XCTAssertEqual(ran, asked.task)
        XCTAssertEqual(out, .error(["why": "no"]))
        let revocation = try Revocation(revoke: try token.cid, subject: key.did).sign(by: key)
        XCTAssertEqual(try revocation.kind, .revocation)
        XCTAssertEqual(code { _ = try Token(Data([1])) }, .malformed)
        XCTAssertEqual(
            code { _ = try Delegation(audience: "", subject: .powerline, command: "/", expires: nil).sign(by: key) }
                != nil, true)
    }

    func testContainersTravelInSixEncodings() throws {
        let world = try World()
        let container = try world.grant().container
        for encoding in Encoding.allCases {
            let back = try Container(try container.write(encoding))
            XCTAssertEqual(try back.count, try container.count)
            XCTAssertEqual(try back.contents.tokens, try container.contents.tokens)
            XCTAssertEqual(try back.token(at: 0).bytes, try container.token(at: 0).bytes)
        }
        XCTAssertEqual(try Container(try container.writeText()).count, 1)
        XCTAssertEqual(code { _ = try container.writeText(.gzip) }, .badArgument)
        XCTAssertEqual(code { _ = try container.token(at: 99) }, .badArgument)
        XCTAssertEqual(code { _ = try container.token(at: -1) }, .badArgument)
        XCTAssertEqual(try Container(of: []).count, 0)
    }

    func testAStoreInAFileKeeps() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("store").path
        let world = try World()
        let token = try world.grant().token
        XCTAssertEqual(code { _ = try Store.open(at: path) }, .storeNotThere)
        try leavingNothing {
            let store = try Store.create(at: path)
            XCTAssertTrue(try store.put(token))
            XCTAssertFalse(try store.put(token))
            try store.setName("Anna", of: world.owner.did)
            XCTAssertNil(try store.syncedAt())
            try store.setSynced(at: now)
            try store.backup(to: path + ".copy")
        }
        XCTAssertEqual(code { _ = try Store.create(at: path) }, .storeAlreadyThere)
        for path in [path, path + ".copy"] {
            let store = try Store.openOrCreate(at: path)
            XCTAssertEqual(try store.delegation(try token.cid)?.bytes, try token.bytes)
            XCTAssertEqual(try store.names(), try Store.memoryNames(["Anna": world.owner.did]))
            XCTAssertEqual(try store.syncedAt(), now)
            let page = try store.delegations(.by(world.owner.did), about: .subject(world.owner.did), most: 1)
            XCTAssertEqual(page.items.count, 1)
            XCTAssertEqual(try store.delegations(.to(world.friend.did), about: .powerlines).items.count, 0)
            try store.setName("Anna", of: nil)
            XCTAssertEqual(try store.names(), [])
            XCTAssertEqual(try store.sweep(before: now + 200_000).delegations, 1)
            XCTAssertNil(try store.delegation(try token.cid))
            XCTAssertFalse(try store.remove(try token.cid))
            XCTAssertNil(try store.exportRevocations().container)
        }
    }

    func testRevocationsTravelAndTheLogIsKept() throws {
        let world = try World()
        let granted = try world.grant()
        let request = try world.ask()
        _ = try world.ownersAgent.revoke(try granted.token.cid, now: now)
        let (container, next) = try world.ownersStore.exportRevocations()
        XCTAssertNil(next)
        let store = try Store.memory()
        var options = ExecutorOptions()
        options.log = .arguments
        options.quota = (each: 10, all: 100)
        options.tolerance = 0
        let executor = try Executor(signer: world.owner, store: store, options: options)
        XCTAssertEqual(try executor.did, world.owner.did)
        try executor.handle("/photos", options: [.andBelow, .idempotent]) { _ in [:] }
        XCTAssertEqual(try executor.execute(request, now: now).kind, .executed)
        XCTAssertEqual(try executor.takeUpRevocations(try XCTUnwrap(container)).map(\.result), ["new"])
        let again = try world.ask()
        let denied = try executor.execute(again, now: now)
        XCTAssertEqual(denied.kind, .denied)
        XCTAssertEqual(denied.denial?.code, "revoked")
        XCTAssertEqual(denied.denial?.public.code, "revoked")
        XCTAssertNil(denied.receipt)
        let log = try store.log()
        XCTAssertEqual(log.items.map(\.verdict), ["executed", "denied"])
        XCTAssertEqual(log.items.last?.code, "revoked")
        XCTAssertEqual(log.items.first?.arguments, #"{"album":"summer"}"#)
        try store.dangerSetLatestTime(now + 10_000)
        let token = try Invocation(subject: world.owner.did, command: "/photos").sign(by: world.owner, expires: now + 60)
        let onesOwn = try Container(of: [token]).write()
        XCTAssertEqual(code { _ = try executor.execute(onesOwn, now: now) }, .clockSetBack)
        try store.dangerSetLatestTime(now)
        XCTAssertEqual(try executor.sweep(), 0)
        XCTAssertEqual(try executor.execute(onesOwn, now: now).kind, .executed)
    }

    func testNamesAndDIDsSayWhatTheyAre() throws {
        let key = try Key.generate(.p256)
        let did = try DID(key.did)
        XCTAssertEqual(did.key, key.publicKey)
        XCTAssertEqual(did.algorithm, "P-256")
        XCTAssertTrue(try did.document().contains(key.did))
        XCTAssertEqual(try DID("did:web:example.com").url, "https://example.com/.well-known/did.json")
        XCTAssertEqual(try DID.key(key.publicKey, algorithm: .p256), key.did)
        XCTAssertTrue(try Command.covers("/photos", "/photos/read"))
        XCTAssertFalse(try Command.covers("/photos", "/photosynthesis"))
        let cid = try CID.of(Data([0x80]))
        XCTAssertEqual(try CID.read(cid), cid)
        XCTAssertNotNil(code { _ = try CID.read("zzz") })
        XCTAssertTrue(Library.fits)
        XCTAssertFalse(Library.version.isEmpty)
    }

    func testPoliciesSpeak() throws {
        let policy: Policy = [
            .equal(".album", "summer"), .not(.less(".size", 3)),
            .or([.like(".name", "a*"), .any(".tags", .equal(".", "x"))]),
        ]
        XCTAssertTrue(try policy.words().words.contains("summer"))
        XCTAssertTrue(try policy.evaluate(["album": "summer", "size": 4, "name": "anna", "tags": []]).holds)
        let failed = try policy.evaluate(["album": "summer", "size": 2, "name": "anna", "tags": []])
        XCTAssertFalse(failed.holds)
        XCTAssertEqual(failed.statement, 1)
        XCTAssertNotNil(code { _ = try Policy([.equal("album", 1)]).words() })
        XCTAssertEqual(try Policy(policy.value), policy)
        XCTAssertNotNil(code { _ = try Policy([["==", ".a"]]) })
        // An operator that is not known here is the library's to judge.
        let newer: Value = [["==", ".a", 1], ["not", ["~", ".a", 1, 2]]]
        XCTAssertEqual(try Policy(newer).statements, [.equal(".a", 1), .not(.other(["~", ".a", 1, 2]))])
        XCTAssertEqual(try Policy(newer).value, newer)
        XCTAssertNotNil(code { _ = try Policy(newer).evaluate(["a": 1]) })
    }

    func testKeysGoOutAndComeBack() throws {
        for algorithm in Algorithm.allCases {
            let key = try Key.generate(algorithm)
            for back in [
                try Key(seed: try key.dangerExportSeed(), algorithm: algorithm),
                try Key(jwk: try key.dangerExportJWK()), try Key(pkcs8: try key.dangerExportPKCS8()),
            ] {
                XCTAssertEqual(back.did, key.did)
                XCTAssertEqual(back.algorithm, algorithm)
            }
            let base64 = try key.dangerExportPKCS8().base64EncodedString(
                options: [.lineLength64Characters, .endLineWithLineFeed])
            let pem = "-----BEGIN PRIVATE KEY-----\n\(base64)\n-----END PRIVATE KEY-----\n"
            XCTAssertEqual(try Key(pem: pem).did, key.did)
            let message = Data("message".utf8)
            let signature = try key.sign(message)
            try Key.verify(signature, of: message, algorithm: algorithm, publicKey: key.publicKey)
            XCTAssertEqual(
                code {
                    try Key.verify(
                        signature, of: Data("massage".utf8), algorithm: algorithm, publicKey: key.publicKey)
                }, .badSignature)
        }
        XCTAssertNotNil(code { _ = try Key(seed: Data(count: 31)) })
        XCTAssertNotNil(code { _ = try Key(jwk: "") })
    }
}

extension Store {
    /// What a store that has these names says of them.
    static func memoryNames(_ names: [String: String]) throws -> [Store.Name] {
        let store = try Store.memory()
        for (name, did) in names { try store.setName(name, of: did) }
        return try store.names()
    }
}
