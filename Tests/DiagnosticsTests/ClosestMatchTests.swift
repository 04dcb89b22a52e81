import Diagnostics
import Testing

@Suite("The closest match") struct ClosestMatchTests {
    @Test(arguments: [
        ("sise", "size"), ("SIZE", "size"), ("szie", "size"), ("max-items", "max_items"), ("evry", "every"),
        ("ratelimit", "rate_limit"), ("compresion", "compression")
    ])
    func `is what was meant`(misspelt: String, meant: String) {
        let names = ["size", "every", "max_items", "rate_limit", "compression", "path"]
        #expect(closestMatch(to: misspelt, among: names) == meant)
    }

    @Test(arguments: ["colour", "", "xy", String(repeating: "size", count: 10_000)])
    func `is nothing when nothing is near`(name: String) {
        #expect(closestMatch(to: name, among: ["size", "every", "path"]) == nil)
    }
}
