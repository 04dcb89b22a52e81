import Pacing
import TestSupport
import Testing

@Suite("A bucket of tokens")
struct TokenBucketTests {
    @Test("without a burst spreads what is reserved evenly")
    func reserving() {
        var bucket = TokenBucket(rate: Rate(2, per: .seconds(1)), burst: .zero)
        #expect(bucket.reserve(at: .seconds(1)) == .zero)
        #expect(!bucket.isFull(at: .seconds(1)))
        #expect(bucket.reserve(at: .seconds(1)) == .milliseconds(500))
        #expect(bucket.reserve(at: .seconds(1)) == .seconds(1))
        #expect(bucket.isFull(at: .milliseconds(2500)))
        #expect(bucket.reserve(at: .seconds(9)) == .zero)
        #expect(!bucket.isFull(at: .seconds(9)))
    }

    @Test("gives what is taken no token that is reserved")
    func mixing() {
        var bucket = TokenBucket(rate: Rate(1, per: .seconds(1)))
        #expect(bucket.reserve(at: .zero) == .zero)
        #expect(bucket.reserve(at: .zero) == .seconds(1))
        #expect(bucket.take(1, at: .seconds(1)) == 0)
        #expect(bucket.timeToNext(at: .seconds(1)) == .seconds(1))
        #expect(bucket.take(5, at: .seconds(2)) == 1)
    }

    @Test("never gives more than its rate, however it is asked")
    func bound() {
        var random = SeededGenerator(seed: 5)
        var bucket = TokenBucket(rate: Rate(1000, per: .seconds(1)), burst: .milliseconds(10))
        var granted = 0
        var time = Duration.zero
        for _ in 0..<2000 {
            granted += bucket.take(Int.random(in: 1...20, using: &random), at: time)
            time += .microseconds(Int.random(in: 0...5000, using: &random))
        }
        #expect(granted <= Int(time / .milliseconds(1)) + 10)
    }
}

@Suite("A retry policy")
struct RetryPolicyTests {
    @Test("waits twice as long each time up to a maximum, with up to half left to chance")
    func pauses() {
        let policy = RetryPolicy(attempts: 6, initial: .seconds(1), maximum: .seconds(5))
        let longest = (1...6).map { policy.delay(after: $0, random: 1) }
        #expect(longest == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5), nil])
        #expect(policy.delay(after: 2, random: 0) == .seconds(1))
        #expect(policy.pause(after: 6, random: 1) == .seconds(5))
    }

    @Test("has no attempt and no wait that it cannot count")
    func extremes() {
        let large = RetryPolicy(attempts: .max, maximum: .seconds(Int64.max))
        #expect(large.delay(after: 1_000_000, random: 0).map { $0 > .zero } == true)
        #expect(RetryPolicy(attempts: .max).delay(after: 1_000_000, random: 1) == .seconds(30))
        #expect(RetryPolicy(initial: .zero).delay(after: 3, random: 1) == .zero)
        #expect(
            RetryPolicy(initial: .seconds(60), maximum: .seconds(5)).delay(after: 1, random: 1) == .seconds(5)
        )
        #expect(RetryPolicy.never.delay(after: 1, random: 1) == nil)
    }
}
