import Synchronization
import TestSupport
import Testing

@testable import Fetching

struct AlarmClockTests {
    @Test func anAlarmRingsAndMayRingAgain() async {
        let clock = AlarmClock()
        let start = ContinuousClock.now
        let gate = Gate()
        let count = Count()
        let alarm = clock.set(after: .milliseconds(1)) {
            if count.up() < 3 { return .milliseconds(1) }
            gate.open()
            return nil
        }
        await gate.pass()
        #expect(ContinuousClock.now - start >= .milliseconds(3))
        #expect(count.value == 3)
        alarm.takeBack()
    }

    /// One that is set for later is not in the way of one that is set after it.
    @Test func theEarliestRingsFirst() async {
        let clock = AlarmClock()
        let gate = Gate()
        let late = clock.set(after: .seconds(100_000)) {
            Issue.record("this is not due for a day")
            return nil
        }
        let early = clock.set(after: .zero) {
            gate.open()
            return nil
        }
        await gate.pass()
        late.takeBack()
        early.takeBack()
    }

    @Test func whatAnAlarmHoldsIsLetGoOfWithIt() {
        let clock = AlarmClock()
        weak var held: Count?
        let alarm: Alarm
        do {
            let count = Count()
            held = count
            alarm = clock.set(after: .seconds(100_000)) {
                _ = count.up()
                return nil
            }
        }
        #expect(held != nil)
        alarm.takeBack()
        #expect(held == nil)
    }
}

private final class Count: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func up() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
