import CEL
import Crypto
import Fetching
import PipelineSpec
import Records
import Streaming

/// The keys of answers.
///
/// A key always covers what is asked as the spec has it, so that no answer to another question comes back: method,
/// address, headers and body as templates, and how the answer is read. Of headers with values from outside the spec only
/// the names count: a key that is renewed asks nothing new.
struct AnswerKeys: Sendable {
    private let question: [UInt8]
    /// Nil where the request is the key.
    private let identification: (any Identification)?
    private let requests: HTTPCalls
    /// Seconds.
    let lifetime: Int64

    init(_ requests: HTTPCalls, _ form: HTTPReply.Form, _ cache: AnswerCache, _ context: BuildContext) throws
    {
        question = requests.question + Array(form.rawValue.utf8)
        identification = try cache.key.map(context.identification)
        self.requests = requests
        lifetime = max(1, cache.lifetime.wholeSeconds)
    }

    /// Nil for a record without any of the values of the key, which is like no other.
    func key(of record: borrowing Record, _ call: HTTPCall, _ hashKey: SipHashKey) throws -> CallKey? {
        var hash = SipHash128(key: hashKey)
        hash.add(Array("answer".utf8))
        hash.add(question)
        if let identification {
            guard identification.identify(record, into: &hash) else { return nil }
        } else {
            hash.add(Array(call.url.string.utf8))
            hash.add(call.body ?? [])
            for (_, header) in requests.headers where !header.isSecret {
                hash.add(Array(try header.template.render(record).utf8))
            }
        }
        return CallKey(hash)
    }
}

extension HTTPCalls {
    /// What is asked, as the spec says it: a hash.
    var question: [UInt8] {
        var hash = SHA256()
        var parts = [method.rawValue, url.text, body?.spelled ?? ""]
        for (name, header) in headers {
            parts += [name, header.isSecret ? "" : header.template.spelled]
        }
        for part in parts {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(part.utf8))
        }
        return Array(hash.finalize())
    }
}

extension BodyMaker {
    fileprivate var spelled: String {
        switch self {
        case .record: "record"
        case .template(let template, let type): "\(type) \(template.spelled)"
        case .expression(let program, _): "cel \(program.text)"
        }
    }
}

extension SipHash128 {
    /// Adds bytes with their length, so that no two lists of them are one.
    mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { update($0) }
        update(number: UInt64(bytes.count))
    }
}

extension CallKey {
    init(_ hash: consuming SipHash128) {
        let (high, low) = hash.finish()
        self.init(high: high, low: low)
    }
}
