import Dispatch
import Foundation

/// A connection to a port of this machine whose bytes a test decides.
final class RawConnection: Sendable {
    struct Failure: Error { let code: Int32 }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            Foundation.close(descriptor)
            throw Failure(code: code)
        }
    }

    deinit { Foundation.close(descriptor) }

    /// Sends as much as the other side takes; one that has closed takes no more.
    @discardableResult
    func send(_ text: String) -> Int {
        let bytes = Array(text.utf8)
        return Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// All that comes until the other side ends, or breaks off.
    func rest() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [descriptor] in
                var all: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(descriptor, &piece, piece.count, 0)
                    if count <= 0 { break }
                    all += piece[..<count]
                }
                continuation.resume(returning: all)
            }
        }
    }
}
