import FoundationEssentials
import Notation
import PipelineSpec
import Records
import TestSupport
import Testing

@testable import Builtins

/// The parts of a delivery that need no server.
@Suite struct DeliveryTests {
    @Test func `what waits for its key goes when that is done`() {
        var order = DeliveryOrder(["a", "a", "b", nil, "a"])
        #expect([order.begin(), order.begin(), order.begin(), order.begin()] == [0, 2, 3, nil])
        order.end(2, stops: false)
        #expect(order.begin() == nil)
        order.end(0, stops: false)
        #expect([order.begin(), order.begin()] == [1, nil])
        order.end(1, stops: false)
        #expect(order.begin() == 4)
    }

    @Test func `nothing begins once one could not be sent`() {
        var order = DeliveryOrder(["a", "b", "a", "c"])
        #expect([order.begin(), order.begin()] == [0, 1])
        order.end(0, stops: true)
        #expect(order.begin() == nil)
        order.end(1, stops: false)
        #expect(order.begin() == nil)
    }

    @Test func `no key is under way twice and each keeps its order`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let keys = (0..<Int.random(in: 0...30, using: &random)).map { _ -> Int? in
                Int.random(in: 0...4, using: &random) == 0 ? nil : Int.random(in: 0...3, using: &random)
            }
            var order = DeliveryOrder(keys)
            var underWay: [Int] = []
            var begun: [Int] = []
            while true {
                let room = Int.random(in: 1...4, using: &random)
                while underWay.count < room, let index = order.begin() {
                    if let key = keys[index] { #expect(!underWay.contains { keys[$0] == key }) }
                    underWay.append(index)
                    begun.append(index)
                }
                guard let place = underWay.indices.randomElement(using: &random) else { break }
                order.end(underWay.remove(at: place), stops: false)
            }
            #expect(begun.sorted() == Array(keys.indices))
            for key in 0...3 {
                let places = begun.filter { keys[$0] == key }
                #expect(places == places.sorted())
            }
        }
    }

    @Test func `a record has its key whatever it comes with`() throws {
        func key(_ text: String, sink: String = "http https://e.org/") throws -> String {
            DeliveryKeys(pipeline: "p", sink: sink).key(of: try SinkRecords.parse([text])[0])
        }
        let item = #"{"id":"a","content_hash":"x","score":1}"#
        #expect(try key(item) == key(#"{"score":2,"id":"a","content_hash":"x"}"#))
        #expect(try key(item) != key(#"{"id":"a","content_hash":"y"}"#))
        #expect(try key(item) != key(item, sink: "http https://f.org/"))
        #expect(try key(#"{"id":"a"}"#) != key(#"{"id":"a","n":1}"#))
        #expect(try key(#"{"n":1}"#) == key(#"{"n":1}"#))
        #expect(
            try key(item).wholeMatch(
                of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test func `a key does not change between versions`() throws {
        let record = try SinkRecords.parse([#"{"id":"a","content_hash":"x"}"#])[0]
        let key = DeliveryKeys(pipeline: "p", sink: "http https://e.org/").key(of: record)
        #expect(key == "da6355ba-9e7f-83e6-b2ea-caedc36f51af")
    }

    @Test func `signatures are those of the documents`() {
        let github = RequestSignature(secret: Secret("It's a Secret to Everybody"), scheme: .github)
        #expect(
            github.headers(id: "", body: Array("Hello, World!".utf8), at: Date()).map(\.value.revealed) == [
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            ])
        let standard = RequestSignature(
            secret: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), scheme: .standard)
        let headers = standard.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: Array(#"{"test": 2432232314}"#.utf8),
            at: Date(timeIntervalSince1970: 1_614_265_330))
        #expect(
            headers.map { "\($0.name): \($0.value.revealed)" } == [
                "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            ])
    }
}
