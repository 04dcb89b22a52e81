package import Streaming

extension SQLiteState: CallStore {
    package var calls: any CallStore { self }

    package func answer(to key: CallKey, now: Int64) throws -> StoredAnswer? {
        try reading { try CallTables(connection: $0).answer(to: key, now: now) }
    }

    package func write(_ notes: [CallNote], now: Int64) throws -> [Booking?] {
        // A transaction of its own: a checkpoint may be a second away, and a call is paid for now.
        try writing(.durable) { try CallTables(connection: $0).write(notes, now: now) }
    }

    package func forgetAnswers(now: Int64, limit: Int) throws -> Int {
        guard limit > 0, try reading({ try CallTables(connection: $0).hasOldAnswers(now: now) }) else {
            return 0
        }
        return try writing(.renewable) {
            try CallTables(connection: $0).forgetAnswers(now: now, limit: limit)
        }
    }
}
