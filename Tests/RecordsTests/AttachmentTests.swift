import Records
import TestSupport
import Testing

@Suite("What records carry beside their contents")
struct AttachmentTests {
    private final class Mark: RecordAttachment, @unchecked Sendable {}

    /// What may happen to a record, and what is known of it then.
    private struct Model {
        var record = records(#"{"a":1}"#)[0]
        var value: Int? = 1
        var mark: Mark?
        var index = 0
        var isDelivered = false
    }

    @Test("changes, attachment and delivery stay as they are when another of them is set", arguments: 0..<20)
    func independence(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var model = Model()
        for _ in 0..<50 {
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                let value = Int.random(in: 0..<9, using: &random)
                model.record.set(Key("a"), to: overlayValue(.int(Int64(value))))
                model.value = value
            case 1:
                model.record.remove(Key("a"))
                model.value = nil
            case 2:
                model.mark = Mark()
                model.index = Int.random(in: 0..<1 << 30, using: &random)
                model.record.attach(model.mark, index: model.index)
            case 3:
                model.mark = nil
                model.index = 0
                model.record.attach(nil, index: 0)
            case 4:
                model.isDelivered.toggle()
                model.record.isDelivered = model.isDelivered
            case 5:
                model.record.overlay = nil
                model.value = model.record.node["a"]?.int.map { Int($0) }
            default:
                var records = [model.record]
                records.compact()
                model.record = records[0]
                #expect(!model.record.isChanged)
            }
            #expect(model.record["a"]?.int.map { Int($0) } == model.value)
            #expect(model.record.isChanged == (model.record.overlay != nil))
            #expect(model.record.attachment === model.mark)
            #expect(model.record.attachmentIndex == model.index)
            #expect(model.record.isDelivered == model.isDelivered)
        }
    }

    @Test("a record is four words, which are passed in registers")
    func size() { #expect(MemoryLayout<Record>.size == 4 * MemoryLayout<UInt>.size) }
}
