import Feeds
import Foundation
import Records

/// One demand on the model of a document.
struct FeedCheck {
    let path: [JSON]
    let operation: String
    let type: String?
    let value: JSON
    let other: [JSON]

    init(_ item: JSON) {
        path = item["path"]?.array ?? []
        operation = item["op"]?.string ?? ""
        type = item["type"]?.string
        value = item["value"] ?? .null
        other = item["other"]?.array ?? []
    }

    func failure(in model: JSON) -> CaseResult.Failure? {
        let found = Self.find(path, in: model)
        guard !holds(found, model) else { return nil }
        let place = path.map { $0.string ?? $0.text }.joined(separator: ".")
        return .init(expected: "\(place) \(operation) \(value.text)", found: found?.text ?? "nothing")
    }

    private func holds(_ found: JSON?, _ model: JSON) -> Bool {
        switch operation {
        case "eq": return isEqual(found, value)
        case "eq_ci": return found?.string?.lowercased() == value.string?.lowercased() && found != nil
        case "in": return value.array?.contains { isEqual(found, $0) } ?? false
        case "len_eq": return found.flatMap(Self.length) == value.int.map(Int.init)
        case "absent": return found.map(Self.isEmpty) ?? true
        case "truthy": return !Self.isFalsy(found)
        case "falsy": return Self.isFalsy(found)
        case "eq_path": return found == Self.find(other, in: model)
        default: return false
        }
    }

    private func isEqual(_ found: JSON?, _ expected: JSON) -> Bool {
        guard let found else { return expected.isNull }
        switch (found, expected) {
        case (.string(let a), .string(let b)):
            if Array(a.utf8) == Array(b.utf8) { return true }
            return type == "html" && HTMLNormalForm.text(a) == HTMLNormalForm.text(b)
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { isEqual($0, $1) }
        default:
            if let a = found.double, let b = expected.double { return abs(a - b) < 1e-9 }
            if let a = found.bool ?? found.int.map({ $0 != 0 }), let b = expected.bool { return a == b }
            return found == expected
        }
    }

    private static func find(_ path: [JSON], in model: JSON) -> JSON? {
        var current: JSON? = model
        for step in path {
            if let name = step.string {
                current = current?[name]
            } else if let index = step.int, let array = current?.array {
                current = current?[Int(index) < 0 ? array.count + Int(index) : Int(index)]
            } else {
                return nil
            }
        }
        return current
    }

    private static func length(_ value: JSON) -> Int? {
        value.array?.count ?? value.string?.unicodeScalars.count ?? value.object?.count
    }

    private static func isEmpty(_ value: JSON) -> Bool { value.isNull || length(value) == 0 }

    private static func isFalsy(_ value: JSON?) -> Bool {
        guard let value else { return true }
        return isEmpty(value) || value == .bool(false) || value.double == 0
    }
}
