/// What stands on the command line: `FeedServer FEEDS [HOSTS]`.
struct Arguments {
    let feeds: Int
    let hosts: Int

    init(_ arguments: some Collection<String>) throws(UsageError) {
        let numbers = arguments.map { Int($0) ?? 0 }
        guard let feeds = numbers.first, numbers.count <= 2, (1...FeedNumber.most).contains(feeds) else {
            throw .usage
        }
        let hosts = numbers.count == 2 ? numbers[1] : 1
        guard (1...LoopbackHost.most).contains(hosts) else { throw .usage }
        self.feeds = feeds
        self.hosts = hosts
    }
}

enum UsageError: Error, CustomStringConvertible {
    case usage

    var description: String {
        "usage: FeedServer FEEDS [HOSTS], with 1 to \(FeedNumber.most) feeds on 1 to \(LoopbackHost.most) hosts"
    }
}
