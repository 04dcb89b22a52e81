extension History {
    /// Whether there is something to be done for a cutoff that is as late as this.
    func isDue(before cutoff: Int64) throws -> Bool {
        if catalog.hasUnfinished { return true }
        if cutoff > catalog.cutoff, catalog.earliest < cutoff { return true }
        return try catalog.family == .keys
            && ReadingTimes.areThere(before: unneededReadings(cutoff), connection)
    }

    /// Forgets what was last seen before a cutoff, and does a part of what has to be done for that in the file.
    ///
    /// - Parameter limit: keys that are looked at, at most; up to a range more.
    /// - Returns: how many were looked at; fewer than `limit` when nothing more is due.
    mutating func forget(before cutoff: Int64, limit: Int) throws -> Int {
        // Before anything is replaced: that is for the next transaction.
        var looked = try clear(budget: limit)
        if cutoff > catalog.cutoff, catalog.earliest < cutoff {
            catalog.cutoff = cutoff
            try connection.run(
                "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
                .text(catalog.family.cutoffSetting), .int(cutoff))
        }
        try dropOldest()
        if looked < limit { looked += try merge(budget: limit - looked) }
        if looked < limit, catalog.family == .keys {
            let readings = try ReadingTimes.forget(
                before: unneededReadings(catalog.cutoff), limit: limit - looked, connection)
            changedPages += readings
            looked += readings
        }
        return catalog.hasUnfinished ? limit : min(looked, limit)
    }

    /// Readings that were last seen before it renew nothing that is there.
    private func unneededReadings(_ cutoff: Int64) -> Int64 { min(cutoff, catalog.earliest) }

    /// Drops the oldest segments whole where all that they have is forgotten, and has one written again where that may be
    /// true of most.
    private mutating func dropOldest() throws {
        if catalog.readsEarlierHistory { return }
        while let oldest = catalog.wholeRows.last, oldest.target == nil {
            if oldest.latest < catalog.cutoff, !oldest.hasReadings {
                try replace(oldest)
                continue
            }
            let span = Double(oldest.latest) - Double(oldest.earliest) + 1
            if Double(catalog.cutoff) - Double(oldest.earliest) > span / 2 { try beginMerge(of: [oldest]) }
            return
        }
    }

    /// Deletes what is left of what an earlier transaction has replaced.
    ///
    /// - Parameter budget: counted as if keys were looked at.
    /// - Returns: how much of it was used.
    mutating func clear(budget: Int) throws -> Int {
        /// What takes as long as deleting a page.
        let keysAPage = 32
        var pages = max(1, budget / keysAPage)
        let allowed = pages
        for var row in catalog.rows where row.state == .replaced && pages > 0 {
            try delete(row.family.pageTable, of: row, &row.pages, &pages)
            try delete(row.family.rangeTable, of: row, &row.ranges, &pages)
            if row.pages == 0 && row.ranges == 0 {
                try connection.run("DELETE FROM \(row.family.segmentTable) WHERE id = ?", .int(row.id))
                catalog.remove(row.id)
            } else {
                try put(row)
            }
        }
        changedPages += allowed - pages
        var used = (allowed - pages) * keysAPage
        if catalog.hasEarlierHistory, !catalog.readsEarlierHistory, used < budget {
            let deleted = try EarlierHistory.clear(budget: budget - used, connection)
            if deleted < budget - used { catalog.hasEarlierHistory = false }
            changedPages += deleted
            used += deleted
        }
        return used
    }

    /// Deletes the last of a segment's rows in a table.
    private func delete(_ table: String, of row: SegmentRow, _ count: inout Int, _ budget: inout Int) throws {
        let deleted = min(count, budget)
        if deleted == 0 { return }
        try connection.run(
            "DELETE FROM \(table) WHERE id >= ? AND id < ?", .int(row.number(count - deleted)),
            .int(row.number(count)))
        count -= deleted
        budget -= deleted
    }
}
