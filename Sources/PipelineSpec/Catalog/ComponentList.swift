/// The components of one kind, found by name.
package struct ComponentList<Product>: Sendable {
    /// What these components are, in one word: `source`, `stage`, `map`, `sink`.
    package let kind: String
    package let components: [Component<Product>]
    private let index: [String: Int]

    package init(_ kind: String, _ components: [Component<Product>]) {
        self.kind = kind
        self.components = components
        index = Dictionary(components.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    package subscript(name: String) -> Component<Product>? { index[name].map { components[$0] } }

    package var names: [String] { components.map(\.name) }
    package var descriptions: [ComponentDescription] { components.map(\.description) }
}
