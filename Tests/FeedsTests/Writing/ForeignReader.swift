import CLibXML2
import Foundation
import Testing

@testable import Feeds

/// libxml2, which shares nothing with our own reader and forgives nothing.
enum ForeignReader {
    /// Checks a written feed by the rules of its format; XML has to be well-formed, and Atom valid.
    static func check(
        _ bytes: [UInt8], _ format: WrittenFormat, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard format != .json else {
            for problem in JSONFeedRules.problems(bytes) {
                Issue.record("\(problem)", sourceLocation: sourceLocation)
            }
            return
        }
        let options = Int32(
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
                | XML_PARSE_HUGE.rawValue)
        let document = bytes.withUnsafeBytes { bytes in
            xmlReadMemory(bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil, nil, options)
        }
        guard let document else {
            let message = xmlGetLastError().flatMap { $0.pointee.message.map { String(cString: $0) } } ?? ""
            Issue.record("not well-formed: \(message)", sourceLocation: sourceLocation)
            return
        }
        defer { xmlFreeDoc(document) }
        switch format {
        case .atom:
            for problem in problems(of: document) + AtomRules.problems(of: document) {
                Issue.record("\(problem)", sourceLocation: sourceLocation)
            }
        case .rss:
            for problem in RSSRules.problems(of: document) {
                Issue.record("\(problem)", sourceLocation: sourceLocation)
            }
        case .json: break
        }
    }

    private static func problems(of document: xmlDocPtr) -> [String] {
        let problems = Problems()
        let report: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<xmlError>?) -> Void = {
            problems, error in
            guard let problems, let message = error?.pointee.message else { return }
            Unmanaged<Problems>.fromOpaque(problems).takeUnretainedValue().all.append(
                "line \(error?.pointee.line ?? 0): \(String(cString: message))")
        }
        let user = Unmanaged.passUnretained(problems).toOpaque()
        let text = Array(AtomSchema.text.utf8CString)
        let parser = xmlRelaxNGNewMemParserCtxt(text, Int32(text.count - 1))
        defer { xmlRelaxNGFreeParserCtxt(parser) }
        xmlRelaxNGSetParserStructuredErrors(
            parser, unsafeBitCast(report, to: xmlStructuredErrorFunc.self), user)
        guard let schema = xmlRelaxNGParse(parser) else { return ["the schema is wrong: \(problems.all)"] }
        defer { xmlRelaxNGFree(schema) }
        let validator = xmlRelaxNGNewValidCtxt(schema)
        defer { xmlRelaxNGFreeValidCtxt(validator) }
        xmlRelaxNGSetValidStructuredErrors(
            validator, unsafeBitCast(report, to: xmlStructuredErrorFunc.self), user)
        let isValid = xmlRelaxNGValidateDoc(validator, document) == 0
        return isValid ? [] : problems.all.isEmpty ? ["invalid"] : problems.all
    }

    private final class Problems {
        var all: [String] = []
    }
}

/// What RFC 4287 demands and a grammar cannot say.
enum AtomRules {
    static func problems(of document: xmlDocPtr) -> [String] {
        guard let root = xmlDocGetRootElement(document) else { return [] }
        let entries = root.elements.filter { $0.name == "entry" }
        var problems: [String] = []
        let isBy = root.elements.contains { $0.name == "author" }
        if !isBy, !entries.allSatisfy({ $0.elements.contains { $0.name == "author" } }) {
            problems.append("neither the feed nor all entries have an author")
        }
        for entry in entries where !entry.elements.contains(where: { $0.name == "content" }) {
            if !entry.elements.contains(where: { $0.name == "link" && $0.attribute("rel") == "alternate" }) {
                problems.append("neither content nor link")
            }
        }
        let ids = entries.compactMap { $0.elements.first { $0.name == "id" }?.text }
        if Set(ids).count < ids.count { problems.append("an id is there twice") }
        return problems
    }
}

/// What the specification of RSS 2.0 demands, and the modules' names.
enum RSSRules {
    static func problems(of document: xmlDocPtr) -> [String] {
        var problems: [String] = []
        guard let root = xmlDocGetRootElement(document), root.name == "rss",
            root.attribute("version") == "2.0",
            let channel = root.elements.first, channel.name == "channel", root.elements.count == 1
        else { return ["no rss 2.0 with one channel"] }
        for needed in ["title", "link", "description"]
        where channel.elements.filter({ $0.name == needed }).count != 1 {
            problems.append("the channel has not one \(needed)")
        }
        for item in channel.elements where item.name == "item" {
            let names = item.elements.map(\.name)
            if !names.contains("title"), !names.contains("description") {
                problems.append("neither title nor description")
            }
            for single in [
                "guid", "title", "link", "description", "pubDate", "enclosure", "author", "source",
                "content:encoded"
            ]
            where names.filter({ $0 == single }).count > 1 && single != "author" {
                problems.append("several \(single)")
            }
            for element in item.elements {
                switch element.name {
                case "pubDate" where element.text.wholeMatch(of: date) == nil:
                    problems.append("date \(element.text)")
                case "enclosure":
                    for needed in ["url", "length", "type"] where element.attribute(needed) == nil {
                        problems.append("enclosure without \(needed)")
                    }
                case "source" where element.attribute("url") == nil: problems.append("source without url")
                case "author" where !element.text.contains("@"): problems.append("author without address")
                default: break
                }
            }
        }
        return problems
    }

    private nonisolated(unsafe) static let date =
        /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT/
}

extension xmlNodePtr {
    /// With the prefix.
    fileprivate var name: String {
        let local = String(cString: pointee.name)
        guard let prefix = pointee.ns?.pointee.prefix else { return local }
        return "\(String(cString: prefix)):\(local)"
    }

    fileprivate var elements: [xmlNodePtr] {
        var result: [xmlNodePtr] = []
        var next = pointee.children
        while let child = next {
            if child.pointee.type == XML_ELEMENT_NODE { result.append(child) }
            next = child.pointee.next
        }
        return result
    }

    fileprivate var text: String {
        guard let text = xmlNodeGetContent(self) else { return "" }
        defer { free(text) }
        return String(cString: text)
    }

    fileprivate func attribute(_ name: String) -> String? {
        guard let text = xmlGetProp(self, name) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
