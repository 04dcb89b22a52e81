import Records

/// The results of a suite, counted by area.
struct Report: Sendable {
    struct Area: Sendable {
        let name: String
        var passed = 0
        var failed = 0
    }

    let suite: String
    /// In the order in which their first cases came.
    let areas: [Area]
    let failures: [CaseResult]
    let passed: Int

    var failed: Int { failures.count }

    init(suite: String, results: [CaseResult]) {
        self.suite = suite
        failures = results.filter { $0.failure != nil }
        passed = results.count - failures.count
        var areas: [Area] = []
        var positions: [String: Int] = [:]
        for result in results {
            let position = positions[result.area] ?? areas.count
            if position == areas.count {
                positions[result.area] = position
                areas.append(Area(name: result.area))
            }
            if result.failure == nil { areas[position].passed += 1 } else { areas[position].failed += 1 }
        }
        self.areas = areas
    }
}

/// What is printed.
extension Report {
    /// A row for each area, the failing cases if they are asked for, and the sum as the last line.
    func text(withFailures: Bool) -> String {
        var lines = table
        if withFailures {
            for result in failures {
                guard let failure = result.failure else { continue }
                lines.append("FAIL \(result.area) \(result.id)")
                lines.append("    expected: \(failure.expected)")
                lines.append("    found:    \(failure.found)")
            }
        }
        lines.append("\(passed) passed, \(failed) failed")
        return lines.joined(separator: "\n")
    }

    private var table: [String] {
        let width = max(4, areas.map { $0.name.unicodeScalars.count }.max() ?? 0)
        func row(_ name: String, _ passed: String, _ failed: String) -> String {
            let padding = String(repeating: " ", count: width - name.unicodeScalars.count)
            return name + padding + rightAligned(passed) + rightAligned(failed)
        }
        return [row("area", "passed", "failed")]
            + areas.map { row($0.name, String($0.passed), String($0.failed)) }
    }

    private func rightAligned(_ text: String) -> String {
        String(repeating: " ", count: max(1, 9 - text.utf8.count)) + text
    }

    /// The same for machines: `suite`, `passed`, `failed`, `areas` and `failures`.
    var json: JSON {
        [
            "suite": .string(suite), "passed": .int(Int64(passed)), "failed": .int(Int64(failed)),
            "areas": .array(
                areas.map {
                    [
                        "name": .string($0.name), "passed": .int(Int64($0.passed)),
                        "failed": .int(Int64($0.failed))
                    ]
                }),
            "failures": .array(
                failures.map {
                    [
                        "area": .string($0.area), "id": .string($0.id),
                        "expected": .string($0.failure?.expected ?? ""),
                        "found": .string($0.failure?.found ?? "")
                    ]
                })
        ]
    }
}
