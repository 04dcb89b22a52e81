/// An element that the formats themselves do not define, with everything in it.
package struct ExtensionElement: Sendable, Equatable {
    package struct Attribute: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    /// The usual prefix of the element's namespace, else the prefix used; empty without one.
    package var prefix: String
    /// The local name as written.
    package var name: String
    package var attributes: [Attribute]
    /// Without the white space around it.
    package var text: String
    /// There is white space around the text, which strict readers of some elements do not allow.
    package var isPadded = false
    package var children: [ExtensionElement]

    package init(
        prefix: String, name: String, attributes: [Attribute] = [], text: String = "",
        children: [ExtensionElement] = []
    ) {
        self.prefix = prefix
        self.name = name
        self.attributes = attributes
        self.text = text
        self.children = children
    }

    /// The value of an attribute, by its name in any ASCII case.
    package func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
            ?? attributes.first { $0.name.asciiLowercased == name }?.value
    }

    /// Whether this is `prefix:name`, whatever the case of the name.
    package func `is`(_ prefix: String, _ name: String) -> Bool {
        self.prefix == prefix && (self.name == name || self.name.asciiLowercased == name)
    }
}

extension [ExtensionElement] {
    /// The first `prefix:name` among them.
    package func first(_ prefix: String, _ name: String) -> ExtensionElement? {
        first { $0.is(prefix, name) }
    }
}
