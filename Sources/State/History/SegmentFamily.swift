/// What segments are for. Each family has tables, segments and a forgetting of its own; all else they have in common.
enum SegmentFamily: Sendable {
    /// Keys, and when each was last seen.
    case keys
    /// Stories by their bands (``StoryKey``), of which there are six a story: they take less room, and those of large
    /// segments have no filter in memory.
    case stories

    var segmentTable: String { name("segment") }
    var pageTable: String { name("page") }
    var rangeTable: String { name("range") }
    /// The setting with the time before which all is forgotten.
    var cutoffSetting: String {
        switch self {
        case .keys: "forgotten_before"
        case .stories: "stories_forgotten_before"
        }
    }
    /// Whether pages leave out what such keys have in common.
    var isShort: Bool { self == .stories }

    private func name(_ part: String) -> String {
        switch self {
        case .keys: "key_\(part)"
        case .stories: "story_\(part)"
        }
    }

    /// The tables. A number of a page or a range is that of its segment, and its own in 24 bits.
    var definition: String {
        """
        CREATE TABLE \(segmentTable) (
            id INTEGER PRIMARY KEY, place INTEGER NOT NULL, state INTEGER NOT NULL, target INTEGER,
            range_bits INTEGER NOT NULL, ranges INTEGER NOT NULL, keys INTEGER NOT NULL, pages INTEGER NOT NULL,
            earliest INTEGER NOT NULL, latest INTEGER NOT NULL, has_readings INTEGER NOT NULL
        );
        CREATE TABLE \(pageTable) (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
        CREATE TABLE \(rangeTable) (id INTEGER PRIMARY KEY, fences BLOB NOT NULL, filter BLOB NOT NULL);
        """
    }

    /// Whether there is something of it in the file; the tables of stories are made with the first.
    func isThere(_ connection: Connection) throws -> Bool {
        try self == .keys || Schema.hasTable(segmentTable, connection)
    }

    /// What a filter knows a key by.
    @inline(__always)
    func filtered(_ key: HistoryKey) -> HistoryKey {
        switch self {
        case .keys: key
        case .stories: StoryKey.filtered(band: StoryKey.band(of: key))
        }
    }
}
