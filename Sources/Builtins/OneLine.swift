/// What others say, on one line of a message.
enum OneLine {
    /// - Parameter limit: characters; what follows is left out.
    static func text(_ bytes: [UInt8], limit: Int) -> String {
        var line = ""
        var count = 0
        for character in String(decoding: bytes.prefix(4 * limit), as: UTF8.self) {
            let isVisible = character.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.properties.generalCategory != .control
            }
            guard isVisible, !character.isWhitespace else {
                if line.last != " ", !line.isEmpty { line.append(" ") }
                continue
            }
            guard count < limit else { return line + "…" }
            line.append(character)
            count += 1
        }
        if line.last == " " { line.removeLast() }
        return line
    }
}
