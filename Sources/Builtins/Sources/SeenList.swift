/// What a list that shows the newest first has shown so far, so that what appears late is told from what is old.
///
/// Entries appear in the order in which they become visible, which is not quite that of their numbers: a post that had
/// to be approved or was made at the same moment on another server may come below one that was met before. A highest
/// number alone would lose it.
struct SeenList: Sendable, Codable {
    /// An entry of the list as it is now.
    struct Entry {
        let id: String
        /// By which entries are older or newer; nil where the id tells nothing.
        let number: Int64?
        /// Stands on top whatever its age.
        var isPinned = false
    }

    /// More than any such list shows.
    static let longest = 1000

    /// The ids, newest first, with spaces between them: a position is written with each item.
    private var text = ""
    /// What is lower was there before the list was first read, or has been forgotten; nil if there was nothing.
    private var floor: Int64?

    /// - Parameter floor: the lowest number of what a first reading took, where it left out what was older.
    init(floor: Int64? = nil) { self.floor = floor }

    private var ids: [Substring] { text.split(separator: " ") }

    /// Which entries of a page are new: they have not been met, and are not older than all that was.
    func news(in page: [Entry]) -> [Bool] {
        let known = Set(ids)
        // One that stands above a known one has appeared since.
        var isAboveKnown = false
        let news = page.reversed().map { entry in
            if known.contains(entry.id[...]) {
                isAboveKnown = true
                return false
            }
            guard let floor, let number = entry.number else { return true }
            return number >= floor || isAboveKnown && !entry.isPinned
        }
        return news.reversed()
    }

    /// Puts entries on top; those that are too many are forgotten at the end.
    mutating func add(_ newest: [String], number: (String) -> Int64?) {
        let added = Set(newest)
        let all = newest + ids.lazy.map(String.init).filter { !added.contains($0) }
        let forgotten = all.dropFirst(SeenList.longest).compactMap(number).max()
        if let forgotten { floor = max(floor ?? forgotten, forgotten &+ 1) }
        text = all.prefix(SeenList.longest).joined(separator: " ")
    }
}
