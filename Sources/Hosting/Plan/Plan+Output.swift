package import Records

extension Plan {
    /// For people: what changes, what it means, and a sentence that sums it up.
    package var lines: [String] {
        var lines = [heading]
        if let user {
            lines.append("a run is using the state now (process \(user)); this is what it has stored so far")
        }
        guard hasState else { return lines + ["the state is new: every source is read from its start"] }
        for (effect, title) in Plan.titles {
            let found = findings(effect)
            if found.isEmpty { continue }
            lines += ["", title]
            for finding in found {
                let name = finding.name.isEmpty ? "" : " '\(finding.name)'"
                lines.append("  \(Plan.subject(finding.kind))\(name) \(finding.fate): \(finding.text)")
            }
        }
        return lines + ["", closing]
    }

    private var heading: String { "\(pipeline), over \(state.path ?? StatePlace.memory)" }

    private static let titles: [(Effect, String)] = [
        (.repeated, "Repeated:"), (.givenUp, "Given up:"),
        (.none, "Changed, with nothing repeated or given up:")
    ]

    private static func subject(_ kind: String) -> String { kind == "records" ? "records of" : kind }

    private var closing: String {
        guard isChange else { return "Nothing changes: everything goes on where it was." }
        let repeated = findings(.repeated).count
        let givenUp = findings(.givenUp).count
        if repeated + givenUp == 0 { return "Nothing is repeated, and nothing is given up." }
        return "\(repeated) of these repeat records, \(givenUp) give some up."
    }

    /// For programs.
    package var json: JSON {
        [
            "pipeline": .string(pipeline), "state": .string(state.path ?? StatePlace.memory),
            "has_state": .bool(hasState), "in_use_by": user.map { JSON.int(Int64($0)) } ?? .null,
            "changes": .bool(isChange), "repeats": .bool(!findings(.repeated).isEmpty),
            "gives_up": .bool(!findings(.givenUp).isEmpty),
            "findings": .array(
                findings.map { finding -> JSON in
                    [
                        "kind": .string(finding.kind), "name": .string(finding.name),
                        "fate": .string(finding.fate), "effect": .string(finding.effect.rawValue),
                        "text": .string(finding.text)
                    ]
                })
        ]
    }
}
