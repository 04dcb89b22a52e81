import Diagnostics

/// Brings the values of options into the one form that all their spellings have: `1m` and `60s`, `a` and `[a]`,
/// `./a` and `a`, quoted or not. A value from `${…}` is as the file spells it; what came from outside is kept apart.
package struct CanonicalForm: Sendable {
    /// Which options count.
    enum Scope {
        /// Those that say where.
        case address
        case all
    }

    let scope: Scope
    private let source: SourceText
    private let folder: String?
    private var role = FieldRole.setting
    /// Templates with what became of them.
    private var filled: [(template: String, text: String)] = []

    init(_ scope: Scope, in source: SourceText, folder: String?) {
        self.scope = scope
        self.source = source
        self.folder = folder
    }

    /// The values that came from outside, in an order that does not depend on where they stand.
    var outside: [String] {
        filled.sorted { precedes($0.template, $1.template) }.map(\.text)
    }

    /// A scalar as its type sees it, or as it is spelled where it is no value of the type.
    mutating func scalar(
        _ node: YAMLNode, _ value: (YAMLScalar, inout SpecReader) -> JSONLiteral?
    ) -> JSONLiteral? {
        guard let scalar = node.scalar, !scalar.isNull else { return nil }
        if let template = scalar.template {
            let spelled = place(template)
            if scalar.substitution == .secret { filled.append((spelled, place(scalar.text))) }
            return .string(spelled)
        }
        var silent = SpecReader(source)
        let literal = value(scalar, &silent) ?? .string(scalar.text)
        guard case .string(let text) = literal else { return literal }
        // As the file spells it, so that it is not taken for a template.
        return .string(place(text).replacing("${", with: "$${"))
    }

    /// A list; the order of places says nothing.
    func list(_ elements: [JSONLiteral]) -> [JSONLiteral] {
        guard role != .setting else { return elements }
        let sorted = elements.sorted { precedes($0.text(), $1.text()) }
        return sorted.indices.filter { index in
            index == 0 || precedes(sorted[index - 1].text(), sorted[index].text())
        }.map { sorted[$0] }
    }

    /// A mapping; the order of its members says nothing.
    func object(_ members: [JSONLiteral.Member]) -> JSONLiteral {
        .object(members.sorted { precedes($0.name, $1.name) })
    }

    /// Reads a value of an option with a role.
    mutating func within<Result>(_ role: FieldRole, _ read: (inout CanonicalForm) -> Result) -> Result {
        let outer = self.role
        self.role = role
        defer { self.role = outer }
        return read(&self)
    }

    private func place(_ text: String) -> String {
        role == .path ? SpecPath.canonical(text, in: folder) : text
    }

    private func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }
}

/// Paths as a spec spells them.
package enum SpecPath {
    /// The path without steps that lead nowhere: `./a//b` is `a/b`. Web addresses stay as they are, and so does `..`,
    /// which a link in front of it can lead elsewhere. What stands in the spec's folder is relative to it.
    ///
    /// - Parameter folder: the spec's, absolute.
    package static func canonical(_ text: String, in folder: String? = nil) -> String {
        guard !text.isEmpty, HTTPAddress.scheme(of: text) == nil else { return text }
        let steps = text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        guard text.hasPrefix("/") else { return steps.isEmpty ? "." : steps }
        let path = "/" + steps
        guard let folder, folder.count > 1, path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }
}
