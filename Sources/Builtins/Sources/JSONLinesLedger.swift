import Records
import Streaming

/// How far each file of a source has been read.
///
/// While files are read each has a part of the source, so that a checkpoint stores what has moved; at the end of a
/// reading they are gathered into the source's own anchor, unless they are few beside the others.
struct JSONLinesLedger {
    private struct Entry {
        var file: KnownFile
        /// Whether it has a part, and how many records that has sent since the anchor.
        var part: UInt64?

        init(file: KnownFile) { self.file = file }

        init(part position: SourcePosition) throws {
            let json = position.anchor?.json ?? ""
            guard let stored = try? JSON(parsing: json), let file = KnownFile(json: stored) else {
                throw UnreadableAnchor(json: json)
            }
            self.file = file
            part = position.count
        }
    }

    /// By a number that a file keeps under every name.
    private var entries: [Int: Entry] = [:]
    private var next = 1
    /// Whether what the anchor says of files without a part is no longer so.
    private var isOutdated = false

    init() {}

    /// - Parameters:
    ///   - anchor: what ``anchor`` gave.
    ///   - parts: by ``partKey(_:)``; what they say is newer.
    /// - Throws: ``UnreadableAnchor`` when a state holds something else.
    init(anchor: Anchor?, parts: [String: SourcePosition]) throws {
        if let anchor {
            guard let files = (try? JSON(parsing: anchor.json))?["files"]?.array else {
                throw UnreadableAnchor(json: anchor.json)
            }
            for json in files {
                guard let number = json["id"]?.int, JSONLinesLedger.numbers.contains(number),
                    let file = KnownFile(json: json)
                else { throw UnreadableAnchor(json: anchor.json) }
                entries[Int(number)] = Entry(file: file)
            }
        }
        for (key, position) in parts {
            if let number = JSONLinesLedger.number(ofPart: key) { try advanced(number, to: position) }
        }
        next = (entries.keys.max() ?? 0) + 1
    }

    static func partKey(_ number: Int) -> String { "file:\(number)" }

    private static func number(ofPart key: String) -> Int? {
        guard key.hasPrefix("file:"), let number = Int64(key.dropFirst("file:".count)) else { return nil }
        return numbers.contains(number) ? Int(number) : nil
    }

    /// More than there can be; what is stored may hold anything.
    private static let numbers: ClosedRange<Int64> = 1...(1 << 53)

    /// The files, by number.
    var files: [Int: KnownFile] { entries.mapValues(\.file) }

    func file(_ number: Int) -> KnownFile? { entries[number]?.file }

    /// Where a file is read on from; nil for one that nothing has been read of.
    func position(of number: Int) -> SourcePosition? {
        entries[number].map { SourcePosition(anchor: $0.file.anchor, count: $0.part ?? 0) }
    }

    /// A number for a file that is not known yet.
    mutating func number() -> Int {
        defer { next += 1 }
        return next
    }

    /// The part of a file has been read up to a position, to its end or until that failed.
    mutating func advanced(_ number: Int, to position: SourcePosition?) throws {
        if let position { entries[number] = try Entry(part: position) }
    }

    /// Files have other names, or other inodes. It is stored before anything is read: what is found where they were can
    /// no longer tell of them then.
    mutating func move(_ claims: [(number: Int, file: FoundFile)], into outlet: SourceOutlet) async throws {
        for (number, found) in claims {
            guard var entry = entries[number],
                entry.file.path != found.home || entry.file.identity != found.identity
            else { continue }
            entry.file.path = found.home
            entry.file.identity = found.identity
            entries[number] = entry
            isOutdated = true
            if let count = entry.part, count > 0 {
                // What has been sent since the anchor is counted in the part only.
                let position = SourcePosition(anchor: entry.file.anchor, count: count)
                try await outlet.withPart(JSONLinesLedger.partKey(number), at: position) { _ in }
            }
        }
        if isOutdated { try await gather(into: outlet) }
    }

    mutating func forget(_ number: Int) {
        entries[number] = nil
        isOutdated = true
    }

    /// Stores what has changed, as the source's own anchor where that is worth it.
    mutating func gather(into outlet: SourceOutlet) async throws {
        let known = outlet.knownParts.keys.compactMap(JSONLinesLedger.number(ofPart:))
        let gone = known.filter { entries[$0] == nil }
        let settled = known.filter { entries[$0]?.part == 0 }
        let areMany = !settled.isEmpty && settled.count * 8 >= entries.count
        guard isOutdated || areMany || !gone.isEmpty else { return }
        // The anchor first: what stands in both is the same.
        try await outlet.send([Record](), then: anchor)
        for number in gone + settled { try outlet.forget(part: JSONLinesLedger.partKey(number)) }
        for number in settled { entries[number]?.part = nil }
        isOutdated = false
    }

    /// The form that a checkpoint stores.
    private var anchor: Anchor {
        let files = entries.sorted { $0.key < $1.key }.map { number, entry in
            guard case .object(var members) = entry.file.json else { return JSON.null }
            members["id"] = .int(Int64(number))
            return .object(members)
        }
        return Anchor(json: JSON.object(JSONObject([("files", .array(files))])).text)
    }
}

/// An anchor that a source of this kind cannot have named.
struct UnreadableAnchor: PermanentFailure, CustomStringConvertible {
    let json: String

    var description: String {
        "the stored position cannot be read: \(json.prefix(100)); forget it, or use another --state"
    }
}
