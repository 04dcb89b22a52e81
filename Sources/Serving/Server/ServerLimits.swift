package import NIOCore

/// What clients may take of the process.
package struct ServerLimits: Sendable {
    /// Connections that are answered; what comes beyond is told so.
    package var connections = 64
    /// Connections that are accepted, those included that are told so; the others wait with the system.
    package var acceptedConnections = 96
    /// From a connection's beginning to the end of its first request's head.
    package var head = TimeAmount.seconds(10)
    /// From one answer to the end of the next request's head.
    package var idle = TimeAmount.seconds(75)
    /// From the head to the end of the answer: a client that does not read.
    package var answer = TimeAmount.seconds(60)
    /// How long a connection that is being closed may go on sending: closing at once would take the answer away.
    package var linger = TimeAmount.seconds(1)
    /// Bytes of a request's head, and of one field of it.
    package var headBytes = 16 * 1024
    package var fieldBytes = 8 * 1024
    package var fields = 100
    /// Bytes of files that are being sent, together.
    package var bodyBytes = 64 * 1024 * 1024
    /// How long answers under way may take when the server ends.
    package var grace = TimeAmount.seconds(2)

    package init() {}
}
