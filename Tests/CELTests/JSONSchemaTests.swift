import Records
import Testing

@testable import CEL

@Suite("JSON Schema") struct JSONSchemaTests {
    private func mismatch(_ value: String, _ schema: String) throws -> String? {
        try JSONSchema(JSON(parsing: schema)).mismatch(of: JSON(parsing: value)).map { "\($0)" }
    }

    @Test(
        "values are checked",
        arguments: [
            (#"{"type":"object"}"#, "{}", "[]", "must be of type object"),
            (#"{"type":["integer","null"]}"#, "3.0", "3.5", "must be of type integer or null"),
            (#"{"type":"number"}"#, "3", #""3""#, "must be of type number"),
            (#"{"enum":["a",1]}"#, "1.0", #""b""#, #"must be one of "a", 1"#),
            (#"{"const":{"a":1}}"#, #"{"a":1}"#, "null", #"must be {"a":1}"#),
            (
                #"{"properties":{"a":{"type":"string"}},"required":["a"]}"#, #"{"a":"x","b":1}"#, "{}",
                "`a` is missing"
            ),
            (
                #"{"properties":{"a":{"properties":{"b":{"minimum":1}}}}}"#, #"{"a":{"b":1}}"#,
                #"{"a":{"b":0}}"#,
                "`a.b` must be at least 1"
            ),
            (
                #"{"properties":{"a":true},"additionalProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#,
                "`b` is not foreseen"
            ),
            (
                #"{"additionalProperties":{"type":"string"}}"#, #"{"a":"x"}"#, #"{"a":1}"#,
                "`a` must be of type string"
            ),
            (#"{"minProperties":1,"maxProperties":1}"#, #"{"a":1}"#, "{}", "must have at least 1 members"),
            (#"{"items":{"exclusiveMinimum":0}}"#, "[1,2]", "[1,0]", "`[1]` must be more than 0"),
            (#"{"minItems":1,"maxItems":2}"#, "[1]", "[1,2,3]", "must have at most 2 elements"),
            (#"{"uniqueItems":true}"#, "[1,2]", "[1,1]", "must not have an element twice"),
            (#"{"minLength":2,"maxLength":2}"#, #""éé""#, #""é""#, "must have at least 2 characters"),
            (#"{"pattern":"^a+$"}"#, #""aa""#, #""ab""#, #"must match "^a+$""#),
            (#"{"maximum":2,"exclusiveMaximum":2}"#, "1.9", "2", "must be less than 2"),
            (#"{"multipleOf":0.5}"#, "1.5", "1.2", "must be a multiple of 0.5"),
            (#"{"anyOf":[{"type":"null"},{"minimum":1}]}"#, "1", "0", "is none of what it may be"),
            (#"{"oneOf":[{"minimum":1},{"maximum":3}]}"#, "0", "2", "must be exactly one of what it may be"),
            (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, "2", "4", "must be at most 3"),
            (#"{"not":{"type":"null"}}"#, "1", "null", "is what it must not be"),
            (
                ##"{"$ref":"#/$defs/n","$defs":{"n":{"properties":{"next":{"$ref":"#/$defs/n"}},"type":"object"}}}"##,
                #"{"next":{"next":{}}}"#, #"{"next":{"next":1}}"#, "`next.next` must be of type object"
            )
        ])
    func checks(schema: String, good: String, bad: String, reason: String) throws {
        #expect(try mismatch(good, schema) == nil)
        #expect(try mismatch(bad, schema) == reason)
    }

    @Test(
        "what would not be checked is refused",
        arguments: [
            (
                #"{"properties":{"a":{"if":{}}}}"#,
                "`if` in properties.a is no keyword that values are checked with here"
            ),
            (#"{"type":"text"}"#, "`type` has a value that it cannot have"),
            (#"{"pattern":"("}"#, "`pattern` has a value that it cannot have"),
            (#"{"items":[{}]}"#, "`items` has a value that it cannot have"),
            (
                ##"{"$ref":"#/$defs/x"}"##,
                "there is nothing at `#/$defs/x`; only what stands in the same schema can be referred to"
            ),
            ("3", "`schema` has a value that it cannot have")
        ])
    func refusals(schema: String, reason: String) throws {
        #expect {
            try JSONSchema(JSON(parsing: schema))
        } throws: {
            "\($0)" == reason
        }
    }

    @Test("a schema that goes in circles ends")
    func circles() throws {
        let circle = ##"{"$ref":"#"}"##
        #expect(try mismatch("1", circle) == "takes too long to check")
        let doubling =
            ##"{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}"##
        #expect(try mismatch("1", doubling) != nil)
    }
}
