package import Diagnostics
import Pacing

/// So many per period: `10/s`, `30/m`, `1000/h`.
extension Rate: ScalarValue {
    /// Records in a second.
    package var perSecond: Double { Double(count) / (period / .seconds(1)) }

    package static var typeDescription: String { "a rate such as `10/s`, `30/m` or `1000/h`" }

    package static var scalarSchema: JSONLiteral { ["type": "string", "pattern": "^[0-9]{1,9}/(s|m|h|d)$"] }

    package var literal: JSONLiteral? { .string(specText) }

    package init(scalar: ScalarText) throws(ValueProblem) {
        let parts = scalar.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            let isNumber = Int(scalar.text) != nil
            throw .notOfType(advice: isNumber ? "add a period: `\(scalar.text)/s`?" : nil)
        }
        guard parts[0].count <= 9, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(parts[0])
        else { throw .notOfType(advice: nil) }
        guard let period = Self.periods.first(where: { $0.name == parts[1] }) else {
            throw .notOfType(advice: "the periods are `s`, `m`, `h` and `d`")
        }
        guard count > 0 else { throw .invalid("a rate of nothing lets nothing through", suggestion: nil) }
        self.init(count, per: period.length)
    }

    private struct Period {
        let name: String
        let length: Duration
    }

    private static let periods = [
        Period(name: "s", length: .seconds(1)), Period(name: "m", length: .seconds(60)),
        Period(name: "h", length: .seconds(3600)), Period(name: "d", length: .seconds(86400))
    ]
}

extension Rate {
    /// The rate as one would write it in a spec.
    package var specText: String {
        "\(count)/" + (Self.periods.first { $0.length == period }?.name ?? period.specText)
    }
}
