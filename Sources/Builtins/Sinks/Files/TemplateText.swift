import PipelineSpec
import Records
import Streaming

/// A text for each record, from a template.
struct TemplateText: RecordText {
    static let component = SinkComponent(
        "text", "Appends a text for each record to a file.",
        details: """
            Values stand in the text as they are: a title with a line break in it makes two lines. Where one line a record \
            matters, let `set` take them out before.

            \(FileOptions.details)
            """,
        FileOptions.path(example: "history/news-{date}.md"),
        Field<PlainTemplate>(
            "template", "The text of a record.", example: "\"- [{title}]({url})\""),
        Field<String>("separator", default: "\n", "What stands behind each text."),
        FileOptions.zone, FileOptions.openFiles, FileOptions.compression, FileOptions.rotate
    ) { context, path, template, separator, zone, openFiles, compression, rotation in
        FileOptions(
            path: path, zone: zone, openFiles: openFiles, compression: compression, rotation: rotation
        )

        .sink(
            of: context,
            writing: TemplateText(template: template.template, separator: separator),
            OutputForm(hasLines: separator.hasSuffix("\n")))
    }
    .depending(on: FileOptions.isNamedByCompression)
    .with(FileOptions.traits)

    let template: TextTemplate
    let separator: String

    func append(_ records: [Record], to output: inout OutputBuffer) -> [Refusal] {
        var refusals: [Refusal] = []
        let span = records.span
        for index in span.indices {
            do {
                output.append(try template.render(span[index]))
                output.append(separator)
            } catch {
                refusals.append(Refusal(index: index, reason: "\(error)"))
            }
        }
        return refusals
    }
}
