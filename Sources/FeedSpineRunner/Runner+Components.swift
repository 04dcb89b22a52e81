internal import Builtins
internal import CEL
internal import FeedSpineCommands
internal import PipelineSpec

extension Runner {
    /// The same with more components.
    ///
    /// - Throws: ``ComponentProblem``.
    func adding(_ components: [Component]) throws(ComponentProblem) -> Runner {
        var sources: [SourceComponent] = []
        var maps: [MapComponent] = []
        var stages: [StageComponent] = []
        var sinks: [SinkComponent] = []
        var functions: [Function] = []
        // Behind all others: one that takes an `int` itself comes first.
        var forWholeNumbers: [Function] = []
        var names: Set<[String]> = []
        for component in components {
            let isNew = names.insert([component.word, component.name]).inserted
            try check(component, isNew: isNew)
            switch component.kind {
            case .source(let source): sources.append(source)
            case .map(let map): maps.append(map)
            case .stage(let stage): stages.append(stage)
            case .sink(let sink): sinks.append(sink)
            case .function(let function, let others):
                functions.append(function)
                forWholeNumbers += others
            }
        }
        return adding(
            { $0.adding(sources: sources, stages: stages, maps: maps, sinks: sinks) }, functions: functions,
            hidden: forWholeNumbers)
    }

    private func check(_ component: Component, isNew: Bool) throws(ComponentProblem) {
        let (kind, name) = (component.word, component.name)
        if case .function(let function, _) = component.kind {
            guard isName(name, mayHaveNamespace: true), expressions.canCall(function) else {
                throw .name(kind, name: name)
            }
            // Another one of the same name is another way of calling it.
            if expressions.knowsFunction(name) { throw .builtin(kind, name: name) }
            return
        }
        guard isName(name, mayHaveNamespace: false) else { throw .name(kind, name: name) }
        if catalog.kinds(of: name).contains(kind) { throw .builtin(kind, name: name) }
        if catalog.optionsBeside(kind).contains(name) { throw .option(kind, name: name) }
        if !isNew { throw .twice(kind, name: name) }
    }

    private func isName(_ name: String, mayHaveNamespace: Bool) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return (parts.count == 1 || (mayHaveNamespace && parts.count == 2)) && parts.allSatisfy(isWord)
    }

    private func isWord(_ text: Substring) -> Bool {
        let isStart: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }
        return text.utf8.first.map(isStart) == true
            && text.utf8.allSatisfy { isStart($0) || (0x30...0x39).contains($0) }
    }
}
