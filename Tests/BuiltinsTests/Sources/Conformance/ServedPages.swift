import TestSupport

/// What a server answers whose five records are numbered from 1, three of them on the first page.
struct ServedPages: Sendable {
    let kind: SourceKind
    let behaviour: SourceInput.Behaviour
    let stall: Gate

    func answer(_ request: LoggedRequest) -> Script {
        switch kind {
        case .feed: feed(request, 1...3, 4...5)
        case .feedList: list(request)
        case .newPosts, .hotPosts: postPage(request)
        case .timeline: statusPage(request)
        case .newStories, .topStories: story(request)
        case .pages: itemPage(request)
        case .feedFile, .postsFile, .timelineFile, .lines, .program, .generated, .fake: .reply(404)
        }
    }

    /// The second half of what there is to say, or what comes instead of it.
    private func secondHalf(_ script: Script) -> Script {
        switch behaviour {
        case .whole: script
        case .breaksOff: .reply(500)
        case .hangs: Script.head(200).gate(stall).hangUp()
        }
    }

    private func feed(_ request: LoggedRequest, _ first: ClosedRange<Int>, _ second: ClosedRange<Int>)
        -> Script
    {
        let tag = "\"\(first)\""
        if request["If-None-Match"] == tag { return .reply(304) }
        let beginning = Script.head(200, [("ETag", tag)])
            .text(FeedText.beginning + first.map(FeedText.item).joined())
        switch behaviour {
        case .whole: return beginning.text(second.map(FeedText.item).joined() + FeedText.end).end()
        case .breaksOff: return beginning.hangUp()
        case .hangs: return beginning.gate(stall).hangUp()
        }
    }

    private func list(_ request: LoggedRequest) -> Script {
        switch request.path {
        case "/list":
            .reply(
                200, [],
                "<opml version='2.0'><body><outline xmlUrl='/one'/><outline xmlUrl='/two'/></body></opml>")
        case "/one": feed(request, 1...1, 2...2)
        default: feed(request, 3...4, 5...5)
        }
    }

    private func itemPage(_ request: LoggedRequest) -> Script {
        if request.query("cursor") == "c1" {
            return secondHalf(.reply(200, [], #"{"items": [{"id": 4}, {"id": 5}], "next": null}"#))
        }
        if request["If-None-Match"] == "\"1\"" { return .reply(304) }
        return .reply(
            200, [("ETag", "\"1\"")], #"{"items": [{"id": 1}, {"id": 2}, {"id": 3}], "next": "c1"}"#)
    }
}

// MARK: - The APIs of others

extension ServedPages {
    /// A listing goes on behind the post that a request names.
    private func postPage(_ request: LoggedRequest) -> Script {
        let after = request.query("after").flatMap { Int($0.dropFirst("t3_".count)) }
        let numbers = Array((1..<min(after ?? 6, 6)).reversed().prefix(3))
        let last = numbers.last.flatMap { $0 > 1 ? "t3_\($0)" : nil }
        let page = Script.reply(200, [], ServedPages.posts(numbers, after: last))
        return after == nil ? page : secondHalf(page)
    }

    static func posts(_ numbers: some Sequence<Int>, after: String? = nil) -> String {
        let children = numbers.map {
            #"{"kind": "t3", "data": {"name": "t3_\#($0)", "id": "\#($0)", "title": "Post \#($0)"}}"#
        }
        let after = after.map { "\"\($0)\"" } ?? "null"
        return
            #"{"kind": "Listing", "data": {"after": \#(after), "children": [\#(children.joined(separator: ","))]}}"#
    }

    private func statusPage(_ request: LoggedRequest) -> Script {
        var ids = Array((1...5).reversed())
        let after = request.query("min_id").flatMap { Int($0) }
        let before = request.query("max_id").flatMap { Int($0) }
        if let after { ids = ids.filter { $0 > after } }
        if let before { ids = ids.filter { $0 < before } }
        ids = after == nil ? Array(ids.prefix(3)) : ids.suffix(3)
        let link = ids.last.map { "<\(request.path)?max_id=\($0)>; rel=\"next\"" } ?? ""
        let page = Script.reply(200, link.isEmpty ? [] : [("Link", link)], ServedPages.statuses(ids))
        return after == nil && before == nil ? page : secondHalf(page)
    }

    static func statuses(_ ids: some Sequence<Int>) -> String {
        let statuses = ids.map {
            #"{"id": "\#($0)", "uri": "https://m.example/\#($0)", "content": "<p>\#($0)</p>"}"#
        }
        return "[\(statuses.joined(separator: ","))]"
    }

    private func story(_ request: LoggedRequest) -> Script {
        guard request.path.hasPrefix("/item/") else { return .reply(200, [], "[5, 4, 3, 2, 1]") }
        let id = Int(request.path.dropFirst("/item/".count).prefix { $0 != "." }) ?? 0
        let story = Script.reply(200, [], #"{"id": \#(id), "type": "story", "title": "Story \#(id)"}"#)
        return id == 3 ? secondHalf(story) : story
    }
}

extension LoggedRequest {
    fileprivate func query(_ name: String) -> String? {
        let query = target.split(separator: "?").dropFirst().first?.split(separator: "&") ?? []
        return query.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
