public import Foundation
internal import Records
internal import State
internal import Streaming

/// When a feed has shown a record, and how often.
///
/// ```swift
/// for sighting in try spine.sightings(of: "https://example.org/a") { print(sighting) }
/// ```
public struct Sighting: Sendable, Hashable, CustomStringConvertible {
    /// The name of the feed.
    public let source: String
    /// When it came from there first, to the second.
    public let firstSeen: Date
    /// When it came from there last, to the second.
    public let lastSeen: Date
    /// How often it has come from there.
    public let count: Int

    init(_ sighting: KeySighting) {
        source = sighting.place.source
        firstSeen = Date(timeIntervalSince1970: Double(sighting.first))
        lastSeen = Date(timeIntervalSince1970: Double(sighting.last))
        count = Int(sighting.count)
    }

    /// The feed, the times and the count in words.
    public var description: String {
        "\(source): \(count) times, \(firstSeen.ISO8601Format()) to \(lastSeen.ISO8601Format())"
    }
}

extension Storage {
    /// What is known of the sightings of a key of a stage.
    func sightings(of key: String, in stage: String) throws -> [Sighting] {
        let (chunk, root) = try JSONParser().parse("{}", origin: Origin(source: "", received: 0))
        let record = Records.Record(chunk: chunk, root: root, index: 0)
        let dedup = DedupOperation(ClosureIdentification { _ in key }, history: .zero, ttl: .zero)
        let identity = Identity(stage)
        return try keySightings { hashKey in
            dedup.key(of: record, in: identity.stored(hashKey), hashKey).map { [$0] } ?? []
        }
        .sorted { ($0.first, $0.place.source) < ($1.first, $1.place.source) }.map(Sighting.init)
    }
}
