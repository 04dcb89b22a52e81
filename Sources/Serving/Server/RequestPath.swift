import Notation

/// The path of a request, decoded; names in it are compared, and never become part of a file's path.
package struct RequestPath: Equatable, Sendable {
    /// What stands between the slashes; `/` has one that is empty.
    package let segments: [String]

    /// - Parameter target: as it stands in the request, with what is asked behind the `?`.
    init?(_ target: String) {
        guard target.hasPrefix("/") else { return nil }
        let path = target.prefix { $0 != "?" && $0 != "#" }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let bytes = PercentEncoding.decode(String(part)), !bytes.contains(0),
                let text = String(validating: bytes, as: UTF8.self)
            else { return nil }
            segments.append(text)
        }
        self.segments = segments
    }
}
