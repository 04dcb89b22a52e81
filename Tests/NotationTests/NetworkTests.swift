import Glibc
import Notation
import TestSupport
import Testing

@Suite("An IP address")
struct IPAddressTests {
    @Test(
        "has one canonical text (RFC 5952)",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"),
            ("::1", "::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("fe80:0:0:0:0:0:0:0", "fe80::"),
            ("::ffff:10.0.0.1", "::ffff:a00:1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"), ("10.0.0.0/8", "10.0.0.0/8"),
            ("fd00::/8", "fd00::/8")
        ])
    func canonical(text: String, expected: String) { #expect(IPAddress(text)?.description == expected) }

    @Test(
        "is nothing else",
        arguments: [
            "", "127.1", "2130706433", "0x7f.0.0.1", "01.2.3.4", "1.2.3.4.5", "1.2.3", "256.1.1.1",
            "1.2.3.4 ", ":",
            ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "fe80::1%eth0", "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5", "1.2.3.4/33", "::/129", "::/", "1.2.3.4/-1", "1.2.3.4/8/8", "example.com",
            "+1.2.3.4"
        ])
    func refused(text: String) { #expect(IPAddress(text) == nil) }

    @Test("is read as the system reads it")
    func agreement() {
        var random = SeededGenerator(seed: 3)
        let pieces = ["0", "1", "ffff", "10", "255", "256", ":", "::", ".", "a", "1.2.3.4", "G", "00"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...9, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            var bytes = [UInt8](repeating: 0, count: 16)
            let family = text.contains(":") ? AF_INET6 : AF_INET
            let isAddress = inet_pton(family, text, &bytes) == 1
            let address = IPAddress(address: text)
            #expect((address != nil) == isAddress, "\(text)")
            guard let address, isAddress else { continue }
            let high = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let low = bytes[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let expected = family == AF_INET ? (0, high >> 32) : (high, low)
            #expect((address.high, address.low) == expected, "\(text)")
        }
    }

    @Test("lies in the networks that hold it")
    func containment() throws {
        let network = try #require(IPAddress("10.128.0.0/9"))
        #expect(IPAddress("10.200.1.2").map(network.contains) == true)
        #expect(IPAddress("10.127.1.2").map(network.contains) == false)
        #expect(IPAddress("::ffff:10.200.1.2").map(network.contains) == false)
        #expect(IPAddress("10.0.0.0/8").map(network.contains) == false)
        let all = try #require(IPAddress("::/0"))
        #expect(IPAddress("2001:db8::1").map(all.contains) == true)
        // An address is a network of itself.
        let own = try #require(IPAddress("192.0.2.1"))
        #expect(own.contains(own))
    }
}

@Suite("The name of a host")
struct HostNameTests {
    @Test(
        "has an ASCII form (UTS 46)",
        arguments: [
            ("Example.COM", "example.com"), ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("☕.example", "xn--53h.example"), ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("r3---sn-4g5e6nez.example", "r3---sn-4g5e6nez.example"), ("192.0.2.1", "192.0.2.1"),
            ("[::1]", "[::1]")
        ])
    func ascii(name: String, expected: String) { #expect(HostName.ascii(name) == expected) }

    @Test("that is too long has none")
    func tooLong() { #expect(HostName.ascii(String(repeating: "ü", count: 1000)) == nil) }

    @Test("is bounded, as are its labels (RFC 1035)")
    func bounds() {
        let label = String(repeating: "a", count: 63)
        #expect(HostName.isPossible("\(label).example."))
        #expect(!HostName.isPossible("\(label)a.example"))
        #expect(!HostName.isPossible(Array(repeating: label, count: 4).joined(separator: ".")))
        #expect(!HostName.isPossible(""))
        #expect(!HostName.isPossible("."))
    }
}
