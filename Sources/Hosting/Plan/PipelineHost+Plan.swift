package import PipelineSpec
import State
import Streaming

extension PipelineHost {
    /// What running a spec over its state would do. The state is neither changed nor locked; a run may be using it.
    ///
    /// - Parameter state: the state file; nil is the spec's own, or the default.
    /// - Throws: what components say when they cannot be built; ``HostError``, `StateError`, `FileError`.
    package func plan(
        _ spec: PipelineSpec, redactor: Redactor, file: SpecFile, state: String? = nil
    ) throws -> Plan {
        let pipeline = try pipeline(spec, redactor: redactor, file: file)
        let place = place(of: spec, file: file, state: state)
        let view = try place.view(for: file.owner(spec.name))
        return Plan(
            pipeline, over: view?.state, hashKey: view?.hashKey ?? SipHashKey(0, 0), state: place,
            user: place.path.flatMap(StateView.user(of:)),
            realAddress: RealAddress(folder: file.folder).callAsFunction)
    }
}
