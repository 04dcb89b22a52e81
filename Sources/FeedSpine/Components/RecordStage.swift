package import Records
package import Streaming

/// Lets some records through and drops the others: a stage of pipeline files.
///
/// ```swift
/// struct Sample: RecordStage {
///     let every: Int
///
///     func admits(_ record: Record) throws -> Bool { (record["id"].int ?? 0) % every == 0 }
/// }
/// ```
///
/// What it remembers lasts as long as the run. What has to be remembered longer is the `dedup` stage's, whose key may be a
/// function of the program's own.
public protocol RecordStage: Sendable {
    /// Whether a record goes on. Records come in order, one at a time.
    ///
    /// When it throws, the stage's `on_error` decides what becomes of the record.
    func admits(_ record: Record) throws -> Bool
}

/// A stage of a program as a condition of the engine.
package struct EngineStage: Predicate {
    private let stage: any RecordStage

    package init(_ stage: any RecordStage) { self.stage = stage }

    package func match(_ record: borrowing Records.Record) -> Match {
        do { return try stage.admits(Record(copy record)) ? .matched : .notMatched } catch {
            return .failed("\(error)")
        }
    }
}
