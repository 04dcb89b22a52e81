import Notation

/// The paths that a text of a spec stands for, as bytes: names of files are no Unicode text.
struct PathPattern: Sendable {
    private enum Token {
        case one(ByteSet)
        /// Any bytes but `/`.
        case star
        /// `**/`: any folders, or none.
        case folders
    }

    /// The text with its folder before it, without `.`, `..` and doubled slashes.
    let bytes: [UInt8]

    /// - Parameter folder: what relative paths start from; nil leaves them relative.
    init(_ text: String, folder: String?) { self.init(Array(text.utf8), folder: folder) }

    init(_ path: [UInt8], folder: String?) {
        var path = path
        if let folder, path.first != PathPattern.slash {
            path = Array(folder.utf8) + [PathPattern.slash] + path
        }
        var names: [ArraySlice<UInt8>] = []
        for name in path.split(separator: PathPattern.slash) where !name.elementsEqual(".".utf8) {
            let isUp = name.elementsEqual("..".utf8)
            if isUp, let last = names.last, !last.elementsEqual("..".utf8) {
                names.removeLast()
            } else if !isUp || path.first != PathPattern.slash {
                names.append(name)
            }
        }
        let root: [UInt8] = path.first == PathPattern.slash ? [PathPattern.slash] : []
        bytes = root + names.joined(separator: [PathPattern.slash])
    }

    /// Whether the text stands for something else than a file: a device, a pipe, a descriptor.
    var isDevice: Bool { ["/dev/", "/proc/"].contains { bytes.starts(with: $0.utf8) } }

    var isGlob: Bool { bytes.contains { "*?[".utf8.contains($0) } }

    var isTemplate: Bool { bytes.contains(UInt8(ascii: "{")) }

    /// Whether this pattern of inputs matches a path that a template of outputs can become.
    ///
    /// - Parameters:
    ///   - isLiteral: whether this is the path of one file, whatever characters it has.
    ///   - work: counts the steps, so that a hostile spec can be given up on.
    func matches(template: PathPattern, isLiteral: Bool = false, work: inout Int) -> Bool {
        let places = template.templatePlaces
        let tokens = isGlob && !isLiteral ? globTokens : bytes.map { .one(ByteSet($0)) }
        work += tokens.count * places.count
        // Whether what has been matched so far can end before a place.
        var reached = [true] + Array(repeating: false, count: places.count)
        /// A place that may stay empty can be passed.
        func pass(_ reached: inout [Bool]) {
            for place in places.indices where reached[place] && places[place].repeats {
                reached[place + 1] = true
            }
        }
        pass(&reached)
        for token in tokens {
            switch token {
            case .one(let set):
                var next = Array(repeating: false, count: places.count + 1)
                for place in places.indices where reached[place] && !set.isDisjoint(with: places[place].set) {
                    next[places[place].repeats ? place : place + 1] = true
                }
                reached = next
            case .star:
                for place in places.indices
                where reached[place] && !places[place].set.isDisjoint(with: ByteSet.withinNames) {
                    reached[place + 1] = true
                }
            case .folders:
                var isInside = false
                for place in places.indices {
                    isInside = isInside || reached[place]
                    guard isInside, places[place].set.contains(PathPattern.slash) else { continue }
                    reached[places[place].repeats ? place : place + 1] = true
                }
            }
            pass(&reached)
        }
        return reached[places.count]
    }

    private static let slash = UInt8(ascii: "/")

    /// What can stand at a place of a template.
    private struct TemplatePlace {
        let set: ByteSet
        /// Whether any number of such bytes can, or none.
        var repeats = false
    }

    /// What can stand at each place when the template is filled in.
    private var templatePlaces: [TemplatePlace] {
        var places: [TemplatePlace] = []
        var rest = bytes[...]
        while let byte = rest.first {
            guard byte == UInt8(ascii: "{"), let close = rest.firstIndex(of: UInt8(ascii: "}")) else {
                places.append(TemplatePlace(set: ByteSet(byte)))
                rest = rest.dropFirst()
                continue
            }
            places += PathPattern.filling(String(decoding: rest[...close], as: UTF8.self))
            rest = rest[(close + 1)...]
        }
        return places
    }

    /// What a place of a template is filled in with.
    ///
    /// - Parameter place: with its braces.
    private static func filling(_ place: String) -> [TemplatePlace] {
        let parts = place.dropFirst().dropLast().split(separator: ":", maxSplits: 1).map(String.init)
        let pattern = parts.count > 1 ? parts[1] : nil
        if let form = PathTemplate.Placeholder(rawValue: parts.first ?? "")?.form(pattern) {
            return form.utf8.map {
                TemplatePlace(set: $0 == UInt8(ascii: "0") ? ByteSet.digits : ByteSet($0))
            }
        }
        // What a record has, in which there are no folders unless a format makes them.
        let format = pattern.flatMap { try? DateFormat($0) }
        let isWithinName = format?.form.utf8.contains(PathPattern.slash) != true
        return [TemplatePlace(set: isWithinName ? .withinNames : .all, repeats: true)]
    }

    private var globTokens: [Token] {
        var tokens: [Token] = []
        var rest = bytes[...]
        var startsName = true
        while let byte = rest.first {
            var length = 1
            switch byte {
            case UInt8(ascii: "*") where startsName && rest.starts(with: "**/".utf8):
                tokens.append(.folders)
                length = 3
            case UInt8(ascii: "*"): tokens.append(.star)
            case UInt8(ascii: "?"): tokens.append(.one(.withinNames))
            case UInt8(ascii: "["):
                if let (set, count) = ByteSet.bracket(rest) {
                    tokens.append(.one(set))
                    length = count
                } else {
                    tokens.append(.one(ByteSet(byte)))
                }
            default: tokens.append(.one(ByteSet(byte)))
            }
            startsName = byte == PathPattern.slash || length == 3 && startsName
            rest = rest.dropFirst(length)
        }
        return tokens
    }
}

/// A set of bytes.
private struct ByteSet {
    private var bits = SIMD4<UInt64>()

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    /// Everything but `/`.
    static let withinNames = ByteSet(UInt8(ascii: "/")...UInt8(ascii: "/")).inverted

    init(_ byte: UInt8) { insert(byte) }

    init(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    /// Every byte.
    static let all = ByteSet(0...255)

    private init() {}

    private var inverted: ByteSet {
        var copy = self
        copy.bits = ~bits
        return copy
    }

    func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }

    func isDisjoint(with other: ByteSet) -> Bool { bits & other.bits == SIMD4<UInt64>() }

    private mutating func insert(_ byte: UInt8) { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    /// The set of a `[a-z]` or `[!a-z]` and how many bytes it takes; nil when it is not closed.
    static func bracket(_ text: ArraySlice<UInt8>) -> (ByteSet, Int)? {
        let isNegated = text.dropFirst().first.map { "!^".utf8.contains($0) } ?? false
        let content = text.dropFirst(isNegated ? 2 : 1)
        // A `]` that comes first is meant as such.
        guard let end = content.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let members = Array(content[..<end])
        var set = ByteSet()
        var index = 0
        while index < members.count {
            if index + 2 < members.count, members[index + 1] == UInt8(ascii: "-") {
                if members[index] <= members[index + 2] {
                    for byte in members[index]...members[index + 2] { set.insert(byte) }
                }
                index += 3
            } else {
                set.insert(members[index])
                index += 1
            }
        }
        return (isNegated ? set.inverted : set, end - text.startIndex + 1)
    }
}
