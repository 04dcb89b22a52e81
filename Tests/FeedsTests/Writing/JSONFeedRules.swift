import Foundation

/// What JSON Feed 1.1 demands, read by Foundation.
enum JSONFeedRules {
    static func problems(_ bytes: [UInt8]) -> [String] {
        guard let feed = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            return ["no JSON object"]
        }
        var problems: [String] = []
        func need(_ holds: Bool, _ problem: String) { if !holds { problems.append(problem) } }
        need(feed["version"] as? String == "https://jsonfeed.org/version/1.1", "version")
        need(feed["title"] is String, "title")
        let known: Set = [
            "version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"
        ]
        for name in feed.keys { need(known.contains(name) || isExtension(name, feed[name]), "feed: \(name)") }
        guard let items = feed["items"] as? [[String: Any]] else { return problems + ["items"] }
        var ids: Set<String> = []
        for item in items {
            need(
                (item["id"] as? String).map { !$0.isEmpty && ids.insert($0).inserted } ?? false,
                "id is missing or there twice")
            need(
                item["content_html"] is String || item["content_text"] is String,
                "neither content_html nor content_text")
            for (name, value) in item {
                switch name {
                case "id", "title", "summary", "content_html", "content_text", "language":
                    need(value is String, name)
                case "url": need((value as? String).map(isAddress) ?? false, "url \(value)")
                case "date_published", "date_modified":
                    need((value as? String).map(isDate) ?? false, "\(name) \(value)")
                case "tags": need(value is [String], name)
                case "authors":
                    let authors = value as? [[String: String]] ?? [[:]]
                    need(
                        authors.allSatisfy {
                            !$0.isEmpty && Set($0.keys).isSubset(of: ["name", "url", "avatar"])
                        }, name)
                case "attachments":
                    for file in value as? [[String: Any]] ?? [[:]] {
                        need((file["url"] as? String).map(isAddress) ?? false, "attachment's url")
                        need(file["mime_type"] is String, "attachment's type")
                        need(file["size_in_bytes"].map { $0 is NSNumber } ?? true, "attachment's size")
                    }
                default: need(isExtension(name, value), "item: \(name)")
                }
            }
        }
        return problems
    }

    private static func isExtension(_ name: String, _ value: Any?) -> Bool {
        name.hasPrefix("_") && name.count > 1 && !name.contains(".") && value is [String: Any]
    }

    private static func isAddress(_ text: String) -> Bool { URL(string: text)?.scheme != nil }

    private static func isDate(_ text: String) -> Bool {
        text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
    }
}
