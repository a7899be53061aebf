import Allod
import Foundation
import XCTest

/// The project's vectors: the same verdicts and codes as in Rust.
final class VectorTests: XCTestCase {
    private struct File: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        struct Pair: Decodable {
            let delegation: String
            let by: String
        }
        struct Document: Decodable {
            let did: String
            let json: String
        }
        struct Known: Decodable {
            let revoked: [Pair]?
            let unavailable: [Pair]?
            let documents: [Document]?
            let leaf_first: Bool?
        }
        struct Ignored: Decodable, Equatable {
            let index: Int
            let cid: String?
            let code: String
        }
        struct Expected: Decodable, Equatable {
            let decision: String
            var chain: [String]?
            var until: Int64?
            var code: String?
            var link: Int?
            var ignored: [Ignored]?
        }
        let id: String
        let at: Int64
        let executor: String
        let subjects: [String]?
        let skew: UInt32?
        let tokens: [Data]?
        let invocation: Data?
        let container: Data?
        let revoked: [Data]?
        let known: Known?
        let expect: Expected
    }

    func testTheVectorsOfTheProject() throws {
        let folder = repository.appendingPathComponent("tests/vectors")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
        XCTAssertGreaterThan(names.count, 15)
        var seen = 0
        try leavingNothing {
            for name in names.sorted() {
                let file = try JSONDecoder().decode(
                    File.self, from: try Data(contentsOf: folder.appendingPathComponent(name)))
                XCTAssertFalse(file.cases.isEmpty)
                for one in file.cases {
                    XCTAssertEqual(try answer(one), one.expect, "\(name): \(one.id)")
                    seen += 1
                }
            }
        }
        print("vectors through Swift: \(seen)")
        XCTAssertGreaterThanOrEqual(seen, 1597)
        XCTAssertGreaterThan(waiting, 0)
    }

    private func answer(_ one: Case) throws -> Case.Expected {
        var options = DecisionOptions(subjects: one.subjects)
        options.dangerAnySubject = one.subjects == nil
        options.leafFirst = one.known?.leaf_first == true
        let authorizer = try Authorizer(executor: one.executor, options: options)
        func pairs(_ pairs: [Case.Pair]?) -> [Revoked] {
            (pairs ?? []).map { Revoked(delegation: $0.delegation, by: $0.by) }
        }
        var facts = Facts(now: one.at)
        facts.tolerance = one.skew
        facts.tokens = one.tokens ?? []
        facts.unavailable = pairs(one.known?.unavailable)
        for document in one.known?.documents ?? [] { facts.documents[document.did] = document.json }
        let evidence = try Evidence(
            facts, revocations: .known(pairs(one.known?.revoked), tokens: one.revoked ?? []))
        let decision =
            if let container = one.container {
                try authorizer.decide(container, evidence: evidence)
            } else {
                try authorizer.decide(invocation: try XCTUnwrap(one.invocation), evidence: evidence)
            }
        var said =
            switch decision.verdict {
            case .allowed(let grant): try allowed(grant, decision.raw)
            case .denied(let denial): Case.Expected(decision: "deny", code: denial.code.name, link: denial.link)
            }
        let ignored = try decision.ignored
        if !ignored.isEmpty {
            said.ignored = ignored.map { Case.Ignored(index: $0.index, cid: $0.cid, code: $0.reason) }
        }
        return said
    }

    /// Arguments that wait for results are not handed out.
    private func allowed(_ grant: Grant, _ raw: Value) throws -> Case.Expected {
        if grant.awaits.isEmpty && grant.mismatch == nil {
            XCTAssertEqual(raw["arguments"]?.asMap, try grant.arguments)
        } else {
            XCTAssertEqual(code { _ = try grant.arguments }, .awaitsResults)
            XCTAssertNil(raw["arguments"])
            waiting += 1
        }
        return Case.Expected(decision: "allow", chain: grant.chain, until: grant.until)
    }

    private var waiting = 0
}
