/// The history's clock of one run.
struct HistoryTime: Sendable {
    let clock: HistoryClock
    let uptime: @Sendable () -> Duration

    /// Seconds.
    var now: Int64 { clock.time(at: uptime()) }
    /// What a checkpoint made now stores of it.
    var stored: HistoryClock.Stored { clock.stored(at: uptime()) }
}
