/// The links of a `Link` header (RFC 8288), by which APIs tell where their next page is.
package struct LinkHeader: Sendable, Equatable {
    package struct Link: Sendable, Equatable {
        /// The target as it stands, possibly relative.
        package let target: String
        /// The relations, in lower case.
        package let relations: [String]
    }

    package let links: [Link]

    package init(_ headers: HeaderFields) {
        links = headers.list("link").compactMap(LinkHeader.parse)
    }

    /// The target of the first link with a relation such as `next`.
    package subscript(_ relation: String) -> String? {
        links.first { $0.relations.contains(relation) }?.target
    }

    private static func parse(_ element: String) -> Link? {
        guard element.first == "<", let end = element.firstIndex(of: ">") else { return nil }
        let target = String(element[element.index(after: element.startIndex)..<end])
        let parameters = HeaderFields.split(String(element[element.index(after: end)...]), at: ";")
        let relation = parameters.lazy.map(HeaderFields.parameter).first { $0.name == "rel" }?.value ?? ""
        return Link(target: target, relations: relation.lowercased().split(separator: " ").map(String.init))
    }
}
