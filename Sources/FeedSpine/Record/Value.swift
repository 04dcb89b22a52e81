internal import Records

extension Record {
    /// A value within a record, or the absence of one.
    ///
    /// ```swift
    /// let record = try Record(json: #"{"tags":["swift","feeds"],"score":7}"#)
    /// let first = record["tags"][0].string
    /// let isGood = (record["score"].int ?? 0) > 5
    /// ```
    public struct Value: @unchecked Sendable {
        // Safe because the record that keeps the memory alive is kept, and nothing in it changes.
        private let record: Records.Record
        private let node: Node?

        init(_ node: Node?, of record: Records.Record) {
            self.node = node
            self.record = record
        }

        /// The value of a member; one that is not there does not ``exists``, also where this is no object.
        public subscript(field: String) -> Value {
            Value(node.flatMap { $0.kind == .object ? $0[field] : nil }, of: record)
        }

        /// The element at a place; one that is not there does not ``exists``, also where this is no array.
        public subscript(place: Int) -> Value {
            Value(
                node.flatMap { $0.kind == .array && place >= 0 && place < $0.count ? $0[place] : nil },
                of: record)
        }

        /// Whether it is there. A null is.
        public var exists: Bool { node != nil }
        /// Whether it is there and null.
        public var isNull: Bool { node?.isNull ?? false }
        /// Its text; nil for other types.
        public var string: String? { node?.string }
        /// Its number; nil for other types, and for numbers that are no 64-bit integer.
        public var int: Int? { node?.int.flatMap { Int(exactly: $0) } }
        /// Its number; nil for other types.
        public var double: Double? { node?.double }
        /// Its truth; nil for other types.
        public var bool: Bool? { node?.bool }

        /// Its elements; nil for other types.
        public var elements: [Value]? {
            guard let node, node.kind == .array else { return nil }
            return node.elements.map { Value($0, of: record) }
        }

        /// A text as it is, anything else as JSON; nil where there is nothing, or null.
        var text: String? {
            guard let node, !node.isNull else { return nil }
            return node.plainText
        }

        /// Whether it is this text.
        ///
        /// ```swift
        /// let isImportant = record["type"] == "important"
        /// ```
        public static func == (value: Value, text: String) -> Bool {
            var text = text
            return text.withUTF8 { utf8 in value.node.map { $0.isString && $0.equals(utf8) } ?? false }
        }

        /// Whether it is this number.
        ///
        /// ```swift
        /// let isSeven = record["score"] == 7
        /// ```
        public static func == (value: Value, number: Int) -> Bool { value.int == number }

        /// Whether it is this number.
        ///
        /// ```swift
        /// let isHalf = record["share"] == 0.5
        /// ```
        public static func == (value: Value, number: Double) -> Bool { value.double == number }

        /// Whether it is this truth.
        ///
        /// ```swift
        /// let isNew = record["new"] == true
        /// ```
        public static func == (value: Value, truth: Bool) -> Bool { value.bool == truth }
    }
}
