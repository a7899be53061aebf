import Allod
import Foundation
import XCTest

/// Values cross exactly, and types of one's own as well.
final class ValueTests: XCTestCase {
    /// One of each, at its edges.
    static let values: [Value] = [
        nil, true, false, 0, 23, 24, 255, 256, 65535, 65536, 4_294_967_295, 4_294_967_296, -1, -24, -25, -256, -257,
        .int(.max), .int(.min), Value(UInt64.max), Value(UInt64(Int64.max) + 1),
        .large(LargeInteger(minusOneMinus: .max)!), .large(LargeInteger(minusOneMinus: UInt64(Int64.max) + 1)!),
        0.0, -0.0, 1.0, -1.5, 1e300, .double(.leastNonzeroMagnitude), 0.1, "", "a", "水𐅑\0\n\"", .bytes(Data()), .bytes(Data(0...255)), [],
        [:], [1, [2, [:]]], ["b": 1, "aa": 2, "": nil, "水": [true]],
    ]

    func testValuesComeBackThroughTheLibrary() throws {
        let key = try Key.generate()
        let link = Value.link(try Link(try CID.of(Data([0x80]))))
        for value in Self.values + [link, ["deep": [link]]] {
            let invocation = Invocation(subject: key.did, command: "/a", arguments: ["value": value])
            guard case .invocation(let claims) = try Token(try invocation.sign(by: key, expires: now).bytes).claims else {
                return XCTFail("no invocation")
            }
            XCTAssertEqual(claims.arguments, ["value": value])
            same(try XCTUnwrap(claims.arguments["value"]), value)
            let list = Value.list([value])
            XCTAssertEqual(try Value(dagCBOR: try list.dagCBOR()), list)
            XCTAssertEqual(try Value(dagJSON: try list.dagJSON()), list)
        }
    }

    /// Equal for Swift is less than the same: there are two zeros.
    private func same(_ one: Value, _ other: Value) {
        if case (.double(let one), .double(let other)) = (one, other) {
            XCTAssertEqual(one.bitPattern, other.bitPattern)
        }
    }

