/// What a state says about the pipeline that it belongs to.
struct Ownership {
    private let folder: String
    private let connection: Connection

    /// - Parameter file: the state without links.
    init(of file: String, _ connection: Connection) {
        folder = parent(of: file)
        self.connection = connection
    }

    /// Finds the state to be this pipeline's; one that has no owner becomes it.
    ///
    /// The spec is known by where it stands beside the state, so that both can be moved together. A spec that is no longer
    /// where it was has been moved or renamed alone.
    ///
    /// - Parameter path: the state, for errors.
    /// - Returns: where the spec stood before, when it has been moved alone.
    func claim(for owner: StateOwner, path: String) throws -> String? {
        let place = RelativePlace(of: owner.spec, from: folder)
        guard let (pipeline, known) = try stored() else {
            try store(owner, place)
            return nil
        }
        let other = StateOwner(pipeline: pipeline, spec: known.path(from: folder))
        if pipeline != owner.pipeline { throw StateError(path: path, .otherPipeline(other)) }
        if known == place { return nil }
        if known.exists(from: folder) { throw StateError(path: path, .otherSpec(other)) }
        try store(owner, place)
        return other.spec
    }

    /// The pipeline that the state belongs to, and where its spec stands now.
    func owner() throws -> StateOwner? {
        try stored().map { StateOwner(pipeline: $0.pipeline, spec: $0.spec.path(from: folder)) }
    }

    private func stored() throws -> (pipeline: String, spec: RelativePlace)? {
        guard let pipeline = try Schema.setting("pipeline", connection),
            let spec = try Schema.setting("spec", connection)
        else { return nil }
        return (pipeline, RelativePlace(path: spec))
    }

    private func store(_ owner: StateOwner, _ place: RelativePlace) throws {
        try connection.transaction {
            try Schema.set("pipeline", owner.pipeline, connection)
            try Schema.set("spec", place.path, connection)
        }
    }
}
