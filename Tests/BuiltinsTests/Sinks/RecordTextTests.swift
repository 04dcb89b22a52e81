import PipelineSpec
import Records
import Testing

@testable import Builtins

/// What stands in tables of text, and in texts from templates.
@Suite struct RecordTextTests {
    private func csv(
        _ fields: [String], _ records: [String], _ delimiter: CSVDelimiter = .comma
    ) throws -> String {
        let columns = CSVColumns.fields(fields.compactMap { FieldPath($0) })
        let text = try CSVText(columns, delimiter: delimiter, BuildContext(directory: ".", pipeline: "test"))
        var output = OutputBuffer()
        let refusals = text.append(try SinkRecords.parse(records), to: &output)
        #expect(refusals.isEmpty)
        return String(decoding: text.header + Array(output.bytes), as: UTF8.self)
    }

    @Test func cellsHaveQuotesWhereTheyNeedThem() throws {
        let records = [
            #"{"a":"x","b":"with, comma"}"#, #"{"a":"a \"word\"","b":"two\nlines"}"#,
            #"{"a":"c\rd","b":" ; "}"#
        ]
        let expected = "a,b\nx,\"with, comma\"\n\"a \"\"word\"\"\",\"two\nlines\"\n\"c\rd\", ; \n"
        #expect(try csv(["a", "b"], records) == expected)
    }

    @Test func valuesThatAreNoTextAreJSONAndWhatIsAbsentIsNothing() throws {
        let records = [
            #"{"a":1.50,"b":true,"c":{"d":[1,"x"]}}"#, #"{"a":null,"c":{"d":{"e":1}}}"#, #"{"c":7}"#
        ]
        let expected = "a;b;c.d\n1.50;true;\"[1,\"\"x\"\"]\"\n;;\"{\"\"e\"\":1}\"\n;;\n"
        #expect(try csv(["a", "b", "c.d"], records, .semicolon) == expected)
    }

    @Test func aLineHasAByteBeforeItsEnd() throws {
        #expect(try csv(["a"], [#"{"a":""}"#, "{}", #"{"a":"b"}"#]) == "a\n\"\"\n\"\"\nb\n")
    }

    @Test func aTemplateStandsBeforeItsSeparator() throws {
        var output = OutputBuffer()
        let text = TemplateText(template: PlainTemplate("<{a}> {b}").template, separator: ";\n")
        _ = text.append(try SinkRecords.parse([#"{"a":"x\"","b":[1,2]}"#, "{}"]), to: &output)
        #expect(String(decoding: output.bytes, as: UTF8.self) == "<x\"> 1, 2;\n<> ;\n")
    }

    @Test(arguments: [
        ("jsonl: { path: a.jsonl, compression: gzip }", "is not compressed as its path says"),
        ("jsonl: { path: a.gz, compression: zstd }", "is not compressed as its path says"),
        ("csv: { path: a.csv, columns: [titel] }", "unknown field 'titel'"),
        ("csv: { path: a.csv, columns: { a: titel } }", "unknown field 'titel'"),
        ("csv: { path: a.csv, columns: {} }", "`columns` must not be empty"),
        ("text: { path: a.txt, template: '{titel}' }", "unknown field 'titel'"),
        ("jsonl: { path: a.jsonl, rotate: { keep: 3 } }", "`rotate` needs the option `size` or `every`")
    ]) func whatIsWrongIsFoundInTheSpec(entry: String, expected: String) {
        let findings = HTTPSinkHarness.findings(entry)
        #expect(findings.count == 1 && findings[0].contains(expected), "\(findings)")
    }

    @Test(arguments: [
        "jsonl: { path: a.jsonl.gz, compression: gzip, rotate: 10MB }",
        "jsonl: { path: '{title}', compression: zstd }",
        "csv: { path: a.csv, columns: { a: title, b: size(title) }, delimiter: tab }",
        "csv: { path: a.csv, columns: [title], rotate: { every: 1d, keep: 3 } }",
        "text: { path: a.txt, template: '{title}', separator: '' }"
    ]) func whatIsRightIsTaken(entry: String) { #expect(HTTPSinkHarness.findings(entry) == []) }
}
