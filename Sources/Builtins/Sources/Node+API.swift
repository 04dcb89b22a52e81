import Records

extension Node {
    /// The text of a member; nil when it is empty, or none.
    func text(_ name: String) -> String? {
        self[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The same for an id, which some write as a number: digit by digit as it came.
    func id(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        return value.isNumber ? value.digits : text(name)
    }

    /// A number as it is written, with as many digits as it has.
    var digits: String { String(decoding: text, as: UTF8.self) }
}
