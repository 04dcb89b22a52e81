/// Something about a document that is not as it should be, and was mended or left out.
package struct FeedProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case bareAmpersand, bareLessThan, undeclaredEntity, badAttribute, unbalancedQuote, badSection
        case unexpectedEndTag, missingEndTag, tooDeep, textTooLong, tooManyParts, tooManyItems
        case entitiesTooLong
        case invalidBytes, wrongCharset, unknownCharset, cutOff, badItem, badJSON
    }

    package let kind: Kind
    /// Where it was met first, from 1.
    package let line: Int

    package init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }

    package var description: String { "line \(line): \(kind.wording)" }
}

extension FeedProblem.Kind {
    /// The problem in words.
    package var wording: String {
        switch self {
        case .bareAmpersand: "an '&' that begins no reference was kept as it is"
        case .bareLessThan: "a '<' that begins no tag was kept as it is"
        case .undeclaredEntity: "an HTML entity that XML does not know was replaced"
        case .badAttribute: "an attribute without quotes or value was read"
        case .unbalancedQuote: "a tag with an open quote was ended"
        case .badSection: "a CDATA section that begins or ends wrongly was mended"
        case .unexpectedEndTag: "an end tag without its start tag was left out"
        case .missingEndTag: "an element whose end tag is missing was ended"
        case .tooDeep: "elements nested deeper than the limit were left out"
        case .textTooLong: "a text longer than the limit was cut"
        case .tooManyParts:
            "links, categories, people, elements, attributes or texts beyond the limit were left out"
        case .tooManyItems: "items beyond the limit were left out"
        case .entitiesTooLong: "entities that stand for more text than the document has were kept as written"
        case .invalidBytes: "bytes that are no text in the document's charset were replaced"
        case .wrongCharset: "the document is not in the charset that it declares"
        case .unknownCharset: "the declared charset is unknown; UTF-8 was assumed"
        case .cutOff: "the document ends in the middle"
        case .badItem: "an item that cannot be read was left out"
        case .badJSON: "a control character, a bad escape, a stray comma or too deep nesting was mended"
        }
    }
}

/// The problems of one document, each kind once.
struct FeedProblems: Sendable {
    private(set) var all: [FeedProblem] = []

    func contains(_ kind: FeedProblem.Kind) -> Bool { all.contains { $0.kind == kind } }

    mutating func note(_ kind: FeedProblem.Kind, line: Int) {
        if !contains(kind) { all.append(FeedProblem(kind, line: line)) }
    }
}

/// Why a document is no feed at all.
package enum FeedFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case empty
    /// An HTML page: a login form, an error page, a web site's front page.
    case htmlPage
    /// XML, but no element of a feed in it; the name of its first element.
    case notAFeed(root: String)
    /// JSON, but no JSON Feed.
    case notAJSONFeed
    /// Neither XML nor JSON: an image, compressed data, plain text.
    case notText

    package var description: String {
        switch self {
        case .empty: "the document is empty"
        case .htmlPage: "this is an HTML page, not a feed"
        case .notAFeed(let root): "this is XML, but no feed: its first element is <\(root)>"
        case .notAJSONFeed: "this is JSON, but no JSON Feed"
        case .notText: "this is neither XML nor JSON"
        }
    }
}
