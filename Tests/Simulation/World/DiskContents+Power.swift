extension DiskContents {
    /// The unit in which a disk writes all or nothing.
    private static let sector = 512

    /// Leaves what a loss of power leaves: all that was synced, and of the rest what chance has it.
    mutating func losePower(using generator: inout some RandomNumberGenerator) {
        for inode in nodes.keys.sorted() {
            guard var node = nodes[inode] else { continue }
            node.bytes = node.durable
            // A file system writes what makes a file longer before it says that the file is longer: nothing behind a
            // part that is lost is there.
            var isShort = false
            for change in node.changes {
                let isLonger = change.isLonger(than: node.bytes.count)
                if isLonger, isShort { continue }
                guard Bool.random(using: &generator) else {
                    isShort = isShort || isLonger
                    continue
                }
                let done = torn(change, using: &generator)
                if isLonger, done != change { isShort = true }
                Node.apply(done, to: &node.bytes)
            }
            let names = Set(node.entries.keys).union(node.durableEntries.keys).sorted()
            for name in names where node.entries[name] != node.durableEntries[name] {
                if Bool.random(using: &generator) { node.entries[name] = node.durableEntries[name] }
            }
            node.synchronize()
            self[inode] = node
        }
    }

    private func torn(_ change: Change, using generator: inout some RandomNumberGenerator) -> Change {
        guard case .write(let offset, let bytes) = change, Int.random(in: 0..<4, using: &generator) == 0
        else { return change }
        let end = offset + bytes.count
        let boundary = (offset / DiskContents.sector + 1) * DiskContents.sector
        guard boundary < end else { return change }
        let boundaries = Array(stride(from: boundary, to: end, by: DiskContents.sector))
        let last = boundaries.randomElement(using: &generator) ?? end
        return .write(offset: offset, bytes: Array(bytes.prefix(last - offset)))
    }
}
