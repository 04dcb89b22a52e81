import Feeds
import Fetching
import FoundationEssentials
import Streaming
import Testing

@testable import Builtins

@Suite struct StoredDocumentTests {
    /// As versions before wrote them, and as they go on being written.
    @Test(arguments: [
        "{}", #"{"document":"a1","shown":3}"#,
        #"{"document":"a1","reading":"b2","showing":4,"shown":3,"url":"https://example.com/\"new\""}"#,
        #"{"ids":{"seed":18446744073709551615,"words":[1,2,3]},"isGone":true,"pace":{"minutesToLive":60}}"#,
        #"{"found":{"feed":"https://example.com/f","page":"https://example.com/"}}"#,
        #"{"validators":{"etag":"W/\"é\"","lastModified":"Sun, 01 Nov 2026 10:00:00 GMT","storedAt":786000000.25}}"#
    ])
    func whatWasWrittenIsReadAndWrittenAgain(json: String) throws {
        let stored = try #require(StoredDocument(Anchor(json: json)))
        #expect(stored.anchor.json == json)
        #expect(StoredDocument(stored.anchor) == stored)
    }

    @Test func partsAreDecodedWhenTheyAreAskedFor() throws {
        let json = #"{"found":{"feed":"https://example.com/f","page":"https://example.com/"},"pace":7}"#
        let stored = try #require(StoredDocument(Anchor(json: json)))
        #expect(stored.found?.value?.feed.string == "https://example.com/f")
        #expect(stored.pace?.value == nil)
    }

    @Test(arguments: ["", "[1]", "sealed:", #"{"document":"#])
    func whatIsNoObjectIsNoPosition(json: String) {
        #expect(StoredDocument(Anchor(json: json)) == nil)
    }

    @Test func wholeSecondsStayTheSameMoment() throws {
        let json = #"{"validators":{"etag":"a","storedAt":786000000}}"#
        let stored = try #require(StoredDocument(Anchor(json: json)))
        #expect(stored.validators?.storedAt == Date(timeIntervalSinceReferenceDate: 786_000_000))
        #expect(StoredDocument(stored.anchor) == stored)
    }
}
