/// What relative references are relative to where no `xml:base` says.
extension FeedReader {
    /// Finds the base of the entries that follow, if the feed has said more of itself.
    ///
    /// In RSS that is the site, which the channel's link names: its feed may be on another host. Elsewhere it is the
    /// document's address (RFC 4287, 2); of a saved document the one that it calls its own, else the site's.
    mutating func noteEntryBase() {
        guard entryBaseSize != feed.texts.count else { return }
        entryBaseSize = feed.texts.count
        let site = webAddress(feed.link)
        let document = bases[0]
        if !format.declaresTextTypes, let site {
            entryBase = site
        } else {
            entryBase = document.isEmpty ? webAddress(feed.ownAddress) ?? site ?? "" : document
        }
    }

    private func webAddress(_ address: StoredText?) -> String? {
        feed.repeated(address).flatMap { URLReference.isWeb($0) ? $0 : nil }
    }
}

extension ResourceDraft {
    /// The address that the feed calls its own.
    var ownAddress: StoredText? {
        links.first { $0.rel.map { texts.bytes($0).equals("self") } ?? false }?.href
    }
}
