import Notation

/// The network extension: IP addresses and networks.
enum NetworkFunctions {
    static let all: [Function] = [
        Function(
            "ip", "The address that a text spells, or the address of a network.",
            examples: [
                .init("string(ip('2001:DB8::1'))", "'2001:db8::1'"),
                .init("cidr('10.0.0.0/8').ip() == ip('10.0.0.0')", "true")
            ],
            Overload(.global, [.string], .ip, .one { parsed($0, &$1) { $0.prefix == nil } }),
            Overload(
                .member, [.cidr], .ip,
                .one { value, frame in
                    guard case .address(let network) = value else { return value }
                    return frame.arena.address(network.pointee.address)
                })),
        Function(
            "cidr", "The network that a text spells.",
            examples: [.init("cidr('192.168.0.0/24').containsIP('192.168.0.7')", "true")],
            Overload(.global, [.string], .cidr, .one { parsed($0, &$1) { $0.prefix != nil } })),
        textTest("isIP", "Whether a text spells an address.", "isIP('192.168.0.1')") { $0.prefix == nil },
        textTest("isCIDR", "Whether a text spells a network.", "isCIDR('10.0.0.0/8')") { $0.prefix != nil },
        Function(
            "ip.isCanonical", "Whether an address is in its canonical form.",
            examples: [.init("ip.isCanonical('2001:DB8::68')", "false")],
            Overload(
                .global, [.string], .bool,
                .one { value, frame in
                    let result = parsed(value, &frame) { $0.prefix == nil }
                    guard case .address(let address) = result else { return result }
                    return .bool(address.pointee.description == frame.string(value).string)
                })),
        Function(
            "family", "4 or 6.", examples: [.init("ip('::1').family()", "6")],
            Overload(
                .member, [.ip], .int,
                .one { value, _ in
                    guard case .address(let address) = value else { return value }
                    return .int(address.pointee.isIPv4 ? 4 : 6)
                })),
        property("isUnspecified", "Whether it is the address of zeros.", "ip('::').isUnspecified()") {
            $0.isUnspecified
        },
        property("isLoopback", "Whether the address is the machine itself.", "ip('127.0.0.1').isLoopback()") {
            $0.isLoopback
        },
        property(
            "isGlobalUnicast", "Whether the address may be a single host's, private ones included.",
            "ip('8.8.8.8').isGlobalUnicast()"
        ) { $0.isGlobalUnicast },
        property(
            "isLinkLocalMulticast", "Whether the address is a group of the local link.",
            "ip('224.0.0.1').isLinkLocalMulticast()"
        ) { $0.isLinkLocalMulticast },
        property(
            "isLinkLocalUnicast", "Whether the address is a host of the local link.",
            "ip('169.254.1.1').isLinkLocalUnicast()"
        ) { $0.isLinkLocalUnicast },
        containment(
            "containsIP", "Whether an address lies in the network.", .ip,
            "cidr('10.0.0.0/8').containsIP(ip('10.1.2.3'))"),
        containment(
            "containsCIDR", "Whether a whole network lies in the network.", .cidr,
            "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')"),
        Function(
            "masked", "The network with its first address.",
            examples: [.init("string(cidr('192.168.0.1/24').masked())", "'192.168.0.0/24'")],
            Overload(
                .member, [.cidr], .cidr,
                .one { value, frame in
                    guard case .address(let network) = value else { return value }
                    return frame.arena.address(network.pointee.masked)
                })),
        Function(
            "prefixLength", "The number of bits that the network's addresses share.",
            examples: [.init("cidr('10.0.0.0/8').prefixLength()", "8")],
            Overload(
                .member, [.cidr], .int,
                .one { value, _ in
                    guard case .address(let network) = value else { return value }
                    return .int(Int64(network.pointee.prefix ?? 0))
                }))
    ]

    private static func parsed(
        _ value: Value, _ frame: inout Frame, _ accepts: (IPAddress) -> Bool
    ) -> Value {
        guard let address = IPAddress(frame.string(value).string, dotted: false), accepts(address) else {
            return frame.failure(.invalidConversion, "\(frame.shown(value)) is no such address")
        }
        return frame.arena.address(address)
    }

    private static func textTest(
        _ name: String, _ doc: String, _ example: String,
        _ accepts: @escaping @Sendable (IPAddress) -> Bool
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, "true")],
            Overload(
                .global, [.string], .bool,
                .one { value, frame in
                    .bool(IPAddress(frame.string(value).string, dotted: false).map(accepts) ?? false)
                }))
    }

    private static func property(
        _ name: String, _ doc: String, _ example: String, _ test: @escaping @Sendable (IPAddress) -> Bool
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, "true")],
            Overload(
                .member, [.ip], .bool,
                .one { value, _ in
                    guard case .address(let address) = value else { return value }
                    return .bool(test(address.pointee))
                }))
    }

    private static func containment(
        _ name: String, _ doc: String, _ type: ValueType, _ example: String
    ) -> Function {
        let isNetwork = type == .cidr
        let body: @Sendable (Value, Value, inout Frame) -> Value = { network, other, frame in
            let other =
                other.kind == .string ? parsed(other, &frame) { ($0.prefix != nil) == isNetwork } : other
            guard case .address(let network) = network, case .address(let inner) = other else { return other }
            return .bool(network.pointee.contains(inner.pointee))
        }
        return Function(
            name, doc, examples: [.init(example, "true")],
            Overload(.member, [.cidr, type], .bool, .two(body)),
            Overload(.member, [.cidr, .string], .bool, .two(body)))
    }
}

extension Arena {
    mutating func address(_ address: IPAddress) -> Value {
        let place = allocate(IPAddress.self, count: 1)
        place.initialize(to: address)
        return .address(UnsafePointer(place))
    }
}
