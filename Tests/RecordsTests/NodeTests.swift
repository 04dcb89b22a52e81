import Records
import TestSupport
import Testing

@Suite("Reading nodes")
struct NodeTests {
    @Test(
        "integers are read where they fit",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("18446744073709551616", nil), ("100000000000000000000", nil), ("1.0", nil), ("1e2", nil),
            ("9999999999999999999", nil)
        ] as [(String, Int64?)])
    func int(text: String, expected: Int64?) throws {
        #expect(try parse("[\(text)]").read { $0[0]?.int } == expected)
    }

    @Test(
        "doubles are the nearest ones",
        arguments: [
            ("0", 0.0), ("-0", -0.0), ("-0.0", -0.0), ("1", 1), ("0.1", 0.1), ("-2.5e3", -2500),
            ("1E+2", 100),
            ("1e22", 1e22), ("1e23", 1e23), ("9007199254740993", 9_007_199_254_740_992),
            ("9007199254740992.9", 9_007_199_254_740_992), ("0.30000000000000004", 0.1 + 0.2),
            ("2.2250738585072012e-308", .leastNormalMagnitude), ("4.9e-324", .leastNonzeroMagnitude),
            ("2.4703282292062327e-324", 0), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0), ("0e999999999999", 0),
            ("123456789012345678901234567890", 1.2345678901234568e29),
            ("179769313486231580793e289", .infinity),
            ("0.000000000000000000000000000000000001", 1e-36), ("1e0000000000000000001", 10)
        ])
    func double(text: String, expected: Double) throws {
        let value = try parse("[\(text)]").read { $0[0]?.double }
        #expect(value == expected)
        #expect(value?.sign == expected.sign)
    }

    @Test("the exponent may bring a number of a million digits back into range")
    func longNumbers() throws {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(try parse("[0.\(zeros)1e1000001]").read { $0[0]?.double } == 1)
        #expect(try parse("[1\(zeros)e-1000000]").read { $0[0]?.double } == 1)
        #expect(try parse("[1\(zeros)]").read { $0[0]?.int } == nil)
    }

    @Test(
        "strings are unescaped when they are read",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""a\u00e9b""#, "aéb"), (#""\ud83d\ude80""#, "🚀"), (#""\uD83D\uDE80!""#, "🚀!"),
            (#""\u0000""#, "\u{0}"), (#""東\n京""#, "東\n京")
        ])
    func strings(text: String, expected: String) throws {
        let string = try parse("[\(text)]").read { $0[0]?.string }
        #expect(string.map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(
        "a lone surrogate reads as U+FFFD",
        arguments: [
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"),
            (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}"),
            (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud800\n""#, "\u{FFFD}\n"),
            (#""\ude80\ud83d""#, "\u{FFFD}\u{FFFD}")
        ])
    func loneSurrogates(text: String, expected: String) throws {
        #expect(try parse("[\(text)]").read { $0[0]?.string } == expected)
    }

    @Test("kinds do not answer for one another")
    func kinds() throws {
        try parse(#"[null,true,1,1.5,"1",[1],{"a":1}]"#).read { root in
            let nodes = Array(root.elements)
            #expect(
                nodes.map(\.kind) == [.null, .true, .integer, .decimal, .string, .array, .object]
                    as [NodeKind])
            #expect(nodes.map { $0.bool != nil } == [false, true, false, false, false, false, false])
            #expect(nodes.map { $0.int != nil } == [false, false, true, false, false, false, false])
            #expect(nodes.map { $0.double != nil } == [false, false, true, true, false, false, false])
            #expect(nodes.map { $0.string != nil } == [false, false, false, false, true, false, false])
            #expect(nodes.map(\.count) == [0, 0, 0, 0, 0, 1, 1])
            #expect(nodes.map { $0["a"] != nil } == [false, false, false, false, false, false, true])
            #expect(nodes.map { $0[0] != nil } == [false, false, false, false, false, true, false])
            #expect(nodes.map { Array($0.members).count } == [0, 0, 0, 0, 0, 0, 1])
            #expect(nodes.map { Array($0.elements).count } == [0, 0, 0, 0, 0, 1, 0])
            #expect(nodes[5][-1] == nil && nodes[5][1] == nil)
        }
    }

    @Test("text is what stands in the source")
    func text() throws {
        let text = #"{"a" : [ 1 , "x\n" ] ,"b":{"c":-1.50e2}, "d":true}"#
        try parse(text).read { root in
            func source(_ node: Node?) -> String? { node.map { String(decoding: $0.text, as: UTF8.self) } }
            #expect(source(root) == text)
            #expect(source(root["a"]) == #"[ 1 , "x\n" ]"#)
            #expect(source(root["a"]?[1]) == #""x\n""#)
            #expect(source(root["b"]?["c"]) == "-1.50e2")
            #expect(source(root["d"]) == "true")
        }
    }
}

@Suite("Looking up members")
struct LookupTests {
    @Test("names of every length are told apart by their first, middle and last byte", arguments: 0..<40)
    func names(length: Int) throws {
        let name = String(repeating: "n", count: length)
        var variants = [name, name + "n"]
        for place in Set([0, length / 2, length - 1]) where (0..<length).contains(place) {
            var bytes = Array(name.utf8)
            bytes[place] = UInt8(ascii: "x")
            variants.append(String(decoding: bytes, as: UTF8.self))
        }
        let members = variants.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
        try parse("{\(members)}").read { root in
            for (position, variant) in variants.enumerated() {
                #expect(root[Key(variant)]?.int == Int64(position))
                #expect(root[variant]?.int == Int64(position))
            }
            #expect(root[Key(name + "y")] == nil)
            #expect(root[name + "y"] == nil)
        }
    }

    @Test("the last of several members with one name is found, however it is written")
    func duplicates() throws {
        try parse(#"{"a":1,"\u0061":2,"b":{"a":0},"a\u0000":4}"#).read { root in
            #expect(root[Key("a")]?.int == 2)
            #expect(root["a"]?.int == 2)
            #expect(root[Key("a\u{0}")]?.int == 4)
            #expect(root.count == 4)
        }
    }

    @Test("names are bytes: canonically equal ones differ")
    func canonicalEquivalence() throws {
        try parse("{\"e\u{301}\":1}").read { root in
            #expect(root[Key("\u{E9}")] == nil)
            #expect(root[Key("e\u{301}")]?.int == 1)
        }
        #expect(Key("\u{E9}") != Key("e\u{301}"))
        #expect(Key("a") == Key("a") && Key("a").hashValue == Key("a").hashValue)
    }

    @Test("a string is compared by content, escaped or not")
    func equals() throws {
        try parse(#"["important","impor\u0074ant","importanT",1]"#).read { root in
            let key = Key("important")
            let text = Array("important".utf8)
            #expect(root.elements.map { $0.equals(key) } == [true, true, false, false])
            #expect(
                root.elements.map { node in text.withUnsafeBufferPointer { node.equals($0) } }
                    == [true, true, false, false])
        }
    }

    @Test("lookups in random objects agree with a dictionary", arguments: 0..<20)
    func random(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 5000)
        for _ in 0..<50 {
            let object = random.object(depth: 2)
            try parse(JSON.object(object).text).read { root in
                for (name, value) in object.members {
                    #expect(root[Key(name)].map { JSON($0) } == value)
                    #expect(root[name].map { JSON($0) } == value)
                }
            }
        }
    }
}
