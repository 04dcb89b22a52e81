import Streaming

/// Writes a checkpoint into the tables, all but its keys, within a transaction.
struct CheckpointWriter {
    let connection: Connection

    func write(_ checkpoint: Checkpoint) throws {
        for (source, position) in checkpoint.sources { try write(position, of: source) }
        for (sink, position) in checkpoint.sinks {
            try connection.run(
                """
                INSERT INTO sink (identity, position, covered) VALUES (?, ?, 0)
                ON CONFLICT (identity) DO UPDATE SET position = excluded.position
                """, .text(sink), .text(position.json))
        }
        for (sink, number) in checkpoint.coveredNotes {
            try connection.run(
                """
                INSERT INTO sink (identity, position, covered) VALUES (?, NULL, ?)
                ON CONFLICT (identity) DO UPDATE SET covered = max(covered, excluded.covered)
                """, .text(sink), .count(number))
        }
        for (stage, change) in checkpoint.held { try write(change, of: stage) }
        for (stage, time) in checkpoint.rates {
            try connection.run(
                "INSERT OR REPLACE INTO rate (stage, time) VALUES (?, ?)", .text(stage), .int(time))
        }
        if let clock = checkpoint.clock {
            try connection.run(
                "INSERT OR REPLACE INTO clock (id, time, wall, leap) VALUES (1, ?, ?, ?)",
                .int(clock.time), .int(clock.wall), .int(clock.leap))
        }
        if let layout = checkpoint.layout { try write(layout) }
        try SightingTable(connection: connection).store(checkpoint.keySightings, now: checkpoint.clock?.wall)
    }

    private func write(_ position: SourcePosition?, of source: String) throws {
        guard let position else {
            try connection.run("DELETE FROM source WHERE identity = ?", .text(source))
            return
        }
        try connection.run(
            """
            INSERT INTO source (identity, anchor, count) VALUES (?, ?, ?)
            ON CONFLICT (identity) DO UPDATE SET anchor = excluded.anchor, count = excluded.count
            """,
            .text(source), position.anchor.map { .text($0.json) } ?? .null, .count(position.count))
    }

    private func write(_ change: HeldChange, of stage: String) throws {
        try connection.run(
            "DELETE FROM held WHERE stage = ? AND number < ?", .text(stage), .count(change.first))
        for record in change.added {
            try connection.run(
                """
                INSERT OR REPLACE INTO held
                    (stage, number, source, received, place, json, admissions, delivered, plain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .text(stage), .count(record.number), .text(record.source), .int(record.received),
                .count(record.index), .text(record.json), .text(AdmissionText.text(record)),
                .int(record.isDelivered ? 1 : 0), .int(record.hasPlainTexts ? 1 : 0))
        }
    }

    private func write(_ layout: [LayoutEntry]) throws {
        try connection.run("DELETE FROM layout")
        for (place, entry) in layout.enumerated() {
            try connection.run(
                "INSERT INTO layout (place, kind, identity, name, conditional) VALUES (?, ?, ?, ?, ?)",
                .int(Int64(place)), .text(entry.kind.rawValue), .text(entry.identity), .text(entry.name),
                .int(entry.isConditional ? 1 : 0))
        }
    }
}
