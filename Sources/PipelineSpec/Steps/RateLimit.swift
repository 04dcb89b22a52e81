import Pacing
import Streaming

extension RateLimitOperation {
    static let component = Component<any StageOperation>(
        "rate_limit", "Lets at most so many records through in a time.",
        Field<Rate>("rate", "Records per second, minute, hour or day.", example: "10/s")
    ) { rate in RateLimitOperation(rate) }
    .behaving(StageTraits(waits: true))
}
