package import Notation
package import Records

/// A value during evaluation: trivial, copied freely, never counted.
///
/// Texts, lists and maps are views of memory that belongs to the record's chunk, to the program's constants or to the
/// frame's arena; arrays, objects and strings with escapes of a record stay tape nodes until someone looks inside.
/// A value is valid while the ``EvaluationContext`` that produced it has not started another evaluation.
package enum Value {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case text(Text)
    case bytes(Text)
    case timestamp(Timestamp)
    /// Nanoseconds.
    case duration(Int64)
    case list(List)
    case map(Map)
    /// An array, an object or a string with escapes inside a chunk.
    case node(Node)
    /// The record of the frame with its overlay, as a map.
    case record
    /// What is known of the record's way in, as a map.
    case meta
    /// A type, by the name that `type()` shows.
    case type(Text)
    case optional(UnsafePointer<Value>?)
    case address(UnsafePointer<IPAddress>)
    case failure(Failure)

    /// A run of values in an arena.
    package struct List {
        let start: UnsafePointer<Value>
        package let count: Int

        package subscript(position: Int) -> Value { start[position] }
    }

    /// Evaluation went wrong: what, where, and where the details stand.
    package struct Failure: Equatable {
        let kind: EvaluationError.Kind
        /// The node of the syntax tree, or -1 until a call has put in its own.
        var site: Int32
        /// One more than the index into the frame's details, or 0.
        let detail: UInt32
    }
}

extension Value {
    /// The value of a record's node; numbers are read, everything else stays where it is.
    @inline(__always)
    package init(_ node: Node) {
        switch node.kind {
        case .null: self = .null
        case .false: self = .bool(false)
        case .true: self = .bool(true)
        case .integer:
            if let int = node.int { self = .int(int) } else { self = .double(node.double ?? .nan) }
        case .decimal: self = .double(node.double ?? .nan)
        case .string: self = .text(Text(node.content))
        case .escapedString, .array, .object: self = .node(node)
        }
    }

    var isFailure: Bool { if case .failure = self { true } else { false } }

    var isTrue: Bool { if case .bool(true) = self { true } else { false } }
}

extension Node {
    /// The bytes between the quotes of a string.
    @inline(__always)
    var content: UnsafeBufferPointer<UInt8> {
        let quoted = text
        return UnsafeBufferPointer(rebasing: quoted[(quoted.startIndex + 1)..<(quoted.endIndex - 1)])
    }
}
