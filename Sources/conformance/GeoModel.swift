import Feeds
import Records

/// GeoRSS and GML as GeoJSON-like geometry.
enum GeoModel {
    private struct Reader {
        /// Latitude comes first in the text; in the geometry longitude does.
        var swaps = true
        var dimensions = 2
    }

    /// The last geometry among the elements.
    static func place(_ elements: [ExtensionElement]) -> JSON? {
        var found: JSON?
        for element in elements {
            if let geometry = geometry(element, Reader()) {
                found = geometry
            } else if element.is("georss", "where") || element.is("", "where") {
                found = place(element.children) ?? found
            }
        }
        return found
    }

    private static func geometry(_ element: ExtensionElement, _ reader: Reader) -> JSON? {
        let name = element.name.lowercased()
        if element.prefix == "georss" {
            guard let points = points(element.text, reader), !points.isEmpty else { return nil }
            switch name {
            case "point": return make("Point", points[0])
            case "line": return make("LineString", .array(points))
            case "polygon": return points.count < 4 ? nil : make("Polygon", [.array(points)])
            case "box": return make("Box", .array(points))
            default: return nil
            }
        }
        guard element.prefix == "gml" else { return nil }
        return gml(element, name, adjusted(reader, by: element))
    }

    private static func gml(_ element: ExtensionElement, _ name: String, _ reader: Reader) -> JSON? {
        switch name {
        case "point":
            guard let position = element.children.first("gml", "pos"),
                let points = points(position.text, reader),
                let point = points.first
            else { return nil }
            return make("Point", point)
        case "linestring":
            guard let points = positions(element, reader) else { return nil }
            return make("LineString", .array(points))
        case "polygon":
            guard let ring = element.children.first("gml", "exterior")?.children.first("gml", "linearring"),
                let points = positions(ring, reader)
            else { return nil }
            return make("Polygon", [.array(points)])
        default: return nil
        }
    }

    private static func positions(_ element: ExtensionElement, _ reader: Reader) -> [JSON]? {
        element.children.first("gml", "poslist").flatMap { points($0.text, reader) }
    }

    private static func adjusted(_ reader: Reader, by element: ExtensionElement) -> Reader {
        var reader = reader
        if let dimensions = element.attribute("srsdimension").flatMap({ Int($0) }) {
            reader.dimensions = dimensions
        }
        if let system = element.attribute("srsname"), system.contains("EPSG") {
            reader.swaps = isGeographic(system.split(separator: ":").last.flatMap { Int($0) } ?? 0)
        }
        return reader
    }

    /// EPSG numbers its geographic systems, which put latitude first, around 4000; the projected ones are
    /// elsewhere.
    private static func isGeographic(_ code: Int) -> Bool {
        (4001...4999).contains(code) || [3819, 3821, 3824, 3889, 3906].contains(code)
    }

    private static func points(_ text: String, _ reader: Reader) -> [JSON]? {
        let words = text.split { $0 == "," || $0.isWhitespace }
        let numbers = words.compactMap { Double($0) }
        guard numbers.count == words.count else { return nil }
        let step = max(2, reader.dimensions)
        return stride(from: 0, to: numbers.count - step + 1, by: step).map { i in
            var point = reader.swaps ? [numbers[i + 1], numbers[i]] : [numbers[i], numbers[i + 1]]
            if step == 3 { point.append(numbers[i + 2]) }
            return .array(point.map(JSON.double))
        }
    }

    private static func make(_ type: String, _ coordinates: JSON) -> JSON {
        ["type": .string(type), "coordinates": coordinates]
    }
}
