extension Function {
    /// A function of a program, over values that it owns.
    ///
    /// - Parameter body: throws what is wrong with the arguments; the words become those of the evaluation's error.
    package init(
        _ name: String, _ doc: String, examples: [Example], parameters: [ValueType], result: ValueType,
        _ body: @escaping @Sendable ([OwnedValue]) throws -> OwnedValue
    ) {
        self.init(
            name, doc, examples: examples,
            Overload(
                .global, parameters, result,
                .many { values, frame in
                    for value in values {
                        if let obstacle = frame.obstacleToOwning(value) { return frame.failure(obstacle) }
                    }
                    do {
                        return frame.value(try body(values.map { frame.owned($0) }))
                    } catch {
                        return frame.failure(.invalidArgument, "\(error)")
                    }
                }))
    }
}

extension Frame {
    /// A value that came from elsewhere, paid for.
    fileprivate mutating func value(_ owned: OwnedValue) -> Value {
        let value = Value(owned, in: &arena)
        if let obstacle = obstacleToOwning(value) { return failure(obstacle) }
        return value
    }
}
