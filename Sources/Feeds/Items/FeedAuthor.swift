/// Who made the items of a feed that name nobody.
struct FeedAuthor: Sendable, Equatable {
    var name: String?
    var url: String?
    var email: String?
}
