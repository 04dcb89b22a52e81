package import PipelineSpec
import Records
import State
import Streaming

/// Who has shown a record, and when.
package struct Sightings: Sendable {
    /// One source of the pipeline. Times are seconds since 1970.
    package struct Entry: Sendable, Hashable {
        /// The name of the `dedup` that has kept it.
        package let stage: String
        package let source: String
        package let first: Int64
        package let last: Int64
        package let count: Int64
    }

    /// In the order in which they saw it first.
    package let entries: [Entry]
}

/// Why nothing can be said of sightings.
package enum SightingsError: Error, Hashable, CustomStringConvertible {
    /// No `dedup` of the pipeline keeps them.
    case notKept
    /// The fields that were given are not those of the key.
    case noKey

    package var description: String {
        switch self {
        case .notKept: "no `dedup` of the pipeline keeps sightings; give it `sightings: true`"
        case .noKey: "these fields do not make up the key of a `dedup` that keeps sightings"
        }
    }
}

extension PipelineHost {
    /// What the state knows of the sightings of a record. The state is neither changed nor locked; a run may be using it.
    ///
    /// - Parameters:
    ///   - record: the JSON of a record with the fields of the key.
    ///   - state: the state file; nil is the spec's own, or the default.
    /// - Throws: ``SightingsError``, `StateError`, and what components say when they cannot be built.
    package func sightings(
        of record: String, _ spec: PipelineSpec, redactor: Redactor, file: SpecFile, state: String? = nil
    ) throws -> Sightings {
        let pipeline = try pipeline(spec, redactor: redactor, file: file)
        let stages = pipeline.stages.compactMap { node in
            (node.operation as? DedupOperation).flatMap { $0.keepsSightings ? (node, $0) : nil }
        }
        if stages.isEmpty { throw SightingsError.notKept }
        let place = place(of: spec, file: file, state: state)
        let records = try pipeline.sources.map { source in
            // Some keys mean something only within their source.
            let (chunk, root) = try JSONParser().parse(
                record, origin: Origin(source: source.name, received: 0))
            return Record(chunk: chunk, root: root, index: 0)
        }
        func keys(in stage: Pipeline.StageNode, _ dedup: DedupOperation, _ secret: SipHashKey) -> Set<
            DedupKey
        > {
            let identity = stage.identity.stored(secret)
            return Set(records.compactMap { dedup.key(of: $0, in: identity, secret) })
        }
        // Whether a record has a key does not depend on the secret that it is hashed with.
        if stages.allSatisfy({ keys(in: $0, $1, SipHashKey(0, 0)).isEmpty }) { throw SightingsError.noKey }
        // Throws where the state is another pipeline's.
        guard let path = place.path, try place.view(for: file.owner(spec.name)) != nil else {
            return Sightings(entries: [])
        }
        var entries: [Sightings.Entry] = []
        for (node, dedup) in stages {
            entries += try StateView.sightings(in: path, of: { Array(keys(in: node, dedup, $0)) }).map {
                Sightings.Entry(
                    stage: node.name, source: $0.place.source, first: $0.first, last: $0.last, count: $0.count
                )
            }
        }
        return Sightings(entries: entries.sorted { ($0.first, $0.source) < ($1.first, $1.source) })
    }
}
