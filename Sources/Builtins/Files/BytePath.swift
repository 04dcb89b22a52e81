import Glibc
import Notation
import State

/// A path as the system knows it: bytes. Names that only look the same, in composed and in decomposed letters, are two.
package struct BytePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ path: String) { bytes = Array(path.utf8) }

    init(cString: UnsafePointer<CChar>) {
        bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
    }

    /// A name in this folder; the empty path is the working directory.
    func appending(_ name: some Sequence<UInt8>) -> BytePath {
        var path = bytes
        if let last = path.last, last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
        path += name
        return BytePath(bytes: path)
    }

    func withCString<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let terminated = (bytes + [0]).map { CChar(bitPattern: $0) }
        return try terminated.withUnsafeBufferPointer { (name) throws(Failure) in
            // Not nil: there is a byte at least.
            try body(name.baseAddress.unsafelyUnwrapped)
        }
    }

    /// The folder that it is in; nil where the path does not tell.
    var parent: BytePath? {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), bytes.count > 1 else { return nil }
        return BytePath(bytes: Array(bytes[..<max(slash, 1)]))
    }

    /// The path without links and `..`; nil when there is no such file.
    var real: BytePath? {
        withCString { path in
            Files.calls.realPath(path).map(BytePath.init(bytes:))
        }
    }
}

extension BytePath: Comparable {
    package static func < (a: BytePath, b: BytePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

/// For messages; whoever shows one sees to it that a name cannot forge a line.
extension BytePath: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// A form in ASCII that keeps every byte, for what is stored.
extension BytePath {
    var stored: String {
        PercentEncoding.encode(bytes) { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "%") }
    }

    /// Nil for what ``stored`` cannot have written.
    init?(stored text: String) {
        guard let bytes = PercentEncoding.decode(text) else { return nil }
        self.init(bytes: bytes)
    }
}

/// The folder that stored paths start from, so that they still hold when it is moved, copied or reached by a link.
struct PathBase: Sendable {
    private let folder: BytePath

    /// - Parameter directory: the spec's; empty is the working directory.
    init(directory: String) {
        let path = BytePath(directory.isEmpty ? "." : directory)
        folder = path.real ?? path
    }

    /// Below the folder the rest of a real path, elsewhere all of it.
    func relative(_ real: BytePath) -> BytePath {
        let prefix = folder.appending([]).bytes
        guard real.bytes.count > prefix.count, real.bytes.starts(with: prefix) else { return real }
        return BytePath(bytes: Array(real.bytes[prefix.count...]))
    }

    /// Where a path that ``relative(_:)`` gave is now.
    func absolute(_ path: BytePath) -> BytePath {
        path.bytes.first == UInt8(ascii: "/") ? path : folder.appending(path.bytes)
    }
}
