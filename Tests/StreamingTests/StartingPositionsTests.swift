import Testing

@testable import Streaming

struct StartingPositionsTests {
    private static func position(_ number: Int) -> SourcePosition { SourcePosition(count: UInt64(number)) }

    @Test func eachIsTakenOnce() {
        let positions = StartingPositions(["a": Self.position(1), "b": Self.position(2)])
        #expect(positions.take("a") == Self.position(1))
        #expect(positions.take("a") == SourcePosition())
        #expect(positions.take("c") == SourcePosition())
        #expect(positions.take("b") == Self.position(2))
        #expect(positions.count == 0)
    }

    @Test func manyAreTakenInAnyOrder() {
        let positions = StartingPositions(
            Dictionary(uniqueKeysWithValues: (0..<1000).map { ("list/\($0)", Self.position($0)) }))
        for number in (0..<1000).shuffled() {
            #expect(positions.take("list/\(number)") == Self.position(number))
        }
        #expect(positions.count == 0)
    }

    @Test func partsAreThoseOfOneSource() {
        let positions = StartingPositions([
            "list": Self.position(1), "list/a": Self.position(2), "list/b": Self.position(3),
            "lists/c": Self.position(4)
        ])
        #expect(positions.take("list/b") == Self.position(3))
        #expect(positions.parts(of: "list") == ["a": Self.position(2)])
    }
}
