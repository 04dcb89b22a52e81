import Synchronization

/// What connections of a process to one database share: SQLite's index of the log. It goes with the process.
final class SharedMemory: Sendable {
    /// Addresses of memory that SQLite reads and writes under its own locks.
    private let regions = Mutex<[UInt]>([])

    func region(_ number: Int, size: Int) -> UnsafeMutableRawPointer {
        regions.withLock { regions in
            while regions.count <= number {
                let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
                region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
                regions.append(UInt(bitPattern: region))
            }
            // Not nil: it was allocated above.
            return UnsafeMutableRawPointer(bitPattern: regions[number]).unsafelyUnwrapped
        }
    }

    deinit {
        for region in regions.withLock({ $0 }) { UnsafeMutableRawPointer(bitPattern: region)?.deallocate() }
    }
}
