extension Component {
    /// The same with another example of its value, as YAML, than that which its options make up.
    package func showing(_ example: String) -> Component {
        var copy = self
        copy.example = example
        return copy
    }

    /// The same as a stage that behaves so in the chain.
    package func behaving(_ traits: StageTraits) -> Component {
        var copy = self
        copy.stage = traits
        return copy
    }

    /// The same, of whose options at least one of some must be given.
    func needing(_ options: String...) -> Component {
        var copy = self
        copy.options.needed = options
        return copy
    }
}
