import TestSupport
import Testing

@testable import Streaming

@Suite("A table of keys")
struct KeyTableTests {
    private static func check(_ table: KeyTable<UInt64>, _ model: [KeyIdentity: UInt64]) {
        #expect(table.count == model.count)
        var found: [KeyIdentity: UInt64] = [:]
        table.forEach { found[$0] = $1 }
        #expect(found == model)
    }

    @Test(
        "holds what a dictionary holds, also where keys are alike", arguments: 0..<12 as Range<UInt64>,
        [UInt64.max, 40, 3])
    func agreesWithADictionary(seed: UInt64, most: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = KeyTable<UInt64>(shardBits: Int.random(in: 1..<5, using: &random), placeholder: 0)
        var model: [KeyIdentity: UInt64] = [:]
        func key() -> KeyIdentity {
            KeyIdentity(
                high: .random(in: 0...most, using: &random), low: .random(in: 0...most, using: &random))
        }
        for step in 0..<3000 as Range<UInt64> {
            let key = Bool.random(using: &random) ? key() : model.keys.randomElement(using: &random) ?? key()
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<13:
                table.set(key, to: step)
                model[key] = step
            case 13..<18:
                table.remove(key)
                model[key] = nil
            default: break
            }
            #expect(table[key] == model[key])
            if step % 700 == 699 {
                let rest = UInt64.random(in: 0..<3, using: &random)
                table.filter { _, value in
                    value += 1
                    return value % 3 != rest
                }
                model = model.mapValues { $0 + 1 }.filter { $0.value % 3 != rest }
            }
            if step % 500 == 0 { Self.check(table, model) }
        }
        Self.check(table, model)
    }

    @Test("takes up to 1.5 times the room of its keys, and gives it back")
    func isSmall() {
        var random = SeededGenerator(seed: 1)
        var table = KeyTable<UInt64>(shardBits: 3, placeholder: 0)
        for step in 0..<60_000 as Range<UInt64> {
            table.set(
                KeyIdentity(
                    high: .random(in: 0...(.max), using: &random),
                    low: .random(in: 0...(.max), using: &random)),
                to: step)
            if step > 5000 { #expect(table.slotCount < table.count * 3 / 2) }
        }
        table.filter { _, value in value % 100 == 0 }
        #expect(table.count == 600 && table.slotCount < 1000)
    }
}
