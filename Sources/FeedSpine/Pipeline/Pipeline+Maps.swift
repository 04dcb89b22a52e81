internal import Records
internal import Streaming

extension Pipeline {
    // MARK: Filters

    /// The elements for which a condition holds.
    ///
    /// ```swift
    /// let even = spine.pipeline().filter { ($0["id"].int ?? 0) % 2 == 0 }
    /// ```
    ///
    /// - Parameter name: what the stage is called in errors; nil is `filter`.
    public func filter(
        name: String? = nil, _ isIncluded: @escaping @Sendable (Element) throws -> Bool
    ) -> Pipeline {
        guard !elements.isBatch else { return filter(name: name, concurrency: 1, isIncluded) }
        let condition = noting(stageName(name, "filter")) { [elements] record in
            try isIncluded(elements.element(of: [record]))
        }
        let operation = ConversionOperation("filter") { try condition($0) ? $0 : nil }
        return adding(operation, name: name, elements: elements)
    }

    /// The elements for which a condition holds that has to wait.
    ///
    /// ```swift
    /// let known = spine.pipeline().filter(concurrency: 4) { await catalog.contains($0["id"].int ?? 0) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the stage is called in errors; nil is `filter`.
    ///   - concurrency: elements that are asked for at the same time, at least 1; their order stays.
    public func filter(
        name: String? = nil, concurrency: Int = 1,
        _ isIncluded: @escaping @Sendable (Element) async throws -> Bool
    ) -> Pipeline {
        let condition = noting(stageName(name, "filter")) {
            [elements] (unit: [Records.Record]) async throws in
            try await isIncluded(elements.element(of: unit))
        }
        let operation = AsyncConversionOperation(
            "filter", concurrency: concurrency, keepsBatches: elements.isBatch
        ) { try await condition($0) ? $0 : [] }
        return adding(operation, name: name, elements: elements)
    }

    // MARK: Maps

    /// A record in the place of each element.
    ///
    /// ```swift
    /// let short = spine.pipeline().map { try Record(encoding: ["id": $0["id"].int ?? 0]) }
    /// ```
    ///
    /// - Parameter name: what the stage is called in errors; nil is `map`.
    public func map(
        name: String? = nil, _ transform: @escaping @Sendable (Element) throws -> Record
    ) -> Pipeline<Record> {
        mapped(name, .records) { [elements] in try $0[0].replaced(by: transform(elements.element(of: $0))) }
    }

    /// A value in the place of each element.
    ///
    /// ```swift
    /// let numbers = spine.pipeline().map { $0["id"].int ?? 0 }
    /// ```
    ///
    /// - Parameter name: what the stage is called in errors; nil is `map`.
    public func map<Value: Codable & Sendable>(
        name: String? = nil, _ transform: @escaping @Sendable (Element) throws -> Value
    ) -> Pipeline<Value> {
        mapped(name, .values) { [elements] in try $0[0].replaced(by: transform(elements.element(of: $0))) }
    }

    /// A record in the place of each element, that has to be waited for.
    ///
    /// ```swift
    /// let enriched = spine.pipeline().map(concurrency: 4) { await catalog.enriched($0) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the stage is called in errors; nil is `map`.
    ///   - concurrency: elements that are worked on at the same time, at least 1; their order stays.
    public func map(
        name: String? = nil, concurrency: Int = 1,
        _ transform: @escaping @Sendable (Element) async throws -> Record
    ) -> Pipeline<Record> {
        awaited(name, concurrency, .records) { [elements] unit in
            try unit[0].replaced(by: try await transform(elements.element(of: unit)))
        }
    }

    /// A value in the place of each element, that has to be waited for.
    ///
    /// ```swift
    /// let names = spine.pipeline().map(concurrency: 4) { await catalog.name(of: $0["id"].int ?? 0) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the stage is called in errors; nil is `map`.
    ///   - concurrency: elements that are worked on at the same time, at least 1; their order stays.
    public func map<Value: Codable & Sendable>(
        name: String? = nil, concurrency: Int = 1,
        _ transform: @escaping @Sendable (Element) async throws -> Value
    ) -> Pipeline<Value> {
        awaited(name, concurrency, .values) { [elements] unit in
            try unit[0].replaced(by: try await transform(elements.element(of: unit)))
        }
    }

    private func mapped<Value>(
        _ name: String?, _ values: Elements<Value>,
        _ body: @escaping @Sendable ([Records.Record]) throws -> Records.Record
    ) -> Pipeline<Value> {
        guard !elements.isBatch else { return awaited(name, 1, values, body) }
        let body = noting(stageName(name, "map"), body)
        return adding(ConversionOperation("map") { try body([$0]) }, name: name, elements: values)
    }

    private func awaited<Value>(
        _ name: String?, _ concurrency: Int, _ values: Elements<Value>,
        _ body: @escaping @Sendable ([Records.Record]) async throws -> Records.Record
    ) -> Pipeline<Value> {
        let body = noting(stageName(name, "map"), body)
        let operation = AsyncConversionOperation("map", concurrency: concurrency, keepsBatches: false) {
            [try await body($0)]
        }
        return adding(operation, name: name, elements: values)
    }
}
