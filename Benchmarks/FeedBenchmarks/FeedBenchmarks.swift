import Glibc

/// Measures feed parsing, or writes the documents that are measured, or the items that they give.
///
///     FeedBenchmarks [--size MB] [--times N] [--write FOLDER] [--items FOLDER] [SHAPE ...]
///
/// Prints a line for each shape: its name, bytes an item, MB/s, items/s. Items are written as JSON Lines, to see that
/// two revisions give the same.
@main
enum FeedBenchmarks {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        var size = 50
        var times = 3
        var folder: String?
        var itemFolder: String?
        var shapes: [FeedShape] = []
        while let argument = arguments.popFirst() {
            switch argument {
            case "--size": size = arguments.popFirst().flatMap { Int($0) } ?? size
            case "--times": times = arguments.popFirst().flatMap { Int($0) } ?? times
            case "--write": folder = arguments.popFirst()
            case "--items": itemFolder = arguments.popFirst()
            default:
                guard let shape = FeedShape(rawValue: argument) else { return usage(unknown: argument) }
                shapes.append(shape)
            }
        }
        for shape in shapes.isEmpty ? FeedShape.allCases : shapes {
            let document = FeedWriter.document(shape, size: size * 1_000_000)
            if let folder {
                write(document, to: "\(folder)/\(shape.rawValue).xml")
            } else if let itemFolder {
                write(Measurement.items(of: document), to: "\(itemFolder)/\(shape.rawValue).jsonl")
            } else {
                report(Measurement(document, repeating: times), of: shape)
            }
        }
    }

    private static func report(_ measurement: Measurement, of shape: FeedShape) {
        let columns = [
            shape.rawValue, "\(measurement.bytes / measurement.itemCount)",
            "\(Int(measurement.megabytesPerSecond))", "\(Int(measurement.itemsPerSecond))"
        ]
        print(columns.joined(separator: "\t"))
    }

    private static func write(_ document: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { return perror(path) }
        fwrite(document, 1, document.count, file)
        fclose(file)
    }

    private static func usage(unknown argument: String) {
        let shapes = FeedShape.allCases.map(\.rawValue).joined(separator: ", ")
        print("\(argument) is no option and no shape; shapes are \(shapes)")
        exit(2)
    }
}
