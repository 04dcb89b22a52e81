/// Small feeds for servers to send.
enum FeedText {
    static let beginning = #"<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>"#
    static let end = "</channel></rss>"

    static func item(_ id: Int) -> String {
        "<item><guid isPermaLink=\"false\">\(id)</guid><title>Item \(id)</title></item>"
    }

    static func rss(_ ids: Int...) -> String { beginning + ids.map(item).joined() + end }

    /// A text often enough to make a large piece, since a server that writes small ones is busy with nothing else.
    static func filler(_ text: String) -> [UInt8] { Array(String(repeating: text, count: 2000).utf8) }

    /// A feed that ends in the middle of the item after the given ones.
    static func broken(after ids: Int...) -> String {
        beginning + ids.map(item).joined() + "<item><guid isPermaLink=\"false\">99</guid><tit"
    }
}
