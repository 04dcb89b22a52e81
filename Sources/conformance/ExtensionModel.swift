import Feeds
import Records

/// Elements of extensions in the shape of feedparser's result: `prefix_name`, in lower case.
enum ExtensionModel {
    static func members(_ elements: [ExtensionElement]) -> [(String, JSON)] {
        var result = JSONObject()
        for element in flattened(elements) { add(element, to: &result) }
        if let place = GeoModel.place(elements) { result["where"] = place }
        return result.members.map { ($0.name, $0.value) }
    }

    /// Elements of Media RSS nest as they like, and so do those that no format knows; they all belong to the
    /// item.
    private static func flattened(_ elements: [ExtensionElement]) -> [ExtensionElement] {
        elements.flatMap { [$0] + ($0.prefix == "media" || $0.prefix.isEmpty ? flattened($0.children) : []) }
    }

    private static func add(_ element: ExtensionElement, to result: inout JSONObject) {
        let local = element.name.lowercased()
        let name = element.prefix.isEmpty ? local : "\(element.prefix)_\(local)"
        switch name {
        case "media_content", "media_thumbnail", "media_credit":
            result[name] = .array(
                (result[name]?.array ?? []) + [
                    withContent(element, text: name == "media_thumbnail" ? "url" : "content")
                ])
        case "media_rating", "media_license", "media_player":
            if result[name] == nil { result[name] = withContent(element, text: "content") }
        case "media_restriction":
            guard case .object(var members) = withContent(element, text: "content") else { return }
            members["content"] = .array(element.text.split(separator: " ").map { .string($0.lowercased()) })
            result[name] = .object(members)
        case "itunes_block":
            result[name] = .bool(!element.isPadded && (element.text == "yes" || element.text == "Yes"))
        case "itunes_explicit":
            let text = element.isPadded ? "" : element.text
            result[name] = text == "yes" ? true : text == "clean" ? false : .null
        case "psc_chapters":
            if result[name] == nil { result[name] = chapters(element) }
        default:
            result[name] =
                element.attributes.isEmpty ? .string(element.text) : withContent(element, text: nil)
        }
    }

    /// The attributes, and the text under a name.
    private static func withContent(_ element: ExtensionElement, text: String?) -> JSON {
        var members = JSONObject()
        for attribute in element.attributes {
            members[attribute.name.lowercased()] = .string(attribute.value)
        }
        if let href = members["url"] ?? members["uri"], members["href"] == nil, element.name == "license" {
            members["href"] = href
        }
        if let text, !element.text.isEmpty, members[text] == nil { members[text] = .string(element.text) }
        return .object(members)
    }

    private static func chapters(_ element: ExtensionElement) -> JSON {
        guard case .object(var members) = withContent(element, text: nil) else { return .null }
        members["chapters"] = .array(
            element.children.filter { $0.is("psc", "chapter") }.map { chapter in
                guard case .object(var members) = withContent(chapter, text: nil) else { return .null }
                members["start_parsed"] = members["start"]?.string.flatMap(seconds).map(JSON.double)
                return .object(members)
            })
        return .object(members)
    }

    /// `hh:mm:ss.fff` or less, in seconds.
    private static func seconds(_ text: String) -> Double? {
        var total = 0.0
        for part in text.split(separator: ":") {
            guard let value = Double(part) else { return nil }
            total = total * 60 + value
        }
        return total
    }
}
