import State

/// Takes ranges out of a file, wherever bytes of others stand; those move to the front.
struct RangeRemoval {
    /// Notes what is being done, so that a start after the death of the process or of the machine can finish it.
    typealias Note = (OutputNote.Event) throws -> Void

    let content: FileContent

    /// Bytes of others behind the first range that are moved, at most; with more the ranges stay.
    private static let limit = 64 << 20

    /// - Parameter ranges: in rising order, none touching another.
    /// - Returns: whether they are out; no when too much would have to be moved.
    func remove(_ ranges: [Range<Int>], note: Note) throws -> Bool {
        guard let first = ranges.first else { return true }
        let end = try content.size()
        if ranges.count == 1, first.upperBound >= end {
            try content.cut(to: first.lowerBound)
            return true
        }
        let removed = ranges.reduce(0) { $0 + $1.count }
        guard end - first.lowerBound - removed <= RangeRemoval.limit else { return false }
        var kept: [UInt8] = []
        for (place, range) in ranges.enumerated() {
            let next = place + 1 < ranges.count ? ranges[place + 1].lowerBound : end
            if next > range.upperBound {
                kept += try content.bytes(from: range.upperBound, count: next - range.upperBound)
            }
        }
        let rest = try content.bytes(from: first.lowerBound + kept.count, count: end)
        let removal = Removal(
            from: first.lowerBound, kept: kept, rest: rest.count,
            restHash: rest.withUnsafeBytes { FileHash.hash($0) })
        try note(.removing(removal))
        try perform(removal)
        try note(.removed)
        return true
    }

    /// Finishes what a process that has died has begun.
    func resume(_ removal: Removal, note: Note) throws {
        let rest = try content.bytes(from: removal.from + removal.kept.count, count: removal.rest)
        if rest.count == removal.rest, rest.withUnsafeBytes({ FileHash.hash($0) }) == removal.restHash {
            try perform(removal)
        }
        try note(.removed)
    }

    private func perform(_ removal: Removal) throws(FileError) {
        try content.overwrite(removal.kept, at: removal.from)
        var end = removal.from + removal.kept.count
        var source = end + removal.rest
        // Others may have appended meanwhile.
        while true {
            let more = try content.bytes(from: source, count: 1 << 20)
            if more.isEmpty { break }
            try content.overwrite(more, at: end)
            end += more.count
            source += more.count
        }
        // What is cut off may be gone from the disk before what was moved is on it; and while it is still there, the note
        // that all is done must not be.
        try content.sync()
        try content.cut(to: end)
        try content.sync()
    }
}
