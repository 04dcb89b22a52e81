import FeedSpineRunner

/// The program: the runner without components beside the built-in ones.
@main
enum FeedSpineRun {
    static func main() async { await FeedSpineRunner.main(name: "feedspine-run") }
}
