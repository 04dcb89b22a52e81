import FoundationEssentials
import Notation

extension WebURL {
    /// The address with query items added, names and values percent-encoded; what it had stays as it stands.
    package func appending(query items: [(name: String, value: String)]) -> WebURL {
        with(query: pairs + items.map(WebURL.encoded))
    }

    /// The address with one value for each of the items, whatever it had under their names.
    package func setting(query items: [(name: String, value: String)]) -> WebURL {
        let added = items.map(WebURL.encoded)
        let names = Set(added.map(WebURL.name))
        return with(query: pairs.filter { !names.contains(WebURL.name($0)) } + added)
    }

    /// Items as a form encodes them.
    package static func form(_ items: [(name: String, value: String)]) -> String {
        items.map(encoded).joined(separator: "&")
    }

    /// The first value of a query item, decoded.
    package func query(_ name: String) -> String? {
        let items = URLComponents(string: string.replacing("+", with: "%20"))?.queryItems
        return items?.first { $0.name == name }?.value
    }

    private var pairs: [String] {
        guard let mark = string.firstIndex(of: "?") else { return [] }
        return string[string.index(after: mark)...].split(separator: "&").map(String.init)
    }

    private func with(query pairs: [String]) -> WebURL {
        let base = string.prefix { $0 != "?" }
        let text = pairs.isEmpty ? String(base) : "\(base)?\(pairs.joined(separator: "&"))"
        // Only the query is new, and that is encoded.
        return (try? WebURL(text)) ?? self
    }

    private static func name(_ pair: String) -> Substring { pair.prefix { $0 != "=" } }

    private static func encoded(_ item: (name: String, value: String)) -> String {
        "\(PercentEncoding.encode(item.name.utf8))=\(PercentEncoding.encode(item.value.utf8))"
    }
}
