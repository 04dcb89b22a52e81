import Feeds
import Glibc

/// Sanitises one hostile text, for something outside that counts instructions.
///
///     SanitiserBenchmarks SHAPE COUNT      `Benchmarks/nesting` calls it under callgrind
///     SanitiserBenchmarks                  the names of the shapes
@main
enum SanitiserBenchmarks {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first else { return HostileShape.all.forEach { print($0.name) } }
        guard let shape = HostileShape.all.first(where: { $0.name == name }),
            let count = arguments.dropFirst().first.flatMap({ Int($0) })
        else {
            print("usage: SanitiserBenchmarks SHAPE COUNT; without arguments it lists the shapes")
            exit(2)
        }
        print(HTMLSanitizer.safe(shape.html(count), base: "https://example.com/").utf8.count)
    }
}
