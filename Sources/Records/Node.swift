/// A value inside a chunk: two pointers and a tape index, nothing is copied or counted.
///
/// Safe because every use is inside the life of the chunk: whoever asks a ``Record`` or ``Chunk`` for a node keeps that
/// object alive until the last use of the node.
package struct Node {
    @usableFromInline let bytes: UnsafePointer<UInt8>
    @usableFromInline let tape: UnsafePointer<UInt64>
    package let index: UInt32

    @inlinable package init(bytes: UnsafePointer<UInt8>, tape: UnsafePointer<UInt64>, index: UInt32) {
        self.bytes = bytes
        self.tape = tape
        self.index = index
    }

    @inlinable package var word: TapeWord { TapeWord(bits: tape[Int(index)]) }
    @inlinable package var kind: NodeKind { word.kind }
}
