/// Which format the document is in.
extension FeedReader {
    mutating func noteFormat(namespace uri: String, isDefault: Bool) {
        guard format == .unknown else { return }
        switch uri.asciiLowercased {
        case "http://my.netscape.com/rdf/simple/0.9/" where isDefault: format = .rss090
        case "http://purl.org/rss/1.0/": format = .rss10
        case "http://www.w3.org/2005/atom": format = .atom10
        default: break
        }
    }

    /// `<rss version>`.
    mutating func noteRSS() {
        guard !format.rawValue.hasPrefix("rss") else { return }
        if tokenizer.doctype?.asciiLowercased.contains("netscape") == true {
            format = .rss091n
            return
        }
        let version = tokenizer.attributeText("version")?.trimmed ?? ""
        switch version {
        case "0.90": format = .rss090
        case "0.91": format = .rss091u
        case "0.92": format = .rss092
        case "0.93": format = .rss093
        case "0.94": format = .rss094
        case _ where version.hasPrefix("2."): format = .rss20
        default: format = .rss
        }
    }

    /// `<feed version>`.
    mutating func noteAtom() {
        guard format == .unknown else { return }
        switch tokenizer.attributeText("version")?.trimmed {
        case "0.1": format = .atom01
        case "0.2": format = .atom02
        case "0.3": format = .atom03
        default: format = .atom
        }
    }
}
