/// Makes a state one of version 1, as a program of then would have left it: its keys in one table, and no column or table
/// that came later.
enum EarlierState {
    /// Pages of keys are read in SQL; see `SegmentPage` for how they are laid out.
    static var statements: String {
        let count = number("entries", at: "1", bytes: 2)
        return """
            BEGIN;
            CREATE TABLE entry_of_before AS
            WITH RECURSIVE
                place (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i < 300),
                page AS (
                    SELECT entries, segment.place AS age, \(count) AS n, \(byte("entries", at: "3")) AS w,
                        \(byte("entries", at: "4")) AS columns, \(number("entries", at: "5", bytes: 8)) AS base
                    FROM key_page JOIN key_segment AS segment ON key_page.id >> 24 = segment.id
                    WHERE segment.state = 0
                )
            SELECT age,
                CAST(substr(entries, 13 + 8 * i, 8) || substr(entries, 13 + 8 * n + 8 * i, 8) AS BLOB) AS key,
                base + CASE w
                    WHEN 0 THEN 0
                    WHEN 1 THEN \(byte("entries", at: "13 + 16 * n + i"))
                    WHEN 2 THEN \(number("entries", at: "13 + 16 * n + 2 * i", bytes: 2))
                    WHEN 4 THEN \(number("entries", at: "13 + 16 * n + 4 * i", bytes: 4))
                    ELSE \(number("entries", at: "13 + 16 * n + 8 * i", bytes: 8)) END AS seen,
                CASE columns & 1 WHEN 0 THEN 0
                    ELSE \(number("entries", at: "13 + (16 + w) * n + 8 * i", bytes: 8)) END AS reading,
                CASE columns & 2 WHEN 0 THEN 0
                    ELSE \(byte("entries", at: "13 + (16 + w + 8 * (columns & 1)) * n + i / 8")) >> i % 8 & 1
                    END AS removed
            FROM page JOIN place ON i < n;
            CREATE TABLE IF NOT EXISTS history (
                key BLOB PRIMARY KEY, seen INTEGER NOT NULL, reading INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS expiry (
                id INTEGER PRIMARY KEY, seen INTEGER NOT NULL, keys BLOB NOT NULL
            );
            CREATE INDEX IF NOT EXISTS expiry_by_seen ON expiry (seen);
            INSERT OR REPLACE INTO history SELECT key, seen, reading FROM entry_of_before ORDER BY age;
            DELETE FROM history WHERE key IN (
                SELECT key FROM entry_of_before AS one WHERE removed <> 0 AND NOT EXISTS (
                    SELECT 1 FROM entry_of_before AS other WHERE other.key = one.key AND other.age > one.age));
            DELETE FROM expiry;
            INSERT INTO expiry (seen, keys) SELECT seen, key FROM history;
            DROP TABLE entry_of_before; DROP TABLE key_segment; DROP TABLE key_page; DROP TABLE key_range;
            DROP TABLE sighting;
            ALTER TABLE reading DROP COLUMN since;
            ALTER TABLE held DROP COLUMN plain;
            DELETE FROM setting WHERE name = 'forgotten_before';
            UPDATE grdb_migrations SET identifier = '1';
            PRAGMA user_version = 1;
            COMMIT;
            """
    }

    private static func byte(_ blob: String, at place: String) -> String {
        func digit(_ index: Int) -> String {
            "instr('0123456789ABCDEF', substr(hex(substr(\(blob), \(place), 1)), \(index), 1)) - 1"
        }
        return "((\(digit(1))) * 16 + \(digit(2)))"
    }

    private static func number(_ blob: String, at place: String, bytes: Int) -> String {
        let parts = (0..<bytes).map { "(\(byte(blob, at: "\(place) + \($0)")) << \(8 * (bytes - 1 - $0)))" }
        return "(\(parts.joined(separator: " | ")))"
    }
}
