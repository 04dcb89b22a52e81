import Records
import Streaming

/// How far a file has been read, and how to know it again.
struct KnownFile: Hashable, Sendable {
    /// Where it was: the path without links, below the spec's folder relative to that.
    var path: BytePath
    var identity: InputIdentity
    var position: JSONLinesPosition
    var print: ContentPrint
}

/// The form that is stored.
extension KnownFile {
    var json: JSON {
        var members: [(String, JSON)] = [
            ("path", .string(path.stored)), ("offset", .int(Int64(position.offset))),
            ("line", .int(Int64(position.line))), ("index", .int(Int64(bitPattern: position.index))),
            ("device", .int(Int64(bitPattern: identity.device))),
            ("inode", .int(Int64(bitPattern: identity.inode))),
            ("head_length", .int(Int64(print.headLength))), ("head", .string(print.head))
        ]
        if let born = identity.born { members.append(("born", .int(born))) }
        if let tail = print.tail { members.append(("tail", .string(tail))) }
        return .object(JSONObject(members))
    }

    var anchor: Anchor { Anchor(json: json.text) }

    /// Nil for what ``json`` cannot have written; so no number here is negative or beyond what a file can hold.
    init?(json: JSON) {
        guard let path = json["path"]?.string.flatMap(BytePath.init(stored:)),
            let offset = json["offset"]?.int.flatMap(Int.init(exactly:)), offset >= 0,
            let line = json["line"]?.int.flatMap(Int.init(exactly:)), (0...offset).contains(line),
            let index = json["index"]?.int.flatMap(UInt64.init(exactly:)), index <= UInt64(offset),
            let device = json["device"]?.int, let inode = json["inode"]?.int,
            let headLength = json["head_length"]?.int,
            (min(Int64(offset), Int64(ContentPrint.span))...Int64(ContentPrint.span)).contains(headLength),
            let head = json["head"]?.string
        else { return nil }
        self.path = path
        identity = InputIdentity(
            device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode), born: json["born"]?.int)
        position = JSONLinesPosition(offset: offset, line: line, index: index)
        print = ContentPrint(headLength: Int(headLength), head: head, tail: json["tail"]?.string)
    }
}
