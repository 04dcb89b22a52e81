/// The clock that the dedup history goes by: it never runs backwards, and it does not follow a wall clock that leaps.
///
/// Within a run it advances with the boot-time clock. Between runs it advances by what the wall clock says has gone by;
/// by nothing where that was set back, and where it has leapt further than the history reaches, by nothing until the
/// run after has found the wall clock going on from there. So a pipeline that is run once a month is one run late.
package struct HistoryClock: Sendable {
    /// What a state keeps of it.
    package struct Stored: Hashable, Sendable, Codable {
        /// Seconds of this clock.
        package var time: Int64
        /// Seconds since 1970, as the wall clock said at the same moment.
        package var wall: Int64
        /// Seconds that the wall clock leapt ahead by, not yet believed.
        package var leap: Int64

        package init(time: Int64, wall: Int64, leap: Int64 = 0) {
            self.time = time
            self.wall = wall
            self.leap = leap
        }
    }

    /// What was found at the start of a run.
    package enum Finding: Hashable, Sendable {
        case steady
        /// The wall clock was set back by so many seconds.
        case setBack(Int64)
        /// The wall clock has leapt ahead by so many seconds.
        case leapt(Int64)
    }

    package let finding: Finding
    private let start: Stored
    private let uptime: Duration

    /// - Parameters:
    ///   - wall: seconds since 1970, now.
    ///   - uptime: the boot-time clock, now.
    ///   - reach: seconds after which keys are forgotten; a leap over it, or over a week, is not believed at once.
    package init(stored: Stored?, wall: Int64, uptime: Duration, reach: Int64) {
        self.uptime = uptime
        guard let stored else {
            finding = .steady
            start = Stored(time: wall, wall: wall)
            return
        }
        // A state may hold any numbers.
        let gone = wall.subtractingReportingOverflow(stored.wall)
        let passed = gone.overflow || gone.partialValue == .min ? 0 : gone.partialValue
        let leap = max(0, stored.leap)
        let bound = max(reach, 7 * 86_400)
        if passed < 0 {
            // A leap that was not confirmed is taken back with it.
            finding = leap > 0 && -passed >= leap / 2 ? .steady : .setBack(-passed)
            start = Stored(time: stored.time, wall: wall)
        } else if passed > bound {
            finding = .leapt(passed)
            start = Stored(time: stored.time.saturatingAdding(leap), wall: wall, leap: passed)
        } else {
            finding = .steady
            start = Stored(time: stored.time.saturatingAdding(leap).saturatingAdding(passed), wall: wall)
        }
    }

    /// Seconds of this clock at a moment of the run.
    package func time(at uptime: Duration) -> Int64 { start.time.saturatingAdding(elapsed(uptime)) }

    /// What is to be stored with a checkpoint made at a moment of the run.
    package func stored(at uptime: Duration) -> Stored {
        Stored(time: time(at: uptime), wall: start.wall.saturatingAdding(elapsed(uptime)), leap: start.leap)
    }

    private func elapsed(_ now: Duration) -> Int64 { max(0, (now - uptime).components.seconds) }
}

extension Int64 {
    /// The sum, or the largest number there is.
    fileprivate func saturatingAdding(_ seconds: Int64) -> Int64 {
        let sum = addingReportingOverflow(seconds)
        return sum.overflow ? (seconds < 0 ? .min : .max) : sum.partialValue
    }
}
