import Streaming

/// What the system lets this process have.
enum ProcessLimits {
    /// Takes as many file descriptors as the engine can use.
    ///
    /// - Throws: ``TooFewDescriptors``: libraries end the process when they get none.
    static func prepare() throws(TooFewDescriptors) {
        let found = DescriptorLimit.raise()
        if found < DescriptorLimit.least {
            throw TooFewDescriptors(found: found, needed: DescriptorLimit.least)
        }
    }
}

/// The system gives the process too few file descriptors to run anything.
struct TooFewDescriptors: Error, CustomStringConvertible {
    let found: Int
    let needed: Int

    var description: String {
        "this process may have only \(found) files open, and needs \(needed); raise the limit (`ulimit -n`)"
    }
}
