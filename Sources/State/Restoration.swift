import Streaming

/// Reads what a run finds in the tables. What no version has written is an error: a position that is made up loses records.
struct Restoration {
    let connection: Connection

    /// All but the notes.
    func state() throws -> RestoredState {
        var state = RestoredState()
        try rows("SELECT identity, anchor, count FROM source") { row in
            let anchor = row.isNull(1) ? nil : Anchor(json: try row.required(text: 1, "anchor", "source"))
            state.sources[try row.required(text: 0, "identity", "source")] = SourcePosition(
                anchor: anchor, count: try row.required(count: 2, "count", "source"))
        }
        try rows("SELECT identity, position FROM sink WHERE position IS NOT NULL") { row in
            state.sinks[try row.required(text: 0, "identity", "sink")] = SinkPosition(
                json: try row.required(text: 1, "position", "sink"))
        }
        let plain = try Schema.expression(Schema.plain, connection)
        try rows(
            """
            SELECT stage, number, source, received, place, json, admissions, delivered, \(plain) FROM held
            ORDER BY stage, number
            """
        ) { row in
            guard let passed = AdmissionText.parse(try row.required(text: 6, "admissions", "held"))
            else {
                throw ImpossibleValue(table: "held", value: "admissions")
            }
            state.held[try row.required(text: 0, "stage", "held"), default: []].append(
                HeldRecord(
                    number: try row.required(count: 1, "number", "held"),
                    source: try row.required(text: 2, "source", "held"),
                    received: try row.required(int: 3, "received", "held"),
                    index: try row.required(count: 4, "place", "held"),
                    json: try row.required(text: 5, "json", "held"), admissions: passed.admissions,
                    sinks: passed.sinks,
                    isDelivered: try row.required(int: 7, "delivered", "held") != 0,
                    hasPlainTexts: try row.required(int: 8, "plain", "held") != 0))
        }
        try rows("SELECT stage, time FROM rate") { row in
            state.rates[try row.required(text: 0, "stage", "rate")] = try row.required(int: 1, "time", "rate")
        }
        try rows("SELECT time, wall, leap FROM clock WHERE id = 1") { row in
            state.clock = HistoryClock.Stored(
                time: try row.required(seconds: 0, "time", "clock"),
                wall: try row.required(seconds: 1, "wall", "clock"),
                leap: try row.required(seconds: 2, "leap", "clock"))
        }
        let conditional = try Schema.expression(Schema.conditional, connection)
        try rows("SELECT kind, identity, name, \(conditional) FROM layout ORDER BY place") { row in
            let kind = try row.required(text: 0, "kind", "layout")
            guard let kind = LayoutEntry.Kind(rawValue: kind) else {
                throw ImpossibleValue(table: "layout", value: "kind '\(kind)'")
            }
            state.layout.append(
                LayoutEntry(
                    kind: kind, identity: try row.required(text: 1, "identity", "layout"),
                    name: try row.required(text: 2, "name", "layout"),
                    isConditional: try row.required(int: 3, "conditional", "layout") != 0))
        }
        return state
    }

    /// By the sink, the last note that its position makes superfluous.
    func coveredNotes() throws -> [String: UInt64] {
        var covered: [String: UInt64] = [:]
        try rows("SELECT identity, covered FROM sink") { row in
            covered[try row.required(text: 0, "identity", "sink")] = try row.required(
                count: 1, "covered", "sink")
        }
        return covered
    }

    private func rows(_ query: String, _ body: (Statement) throws -> Void) throws {
        let statement = try connection.statement(query)
        defer { statement.reset() }
        while try statement.step() { try body(statement) }
    }
}

extension Statement {
    fileprivate func required(text column: Int32, _ name: String, _ table: String) throws -> String {
        guard let text = text(column) else { throw ImpossibleValue(table: table, value: name) }
        return text
    }

    fileprivate func required(int column: Int32, _ name: String, _ table: String) throws -> Int64 {
        guard let value = int(column) else { throw ImpossibleValue(table: table, value: name) }
        return value
    }

    fileprivate func required(count column: Int32, _ name: String, _ table: String) throws -> UInt64 {
        let value = try required(int: column, name, table)
        guard let count = UInt64(exactly: value) else {
            throw ImpossibleValue(table: table, value: "\(name) \(value)")
        }
        return count
    }

    /// Far enough from the bounds that a clock may calculate with it.
    fileprivate func required(seconds column: Int32, _ name: String, _ table: String) throws -> Int64 {
        let value = try required(int: column, name, table)
        guard value.magnitude < 1 << 53 else {
            throw ImpossibleValue(table: table, value: "\(name) \(value)")
        }
        return value
    }
}
