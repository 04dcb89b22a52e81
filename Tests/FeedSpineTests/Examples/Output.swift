import Synchronization

/// What an example prints.
final class Output: Sendable {
    private let text = Mutex<[String]>([])

    var lines: [String] { text.withLock(\.self) }

    func print(_ value: some Any) {
        let line = "\(value)"
        text.withLock { $0.append(line) }
    }
}
