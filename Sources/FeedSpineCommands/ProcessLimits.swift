import CMalloc
import Hosting
import Streaming

/// What the system lets this process have.
enum ProcessLimits {
    /// Takes as many file descriptors as the engine can use, and arranges for memory.
    ///
    /// - Throws: ``TooFewDescriptors``: libraries end the process when they get none.
    static func prepare() throws(TooFewDescriptors) {
        arrangeMemory()
        DescriptorLimit.raise()
        try check(needed: DescriptorLimit.least)
    }

    /// How the C library gets its memory from the system and gives it back.
    ///
    /// Blocks of a megabyte and more are mapped, each for itself. Left alone, glibc takes blocks of up to 32 MB from its
    /// heap once one of that size has been freed. Large records that come and go in between small ones then leave holes
    /// that nothing fits into, and the process grows.
    ///
    /// Of what is free, 8 MB stay. With the usual 128 KB, the memory of each block that is read would come anew, page by
    /// page. As every heap keeps as much, there are two and not one a thread.
    private static func arrangeMemory() {
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
        mallopt(M_TRIM_THRESHOLD, 8 << 20)
        mallopt(M_ARENA_MAX, 2)
    }

    /// Whether there are enough for pipelines with so many outputs, and connections from outside.
    static func check(_ sessions: [Session], connections: Int = 0) throws(TooFewDescriptors) {
        let outputs = sessions.reduce(0) { $0 + $1.run.pipeline.outputCount }
        try check(
            needed: DescriptorLimit.needed(pipelines: sessions.count, outputs: outputs) + connections)
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
