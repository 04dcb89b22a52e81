package import Records

/// An item that could not be read, so that it is missing among the items.
package struct LostItem: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case invalid(JSONError)
        case notAnObject
        /// More bytes than an item may have.
        case tooLong(limit: Int)
    }

    /// Its place among the document's items, from 1.
    package let number: Int
    /// The line on which it begins, from 1.
    package let line: Int
    package let reason: Reason

    package var description: String {
        switch reason {
        case .invalid(let error): "item \(number) is not valid JSON: \(error)"
        case .notAnObject: "item \(number) is no JSON object"
        case .tooLong(let limit): "item \(number) is larger than the limit of \(limit) bytes"
        }
    }
}
