import Foundation
import Testing

@testable import Feeds

struct ItemIDMemoryTests {
    private static let bearers: [Bearer] = [1, 2, 3].map(bearer)

    private static func bearer(_ number: UInt32) -> Bearer {
        Bearer(
            id: .max - UInt64(number), print: ItemPrint(link: 1, title: .max, date: 8, detail: number),
            linkIsShared: number == 2, detailIsShared: number == 3)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let memory = ItemIDMemory(seed: .max, bearers: Self.bearers)
        let json = try JSONEncoder().encode(memory)
        #expect(try JSONDecoder().decode(ItemIDMemory.self, from: json) == memory)
        #expect(!json.contains(UInt8(ascii: "[")))
    }

    @Test func whatEarlierVersionsHaveWrittenIsRead() throws {
        let json = Data(#"{"seed":18446744073709551615,"words":[18446744073709551614,8589934591,3]}"#.utf8)
        let memory = try JSONDecoder().decode(ItemIDMemory.self, from: json)
        let bearer = try #require(memory.bearers.first)
        #expect(memory.bearers.count == 1)
        #expect(bearer.id == UInt64.max - 1)
        #expect(bearer.print == ItemPrint(link: 1, title: .max))
        #expect(bearer.linkIsShared && bearer.detailIsShared)
    }

    @Test(arguments: [#"{"seed":1,"words":"AAAA"}"#, #"{"seed":1,"words":"?"}"#, #"{"seed":1,"words":{}}"#])
    func anythingElseIsNothing(json: String) {
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(ItemIDMemory.self, from: Data(json.utf8))
        }
    }
}
