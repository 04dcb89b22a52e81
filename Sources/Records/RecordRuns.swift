extension Array where Element == Record {
    /// Where a run of records with something in common ends.
    package func end(from start: Int, while isAlike: (borrowing Record) -> Bool) -> Int {
        // Through a span, a record is looked at without counting a reference.
        let span = span
        var end = start
        while end < span.count, isAlike(span[end]) { end += 1 }
        return end
    }
}
