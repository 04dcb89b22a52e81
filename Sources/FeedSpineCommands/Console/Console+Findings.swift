import Diagnostics
import Logging
import Records

extension Console {
    /// Prints what was found in specs: with excerpts for people, an object a finding for programs.
    func tell(_ found: [FileDiagnostics]) {
        let found = found.filter { !$0.diagnostics.isEmpty }
        if found.isEmpty { return }
        guard format == .json else {
            return print(redact(TextRenderer(colour: usesColour).render(found)))
        }
        for finding in JSONRenderer().findings(found) {
            let level: Logger.Level =
                switch finding.severity {
                case .error: .error
                case .warning: .warning
                case .note: .notice
                }
            tell("finding", level, finding.members.map { ($0.name, JSON($0.value)) }) { [] }
        }
    }
}

extension JSON {
    fileprivate init(_ literal: JSONLiteral) {
        self = (try? JSON(parsing: literal.text(pretty: false))) ?? .null
    }
}
