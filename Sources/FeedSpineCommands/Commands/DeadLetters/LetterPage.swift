import Diagnostics
import Hosting
import Records
import Streaming

/// How dead letters are printed.
struct LetterPage {
    let format: DeadLettersListCommand.Format
    /// Columns of the terminal; nil where nobody is looking.
    let width: Int?
    /// Leaves out values that came from outside the spec.
    let redact: (String) -> String

    private static let id = Key("id")
    private static let url = Key("url")
    private static let index = Key("index")

    /// What goes before the first.
    var header: [String] {
        guard format == .text, width == nil else { return [] }
        return [["number", "time", "stage", "sink", "source", "record", "error"].joined(separator: "\t")]
    }

    func lines(of stored: StoredLetter) -> [String] {
        let letter = stored.letter
        switch format {
        case .json:
            var output = OutputBuffer()
            output.append("{\"number\":\(stored.number),")
            // Its fields, as they stand in the file.
            var rest = OutputBuffer()
            rest.append(letter.contents)
            output.append(String(decoding: rest.bytes.dropFirst(), as: UTF8.self))
            return [redact(String(decoding: output.bytes, as: UTF8.self))]
        case .text:
            let place = [
                letter.time, letter.stage, letter.sink ?? "", letter.source, record(letter), letter.error
            ].map { printable(redact($0)) }
            guard let width else { return [(["\(stored.number)"] + place).joined(separator: "\t")] }
            let number = "\(stored.number)"
            let at = place[2].isEmpty ? place[1] : "\(place[1]) → \(place[2])"
            let margin = String(repeating: " ", count: number.count + 2)
            return ["\(number)  \(place[0])  \(at)  \(place[3])", margin + place[4], margin + place[5]].map {
                LetterPage.fit($0, width)
            }
        }
    }

    /// The record by what names it, else by its place in its source.
    private func record(_ letter: DeadLetter) -> String {
        letter.text(of: LetterPage.url) ?? letter.text(of: LetterPage.id)
            ?? letter.contents[LetterPage.index]?.int.map { "record \($0)" } ?? ""
    }

    private static func fit(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(max(1, width - 1)) + "…"
    }
}

extension LineNumbers {
    /// What is to be said of lines that are no letters; nil where there are none.
    var foreignText: String? {
        switch count {
        case 0: nil
        case 1: "line \(self) is no dead letter, or damaged; it is left alone"
        default: "lines \(self) are no dead letters, or damaged; they are left alone"
        }
    }
}
