import Notation
import Testing

@Suite("Scalars folded for the comparison of texts") struct FoldedScalarTests {
    @Test("the short way for ASCII says what the table says")
    func ascii() {
        for byte in 0..<0x80 as Range<UInt8> {
            let folded = ScalarFolding.shared[UInt32(byte)]
            switch ScalarFolding.ascii(byte) {
            case let letter?: #expect(folded.kind == .letter && folded.value == UInt32(letter))
            case nil: #expect(folded == .separator)
            }
        }
    }
}
