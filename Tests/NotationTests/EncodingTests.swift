import Foundation
import Notation
import TestSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "is as in the examples of RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy")
        ])
    func examples(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        #expect(Base64.decode(encoded.replacing("=", with: "")) == Array(plain.utf8))
        #expect(Base64.decode(encoded, .forgiving) == Array(plain.utf8))
    }

    @Test("is what Foundation makes of random bytes")
    func random() {
        var random = SeededGenerator(seed: 1)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == text)
            #expect(Base64.decode(text) == bytes)
            let foreign = text.replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=", with: "\r\n ")
            #expect(Base64.decode(foreign, .forgiving) == bytes)
        }
    }

    @Test(
        "that is none is refused",
        arguments: [
            "A", "Zm9vA", "Zg===", "Z=g=", "====", "Zm9v Zm9v", "Zm9v\n", "Zm-v", "Zm_v", "é", "Zg=", "Zm9v="
        ])
    func refused(text: String) { #expect(Base64.decode(text) == nil) }

    @Test("that no bytes have is refused, however forgiving", arguments: ["A", "Zm9vA", "Zm9v*", "Zm9vé"])
    func refusedAlways(text: String) { #expect(Base64.decode(text, .forgiving) == nil) }
}

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test("keeps the unreserved characters and nothing else")
    func encoding() {
        #expect(PercentEncoding.encode("AZaz09-._~".utf8) == "AZaz09-._~")
        #expect(PercentEncoding.encode("a b/ü%+".utf8) == "a%20b%2F%C3%BC%25%2B")
        #expect(
            PercentEncoding.encode("/a b".utf8) { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "a") }
                == "/a%20%62")
    }

    @Test("gives every byte back")
    func roundTrip() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(PercentEncoding.decode(PercentEncoding.encode(bytes)) == bytes)
        #expect(PercentEncoding.decode("%2f%2F+") == Array("//+".utf8))
    }

    @Test("with less than two digits is refused", arguments: ["%", "%4", "a%", "%zz", "%+1", "%-1", "% 1"])
    func refused(text: String) { #expect(PercentEncoding.decode(text) == nil) }
}

@Suite("Digits")
struct DigitTests {
    @Test("of bytes are two each")
    func hexadecimal() {
        #expect(String(hexadecimal: [0, 0x0F, 0xF0, 0xFF]) == "000ff0ff")
        #expect(String(hexadecimal: []) == "")
    }

    @Test("of numbers fill a width, and go beyond it where they must")
    func width() {
        #expect(String(7, width: 2) == "07")
        #expect(String(1234, width: 2) == "1234")
        #expect(String(UInt64.max, radix: 16, width: 4) == "ffffffffffffffff")
        #expect(String(UInt8(0xAB), radix: 16, width: 4, uppercase: true) == "00AB")
    }

    @Test("are told from every other byte")
    func classes() {
        for byte in UInt8.min...UInt8.max {
            let character = Character(Unicode.Scalar(byte))
            #expect(byte.isDigit == ("0"..."9").contains(character))
            #expect(byte.isLetter == (byte < 0x80 && character.isLetter))
            #expect(byte.hexValue.map { Int($0) } == (byte < 0x80 ? character.hexDigitValue : nil))
        }
    }
}

@Suite("A secret")
struct SecretTests {
    @Test("is shown nowhere")
    func hidden() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.revealed == "hunter2")
    }
}
