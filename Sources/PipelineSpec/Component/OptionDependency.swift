import Diagnostics

/// How the effect of some options depends on others that stand beside them.
///
///     Options<Next>(…).depending(
///         .idle("from", because: "only counted pages have a first one") { !$0.has("page") })
package struct OptionDependency: Sendable {
    let options: [String]
    let rule: Rule
    /// What follows "… changes nothing for `x`: ", or for contradictions the name of the component.
    let reason: String
    let applies: @Sendable (GivenOptions) -> Bool

    /// Options that change nothing when something holds.
    package static func idle(
        _ options: String..., because reason: String, when applies: @escaping @Sendable (GivenOptions) -> Bool
    ) -> OptionDependency {
        OptionDependency(options: options, rule: .ineffectiveOption, reason: reason, applies: applies)
    }

    /// Options that cannot stand when something holds.
    package static func refused(
        _ options: String..., because reason: String, when applies: @escaping @Sendable (GivenOptions) -> Bool
    ) -> OptionDependency {
        OptionDependency(options: options, rule: .conflictingOptions, reason: reason, applies: applies)
    }
}

extension Options {
    /// The same options with rules about those that depend on each other.
    package func depending(on dependencies: OptionDependency...) -> Options {
        var copy = self
        copy.dependencies += dependencies
        return copy
    }

    /// The same options, of which exactly one of some must be given.
    package func choosingOne(of names: String...) -> Options {
        var copy = self
        copy.alternatives = names
        return copy
    }

    /// The same options, of which at least one of some must be given.
    package func needing(_ names: String...) -> Options {
        var copy = self
        copy.needed = names
        return copy
    }

    /// Reports the options of an entry that can have no effect beside the others; defaults for many are left alone.
    func reportDependencies(
        among pairs: [YAMLPair], _ given: GivenOptions, _ owner: String, _ reader: inout SpecReader
    ) {
        for dependency in dependencies {
            let concerned = pairs.filter { dependency.options.contains($0.key.text) && !$0.value.isNull }
            guard !concerned.isEmpty, dependency.applies(given) else { continue }
            for pair in concerned {
                let problem: OptionProblem =
                    dependency.rule == .ineffectiveOption
                    ? .idle(pair.key.text, owner: owner, reason: dependency.reason)
                    : .contradiction(owner: owner, reason: dependency.reason)
                reader.report(problem, at: pair.key.range)
            }
        }
    }
}
