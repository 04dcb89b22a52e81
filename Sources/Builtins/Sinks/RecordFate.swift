import Streaming

/// What has become of a record that a sink tried to deliver.
enum RecordFate {
    case taken
    /// The receiver does not want this one.
    case refused(String)
    /// It may take it another time; what is thrown when no record got anywhere.
    case again(String, any Error)
    /// Nothing can be sent as the spec has it.
    case wrong(any PermanentFailure)

    /// Whether what follows has to wait for this one.
    var stops: Bool {
        switch self {
        case .taken, .refused: false
        case .again, .wrong: true
        }
    }

    /// What a sink answers for records.
    ///
    /// - Parameter fates: by the record; nil for those whose turn did not come.
    /// - Throws: the first failure, when no record got anywhere.
    static func refusals(_ fates: [RecordFate?]) throws -> [Refusal] {
        var refusals: [Refusal] = []
        var failure: (any Error)?
        var isDecided = false
        for (index, fate) in fates.enumerated() {
            switch fate {
            case .taken: isDecided = true
            case .refused(let reason):
                isDecided = true
                refusals.append(Refusal(index: index, reason: reason))
            case .again(let reason, let error):
                failure = failure ?? error
                refusals.append(Refusal(index: index, reason: reason, isFinal: false))
            case .wrong(let error):
                failure = failure ?? error
                refusals.append(Refusal(index: index, reason: "\(error)", isFinal: false))
            case nil:
                let reason = "not sent, for one before it could not be"
                refusals.append(Refusal(index: index, reason: reason, isFinal: false))
            }
        }
        if let failure, !isDecided { throw failure }
        return refusals
    }
}
