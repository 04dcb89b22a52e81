import Testing

/// The whole engine in a world that a seed decides; `simulate --help` replays what is found here.
@Suite("A simulated world", .timeLimit(.minutes(10)))
struct SimulationTests {
    private func simulate(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(arguments, in: "/", program: "simulate")
    }

    @Test("breaks no law, whatever happens in it", arguments: [0, 500])
    func law(first: Int) async throws {
        let outcome = try await simulate("--first", "\(first)", "--count", "500")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("500 seeds"))
    }

    @Test("is the same each time, in one process and in several")
    func sameTrace() async throws {
        let first = try await simulate("--count", "5", "--repeats", "20", "--traces")
        #expect(first.status == 0, "\(first.output)")
        for _ in 0..<4 {
            let other = try await simulate("--count", "5", "--traces")
            #expect(other.output == first.output)
        }
    }

    @Test(
        "shows each fault that is put into the program",
        arguments: [
            "positionsAhead", "positionsForgotten", "keysForgotten", "keysOverlooked", "keysExpired",
            "heldForgotten", "heldNotRestored", "heldKept", "commitInTwo", "notesForgotten", "notesCovered",
            "outputsNotSynced", "nothingSynced", "failureSwallowed", "cutSwallowed"
        ])
    func plantedFaults(name: String) async throws {
        let outcome = try await simulate("--plant", name, "--count", "60")
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
