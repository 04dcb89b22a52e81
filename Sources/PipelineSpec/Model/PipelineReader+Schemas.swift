import CEL
import Diagnostics
import Records

/// What JSON Schemas say, for the expressions behind what they describe.
extension PipelineReader {
    /// What the entry's `schema` says of its records; nil where there is none.
    mutating func shape(_ entry: Entry) -> RecordShape? {
        guard let pair = entry.siblings.first(where: { $0.key.text == "schema" }) else { return nil }
        guard case .scalar(let scalar) = pair.value.content, scalar.substitution != .deferred, !scalar.isNull
        else { return .open }
        if let known = schemaShapes[scalar.text] { return known }
        let shape = shape(ofSchema: scalar, at: pair.value.range)
        schemaShapes[scalar.text] = shape
        return shape
    }

    private mutating func shape(ofSchema scalar: YAMLScalar, at range: SourceRange) -> RecordShape {
        guard let document = document(at: scalar, range) else { return .open }
        guard case .object(let object) = ValueType(schema: document) else {
            report(.schemaOfNoObject(shown(scalar)), range)
            return .open
        }
        return .fields(object, areItems: false)
    }

    /// The type of values that a schema describes with which they are checked when they come: a file, or a mapping that
    /// is the schema itself.
    ///
    /// - Parameter name: the field that the values stand in.
    mutating func type(ofSchema node: YAMLNode, name: String) -> ValueType {
        guard let document = document(of: node) else { return .dyn }
        do {
            return ValueType(schema: try JSONSchema(document).document, name: "'\(name)'")
        } catch {
            report(.unusableSchema(node.scalar.map(shown), reason: "\(error)"), node.range)
            return .dyn
        }
    }

    private mutating func document(of node: YAMLNode) -> JSON? {
        switch node.content {
        case .broken, .sequence: return nil
        case .scalar(let scalar): return scalar.isNull ? nil : document(at: scalar, node.range)
        case .mapping:
            var silent = SpecReader(reader.source)
            return JSONLiteral.read(node, [], &silent).flatMap { try? JSON(parsing: $0.text()) }
        }
    }

    /// Nil after reporting, and where only the environment knows the path.
    private mutating func document(at scalar: YAMLScalar, _ range: SourceRange) -> JSON? {
        if scalar.substitution == .deferred { return nil }
        do {
            return try schema(scalar.text)
        } catch {
            // A path that came from outside is not shown, neither is what the system says with it.
            let reason = scalar.substitution == .secret ? "it cannot be read" : "\(error)"
            report(.unusableSchema(shown(scalar), reason: reason), range)
            return nil
        }
    }

    private func shown(_ scalar: YAMLScalar) -> String {
        scalar.substitution == .secret ? "${…}" : scalar.text
    }
}