    func testTextsInDAGJSONAreStrict() throws {
        XCTAssertEqual(try Value(dagJSON: #"{"a":{"/":{"bytes":"AQI"}},"b":1,"c":1.0}"#),
            ["a": .bytes(Data([1, 2])), "b": 1, "c": 1.0])
        for text in ["", "1", "\"a\"", "{\"a\":1,\"a\":2}", "[1,]", "[NaN]", "[1] [2]", "nonsense"] {
            XCTAssertNotNil(code { _ = try Value(dagJSON: text) }, text)
        }
        let notStrict: [[UInt8]] = [
            [], [0x30], [0xf6], [0x81], [0x81, 0x18, 0x01], [0x80, 0x80], [0xa2, 0x61, 0x61, 0, 0x61, 0x61, 0],
        ]
        for bytes in notStrict {
            XCTAssertNotNil(code { _ = try Value(dagCBOR: Data(bytes)) }, "\(bytes)")
        }
        for value in [nil, 1, "a"] as [Value] {
            XCTAssertEqual(code { _ = try value.dagJSON() }, .badArgument)
            XCTAssertEqual(code { _ = try value.dagCBOR() }, .badArgument)
        }
        XCTAssertEqual(code { _ = try Value.list([.double(.infinity)]).dagCBOR() }, .badArgument)
        XCTAssertNotNil(code { _ = try Value.map(["/": ["bytes": "AQI"]]).dagJSON() })
    }

    func testWhatIsTooDeepIsRefusedOnBothSides() throws {
        func deep(_ depth: Int) -> Value { (0..<depth).reduce([]) { value, _ in [value] } }
        XCTAssertNotNil(code { _ = try deep(10_000).dagCBOR() })
        XCTAssertNotNil(code { _ = try Value(dagCBOR: Data(repeating: 0x81, count: 100_000) + [0x80]) })
        XCTAssertEqual(try Value(dagCBOR: try deep(30).dagCBOR()), deep(30))
    }

    func testNamesHaveOneSpelling() throws {
        // The letter é in two spellings: two names for a policy, one for Swift. U+212A is K for Swift.
        for name in ["e\u{301}", "\u{212a}", "a\u{323}\u{307}b\u{307}\u{323}"] {
            XCTAssertEqual(code { _ = try Value(dagJSON: "{\"\(name)\":2}") }, .badArgument, name)
            XCTAssertEqual(code { _ = try Value(dagJSON: "[{\"a\":{\"\(name)\":2}}]") }, .badArgument, name)
            XCTAssertEqual(code { _ = try Value.map([name: 1]).dagCBOR() }, .badArgument, name)
            XCTAssertThrowsError(try JSONDecoder().decode(Value.self, from: Data("{\"\(name)\":2}".utf8)), name)
        }
        XCTAssertEqual(code { _ = try Value(dagJSON: "{\"\u{e9}\":1,\"e\u{301}\":2}") }, .badArgument)
        XCTAssertEqual(try Value(dagJSON: "{\"\u{e9}水\":2}"), ["\u{e9}水": 2])
    }

    func testANameThatIsThereTwiceIsRefused() throws {
        let name = "a"
        for value in [["a": 1, name: 2], ["b": [["a": 1, name: 1]]], ["é": 1, "e\u{301}": 2]] as [Value] {
            XCTAssertEqual(code { _ = try value.dagCBOR() }, .badArgument)
            XCTAssertEqual(code { _ = try Policy([.equal(".x", value)]).words() }, .badArgument)
        }
    }

    func testNamesAreFoundByTheirBytes() throws {
        struct Drink: Decodable { let café: Int }
        struct Maybe: Decodable { let café: Int? }
        XCTAssertEqual(Array("café".utf8).count, 5, "the source is in NFC")
        let value: Value = ["cafe\u{301}": 1]
        XCTAssertNil(value["café"])
        XCTAssertEqual(value["cafe\u{301}"], 1)
        XCTAssertThrowsError(try ValueDecoder().decode(Drink.self, from: value))
        XCTAssertNil(try ValueDecoder().decode(Maybe.self, from: value).café)
        XCTAssertEqual(try ValueDecoder().decode(Drink.self, from: ["café": 1]).café, 1)
    }

    struct Nested: Codable, Equatable {
        var name: String
        var tags: [String: [Int?]]
    }

    struct Everything: Codable, Equatable {
        var bool = true
        var int = Int.min
        var unsigned = UInt64.max
        var small: Int8 = -128
        var double = 0.1
        var whole = 2.0
        var float: Float = 0.5
        var text = "水"
        var data = Data([0, 255])
        var bytes: [UInt8] = [1, 2]
        var nothing: String?
        var something: Int? = 3
        var nested = Nested(name: "a", tags: ["x": [1, nil]])
        var list: [Nested] = []
        var link = try! Link(try! CID.of(Data([0x80])))
        var value: Value = ["any": [1, nil, .bytes(Data([9]))]]
        var policy: Policy = [.equal(".a", .bytes(Data([1]))), .all(".b", .greater(".", 1.5))]
        var url = URL(string: "https://example.com/a?b")!
        var id = UUID()
    }

    func testTypesOfOnesOwnComeBack() throws {
        let everything = Everything()
        let value = try ValueEncoder().encode(everything)
        XCTAssertEqual(value["int"], .int(.min))
        XCTAssertEqual(value["unsigned"], Value(UInt64.max))
        XCTAssertEqual(value["data"], .bytes(Data([0, 255])))
        XCTAssertEqual(value["bytes"], [1, 2])
        XCTAssertEqual(value["whole"], .double(2))
        XCTAssertEqual(value["link"], .link(everything.link))
        XCTAssertEqual(value["value"], everything.value)
        XCTAssertNil(value["nothing"])
        XCTAssertEqual(value["nested"], ["name": "a", "tags": ["x": [1, nil]]])
        XCTAssertEqual(try ValueDecoder().decode(Everything.self, from: value), everything)
        let crossed = try Value(dagCBOR: try value.dagCBOR())
        XCTAssertEqual(try ValueDecoder().decode(Everything.self, from: crossed), everything)
        let printed = try Value(dagJSON: try value.dagJSON())
        XCTAssertEqual(try ValueDecoder().decode(Everything.self, from: printed), everything)
    }

    class Base: Codable {
        var a = 1
    }

    final class Derived: Base {
        var b = [1, 2]
        override init() { super.init() }
        private enum Keys: CodingKey { case b, inner, list }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            b = []
            while !list.isAtEnd { b.append(try list.decode(Int.self)) }
            let inner = try container.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            XCTAssertTrue(try inner.decodeNil(forKey: .b))
            try super.init(from: container.superDecoder())
        }
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            for item in b { try list.encode(item) }
            var inner = container.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            try inner.encodeNil(forKey: .b)
            try super.encode(to: container.superEncoder())
        }
    }

    func testNestedContainersAndClassesComeBack() throws {
        let derived = Derived()
        derived.a = 7
        derived.b = [3, 4]
        let value = try ValueEncoder().encode(derived)
        XCTAssertEqual(value, ["list": [3, 4], "inner": ["b": nil], "super": ["a": 7]])
        let back = try ValueDecoder().decode(Derived.self, from: value)
        XCTAssertEqual([back.a] + back.b, [7, 3, 4])
    }

    func testWhatIsNotExactIsRefused() throws {
        let encoder = ValueEncoder()
        XCTAssertThrowsError(try encoder.encode(["a": Double.nan]))
        XCTAssertThrowsError(try encoder.encode([Float.infinity]))
        XCTAssertThrowsError(try encoder.encode(["at": Date()]))
        XCTAssertThrowsError(try encoder.encode([Decimal(1)]))
        XCTAssertThrowsError(try encoder.encodeMap([1]))
        let decoder = ValueDecoder()
        XCTAssertEqual(try decoder.decode(Double.self, from: 3), 3)
        XCTAssertThrowsError(try decoder.decode(Double.self, from: .int(.max)))
        XCTAssertThrowsError(try decoder.decode(Float.self, from: 0.1))
        XCTAssertThrowsError(try decoder.decode(Int.self, from: 3.0))
        XCTAssertThrowsError(try decoder.decode(UInt8.self, from: 256))
        XCTAssertThrowsError(try decoder.decode(UInt.self, from: -1))
        XCTAssertThrowsError(try decoder.decode(Int64.self, from: Value(UInt64.max)))
        XCTAssertThrowsError(try decoder.decode(Bool.self, from: 1))
        XCTAssertThrowsError(try decoder.decode(Data.self, from: "AQI"))
        XCTAssertThrowsError(try decoder.decode(String.self, from: nil))
        XCTAssertThrowsError(try decoder.decode(Date.self, from: 1))
        XCTAssertThrowsError(try decoder.decode(Nested.self, from: ["name": "a"]))
        XCTAssertThrowsError(try decoder.decode([Int].self, from: [1, "2"]))
    }

    func testOtherCodersWriteDAGJSON() throws {
        let value: Value = [
            "bytes": .bytes(Data([1, 2])), "link": .link(try Link(try CID.of(Data([0x80])))), "list": [1, nil, 1.5],
            "big": Value(UInt64.max), "text": "a", "yes": true,
        ]
        let json = try JSONEncoder().encode(value)
        XCTAssertEqual(try JSONDecoder().decode(Value.self, from: json), value)
        XCTAssertEqual(try Value(dagJSON: String(decoding: json, as: UTF8.self)), value)
        let policy: Policy = [.equal(".a", .bytes(Data([1])))]
        XCTAssertEqual(try JSONDecoder().decode(Policy.self, from: try JSONEncoder().encode(policy)), policy)
    }

    func testLinksAreCIDs() throws {
        let cid = try CID.of(Data([0x80]))
        let link = try Link(cid)
        XCTAssertEqual(try CID.read(link.description), cid)
        XCTAssertEqual(try Link(link.description), link)
        XCTAssertEqual(try Link(bytes: link.bytes), link)
        XCTAssertNotNil(code { _ = try Link("") })
        XCTAssertNotNil(code { _ = try Link("\"}],[{\"/\":\"") })
        XCTAssertNotNil(code { _ = try Link(bytes: Data()) })
        XCTAssertNotNil(code { _ = try Link(bytes: Data([1, 2, 3])) })
    }
}
