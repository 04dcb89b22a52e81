/// Where `${…}` gets its values: the environment and files, given from outside so that tests need neither.
package struct OutsideValues: Sendable {
    package let variable: @Sendable (String) -> String?
    /// The bytes of a file; an error's description is shown.
    package let file: @Sendable (String) throws -> [UInt8]

    package init(
        variable: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.variable = variable
        self.file = file
    }

    /// Variables of a dictionary.
    package init(
        environment: [String: String], file: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.init(variable: { environment[$0] }, file: file)
    }
}

/// Whether a spec is only checked, or read to be run.
package enum ReadingMode: Sendable {
    /// Nothing is looked up; values with placeholders are checked for their syntax only.
    case checking
    case resolving(OutsideValues)
}
