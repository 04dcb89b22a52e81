import Diagnostics

/// What can be wrong with a path in a spec, wherever it stands: nothing is expanded and nothing is filled in that its
/// option does not say.
enum PathText {
    /// Bytes that a name within a path may have on every usual file system.
    private static let nameLimit = 255

    /// Why a text is no path of a file, and what to do about it; nil when it is one. Nothing of the text is repeated,
    /// since it may be secret.
    static func problem(_ text: String) -> (reason: String, suggestion: Suggestion?)? {
        if text.isEmpty { return ("a path cannot be empty", nil) }
        if text.utf8.contains(0) { return ("a path cannot hold a NUL character", nil) }
        if text.utf8.first == UInt8(ascii: "~") {
            return (
                "`~` is not expanded; a path starts from the spec's folder",
                .advice("write the whole path, or `./~…` for a name that begins so")
            )
        }
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        if let last = names.last, last.isEmpty || last == "." || last == ".." {
            return (
                "this is the path of a folder, and that of a file is needed", .advice("add the file's name")
            )
        }
        if names.contains(where: { $0.utf8.count > nameLimit }) {
            return ("a name within a path has at most \(nameLimit) bytes", nil)
        }
        return nil
    }

    /// The first `{name}` in a text, as those write it who expect that something is filled in.
    static func placeholder(in text: String) -> String? {
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(where: { "{},/".contains($0) }) else { return nil }
            if inner[close] == "}", inner.first?.isLetter == true { return String(inner[..<close]) }
            rest = inner
        }
        return nil
    }
}

extension Constraint where Value == String {
    /// The path of a file in which nothing is filled in.
    package static let filePath = path("the path of a file", standardInput: false)

    /// The path of a file that is read, or `-`.
    package static let inputPath = path("the path of a file", standardInput: true)

    /// An absolute `http` or `https` address, or the path of a file.
    package static let httpURLOrFile = Constraint(
        "an http or https address, or the path of a file", schema: [.init("minLength", 1)],
        explaining: { text in
            HTTPAddress.scheme(of: text) == nil && !HTTPAddress.isWeb(text) ? pathProblem(text) : nil
        }
    ) { text in
        guard let scheme = HTTPAddress.scheme(of: text) else {
            return HTTPAddress.isWeb(text) || pathProblem(text) == nil
        }
        return scheme == "feed" || HTTPAddress.isValid(text)
    }

    private static func path(_ phrase: String, standardInput: Bool) -> Constraint {
        Constraint(
            phrase, schema: [.init("minLength", 1)],
            explaining: { text in
                if text == "-", !standardInput {
                    return ("`-` is no file here", .advice("write `./-` for a file of that name"))
                }
                return pathProblem(text)
            },
            holds: { text in text == "-" ? standardInput : pathProblem(text) == nil })
    }

    @Sendable private static func pathProblem(_ text: String) -> (reason: String, suggestion: Suggestion?)? {
        if let problem = PathText.problem(text) { return problem }
        guard let name = PathText.placeholder(in: text) else { return nil }
        // A name that is not one of ours may be part of a secret.
        guard PathTemplate.Placeholder(rawValue: name) != nil else {
            return ("nothing is filled in between `{` and `}` in this path", nil)
        }
        return (
            "`{\(name)}` is not filled in here; it would be part of the file's name",
            .advice("the paths of `jsonl` sinks are filled in")
        )
    }
}
