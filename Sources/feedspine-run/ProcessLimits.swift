import Hosting
import Streaming

/// What the system lets this process have.
enum ProcessLimits {
    /// Takes as many file descriptors as the engine can use.
    ///
    /// - Throws: ``TooFewDescriptors``: libraries end the process when they get none.
    static func prepare() throws(TooFewDescriptors) {
        DescriptorLimit.raise()
        try check(needed: DescriptorLimit.least)
    }

    /// Whether there are enough for pipelines with so many outputs.
    static func check(_ sessions: [Session]) throws(TooFewDescriptors) {
        let outputs = sessions.reduce(0) { $0 + $1.run.pipeline.outputCount }
        try check(needed: DescriptorLimit.needed(pipelines: sessions.count, outputs: outputs))
    }

    private static func check(needed: Int) throws(TooFewDescriptors) {
        let found = DescriptorLimit.current
        if found < needed { throw TooFewDescriptors(found: found, needed: needed) }
    }
}

/// The system gives the process too few file descriptors to run anything.
struct TooFewDescriptors: Error, CustomStringConvertible {
    let found: Int
    let needed: Int

    var description: String {
        "this process may have only \(found) open files, and needs \(needed); raise the limit (`ulimit -n`)"
    }
}
