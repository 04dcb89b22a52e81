import Foundation
import Notation
import Records
import State
import Streaming

/// A file as positions and notes name it.
struct StoredFile: Hashable, Sendable {
    /// Relative to the spec's folder where it is in it.
    let path: String
    let identity: FileIdentity
}

/// What a sink notes of a file before and after it changes it.
struct OutputNote: Hashable, Sendable {
    enum Event: Hashable, Sendable {
        /// These bytes will stand there, unless somebody else writes in between.
        case writing(WrittenRange)
        /// Somebody did: the bytes of the note before stand here.
        case landed(WrittenRange)
        /// Bytes of the sink's are about to be taken out from between those of others.
        case removing(Removal)
        /// That is done.
        case removed
        /// The file is about to be renamed.
        case rotated(RotatedFile)
    }

    let file: StoredFile
    let event: Event
}

/// The part of a file that is being written anew without bytes that are to go.
struct Removal: Hashable, Sendable {
    let from: Int
    /// What is to stand there, up to what was the end of the file.
    let kept: [UInt8]
    /// What stood behind that place before: once it is gone, all is done.
    let rest: Int
    let restHash: UInt64
}

extension SinkJournal {
    /// Notes what is going to happen to a file, or has happened.
    func note(_ event: OutputNote.Event, of file: StoredFile) throws {
        try note(OutputNote(file: file, event: event).stored)
        // What is moved stands in the note alone until it is at its place.
        if case .removing = event { try sync() }
    }
}

extension OutputNote {
    var stored: SinkPosition {
        var members = file.members
        switch event {
        case .writing(let range): members.append(("writing", range.json))
        case .landed(let range): members.append(("landed", range.json))
        case .removing(let removal): members.append(("removing", removal.json))
        case .removed: members.append(("removed", true))
        case .rotated(let rotated): members.append(("rotated", rotated.json))
        }
        return SinkPosition(json: JSON.object(JSONObject(members)).text)
    }

    /// - Throws: ``UnreadableAnchor``.
    init(_ stored: SinkPosition) throws {
        guard let json = try? JSON(parsing: stored.json), let file = StoredFile(json),
            let event = Event(json)
        else { throw UnreadableAnchor(json: stored.json) }
        self.init(file: file, event: event)
    }
}

extension OutputNote.Event {
    fileprivate init?(_ json: JSON) {
        if let range = json["writing"].flatMap(WrittenRange.init) {
            self = .writing(range)
        } else if let range = json["landed"].flatMap(WrittenRange.init) {
            self = .landed(range)
        } else if let removal = json["removing"].flatMap(Removal.init) {
            self = .removing(removal)
        } else if json["removed"] != nil {
            self = .removed
        } else if let rotated = json["rotated"].flatMap(RotatedFile.init) {
            self = .rotated(rotated)
        } else {
            return nil
        }
    }
}

extension StoredFile {
    var members: [(String, JSON)] {
        [
            ("path", .string(path)), ("device", .string(String(identity.device))),
            ("inode", .string(String(identity.inode)))
        ]
    }

    init?(_ json: JSON) {
        guard let path = json["path"]?.string, let device = json["device"]?.string.flatMap({ UInt($0) }),
            let inode = json["inode"]?.string.flatMap({ UInt($0) })
        else { return nil }
        self.init(path: path, identity: FileIdentity(device: device, inode: inode))
    }
}

extension WrittenRange {
    fileprivate var json: JSON {
        var members: [(String, JSON)] = [
            ("from", .int(Int64(from))), ("length", .int(Int64(length))), ("hash", .hash(hash)),
            ("head", .bytes(head))
        ]
        if !checks.isEmpty {
            members.append(("checks", .bytes(checks.flatMap { $0.bigEndianBytes })))
        }
        return .object(JSONObject(members))
    }

    fileprivate init?(_ json: JSON) {
        guard let from = json["from"]?.place, let length = json["length"]?.place,
            let hash = json["hash"]?.hash, let head = json["head"]?.bytes, head.count <= length,
            !from.addingReportingOverflow(length).overflow, let checks = json["checks", default: ""].bytes
        else { return nil }
        let words = stride(from: 0, to: checks.count - checks.count % 4, by: 4).map { place in
            checks[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        self.init(from: from, length: length, hash: hash, head: head, checks: words)
    }
}

extension Removal {
    fileprivate var json: JSON {
        [
            "from": .int(Int64(from)), "kept": .bytes(kept), "rest": .int(Int64(rest)),
            "rest_hash": .hash(restHash)
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let from = json["from"]?.place, let kept = json["kept"]?.bytes, let rest = json["rest"]?.place,
            let hash = json["rest_hash"]?.hash, !from.addingReportingOverflow(kept.count).overflow
        else { return nil }
        self.init(from: from, kept: kept, rest: rest, restHash: hash)
    }
}

extension JSON {
    static func hash(_ hash: UInt64) -> JSON { .string(String(hash, radix: 16)) }

    static func bytes(_ bytes: [UInt8]) -> JSON { .string(Base64.encode(bytes)) }

    /// A hash that ``hash(_:)`` wrote.
    var hash: UInt64? { string.flatMap { UInt64($0, radix: 16) } }

    /// A place in a file, or a count of its bytes.
    var place: Int? { int.flatMap { $0 >= 0 ? Int($0) : nil } }

    fileprivate var bytes: [UInt8]? { string.flatMap { Base64.decode($0) } }

    fileprivate subscript(name: String, default value: JSON) -> JSON { self[name] ?? value }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) }
    }
}
