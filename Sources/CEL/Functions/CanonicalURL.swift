import Notation

/// One form for the many addresses of one page.
///
/// Scheme and host become lower case, international names their ASCII form; the default port, tracking parameters, an empty query and a fragment that only
/// tracks go away; an empty path becomes `/`. Everything else, the order of parameters and the case of the path included,
/// stays. A fragment stays because it names a part of the page (RFC 3986, 3.5): each entry of a change log has its own.
package enum CanonicalURL {
    /// The canonical form of an absolute http or https URL; other texts come back without white space at the ends.
    package static func canonical(_ url: String) -> String {
        let trimmed = trim(url)
        let parts = URLParts(trimmed)
        guard parts.isWeb, let scheme = parts.scheme?.lowercased(), let place = parts.host else {
            return trimmed
        }
        var result = "\(scheme)://"
        if let userInfo = place.userInfo { result += "\(userInfo)@" }
        result += name(of: place)
        if let port = place.port, !port.isEmpty, port != (scheme == "https" ? "443" : "80") {
            result += ":\(port)"
        }
        result += parts.path.isEmpty ? "/" : parts.path
        let kept = (parts.query ?? "").split(separator: "&").filter { !isTracking($0) }
        if !kept.isEmpty { result += "?" + kept.joined(separator: "&") }
        if let fragment = parts.fragment, !fragment.isEmpty, !onlyTracks(fragment) {
            result += "#" + fragment
        }
        return result
    }

    /// The host of an absolute URL in lower case, an international name in its ASCII form; nil when there is none.
    package static func host(_ url: String) -> String? {
        let parts = URLParts(trim(url))
        guard parts.scheme != nil, let place = parts.host, !place.host.isEmpty else { return nil }
        return name(of: place)
    }

    private static func name(of place: URLParts.Host) -> String {
        HostName.ascii(place.host) ?? place.host.lowercased()
    }

    private static func isTracking(_ parameter: Substring) -> Bool {
        let name = parameter.prefix { $0 != "=" }.lowercased()
        return TrackingParameters.names.contains(name)
            || TrackingParameters.prefixes.contains { name.hasPrefix($0) }
    }

    /// `#utm_source=feed&utm_medium=rss`, `#xtor=RSS-1`: nothing but parameters that track.
    private static func onlyTracks(_ fragment: Substring) -> Bool {
        let parameters = fragment.drop { $0 == "?" || $0 == "!" }.split(separator: "&")
        return !parameters.isEmpty && parameters.allSatisfy { $0.contains("=") && isTracking($0) }
    }

    private static func trim(_ url: String) -> String {
        let scalars = url.unicodeScalars
        guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
            let last = scalars.lastIndex(where: { $0.value > 0x20 })
        else { return "" }
        return String(scalars[first...last])
    }
}
