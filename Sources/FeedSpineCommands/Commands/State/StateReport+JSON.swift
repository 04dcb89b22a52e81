import Hosting
import Records
import State
import Streaming

extension StateReport {
    /// What `state show --format json` prints. Times are RFC 3339.
    var json: JSON {
        var fields: [(String, JSON)] = [("path", .string(path)), ("bytes", JSON(contents.bytes))]
        fields.append(("pipeline", JSON(owner?.pipeline)))
        fields.append(("spec", JSON(owner?.spec)))
        fields.append(("used_by", user.map { .int(Int64($0)) } ?? .null))
        fields.append(("checkpoint", JSON(time: written)))
        fields.append(("keys", JSON(contents.keys)))
        fields.append(("oldest_key", JSON(time: contents.earliestKey)))
        fields.append(("answers", contents.answers.json))
        fields.append(("budgets", JSON(contents.budgets)))
        fields.append(("held", .array(held.map { $0.json })))
        fields.append(("dead_letters", JSON(deadLetters)))
        fields.append(("sources", .array(sources.map { $0.json })))
        return .object(JSONObject(fields))
    }
}

extension StateContents.Answers {
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("count", JSON(count)), ("bytes", JSON(bytes)),
                ("first_until", JSON(time: until?.lowerBound)), ("last_until", JSON(time: until?.upperBound))
            ]))
    }
}

extension StateReport.Held {
    fileprivate var json: JSON {
        .object(JSONObject([("stage", .string(stage)), ("records", JSON(count))]))
    }
}

extension StateReport.Source {
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("name", .string(name)), ("position", JSON(position)), ("records_behind", JSON(count)),
                ("parts", JSON(parts))
            ]))
    }
}

extension JSON {
    fileprivate init(_ number: Int) { self = .int(Int64(number)) }

    fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// - Parameter seconds: since 1970.
    fileprivate init(time seconds: Int64?) {
        self = seconds.map { .string(WallClock.rfc3339(seconds: $0)) } ?? .null
    }
}
