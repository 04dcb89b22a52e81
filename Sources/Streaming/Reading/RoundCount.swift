/// Counts the rounds that all sources together have had, for those who deliver a round at a time. Pure.
///
/// A round is over when none of the polled sources is at its own, or when each has ended one: with many feeds, each on
/// its own schedule, there is always one that is being read.
struct RoundCount {
    /// The number of the round that is under way, from 1.
    private var round = 1
    private var members = 0
    /// Members that have not ended a round of their own in this one.
    private var owing = 0
    /// Members that are at a round of their own.
    private var busy = 0
    private var hasEnded = false

    /// The place of one member in the count.
    struct Member {
        fileprivate var lastRound = 0
        fileprivate var isBusy = false
    }

    mutating func joined(_ member: inout Member) {
        member = Member()
        members += 1
        owing += 1
    }

    mutating func left(_ member: inout Member) {
        set(&member, isBusy: false)
        members -= 1
        if member.lastRound < round { owing -= 1 }
    }

    mutating func begins(_ member: inout Member) { set(&member, isBusy: true) }

    mutating func ends(_ member: inout Member) {
        set(&member, isBusy: false)
        hasEnded = true
        if member.lastRound < round { owing -= 1 }
        member.lastRound = round
    }

    /// Whether the round is over; the next one begins then.
    mutating func takesEnd() -> Bool {
        guard hasEnded, busy == 0 || owing == 0 else { return false }
        round += 1
        owing = members
        hasEnded = false
        return true
    }

    private mutating func set(_ member: inout Member, isBusy: Bool) {
        busy += (isBusy ? 1 : 0) - (member.isBusy ? 1 : 0)
        member.isBusy = isBusy
    }
}
