/// What a buffer holds, in order: each element with its load.
@usableFromInline
package protocol BufferQueue<Element> {
    associatedtype Element

    /// Of all elements together.
    var load: Load { get }
    var isEmpty: Bool { get }

    mutating func append(_ element: consuming Element, _ load: Load)
    mutating func popFirst() -> (element: Element, load: Load)?
    mutating func removeAll()
}
