import Notation
import PipelineSpec

/// How the next page is found.
struct HTTPJSONNext: FieldGroup {
    static let defaultMax = 100

    let link: Bool
    let page: String?
    let from: Int
    let cursor: Foreign<Expression>?
    let parameter: String
    let max: Int

    static let options = Options<HTTPJSONNext>(
        Field<Bool>("link", default: true, "Whether the `Link` header names it."),
        Field<String?>(
            "page", "The parameter that counts pages, until one is empty or not there.", .notEmpty,
            example: "page"),
        Field<Int>("from", default: 1, "The number of the first page.", .atLeast(0)),
        Field<Foreign<Expression>?>(
            "cursor",
            "What leads to it, of the whole answer: an address, or a value to send; null at the end.",
            example: "paging.next_cursor"),
        Field<String>("parameter", default: "cursor", "The parameter that the cursor is sent as.", .notEmpty),
        Field<Int>(
            "max", default: HTTPJSONNext.defaultMax,
            "At most so many pages in one run; the next run goes on from there.", .atLeast(1))
    ) { HTTPJSONNext(link: $0, page: $1, from: $2, cursor: $3, parameter: $4, max: $5) }
    .depending(
        on: .idle("link", because: "the pages are counted, or led to by a cursor") {
            $0.has("page") || $0.has("cursor")
        },
        .idle("from", because: "only pages that are counted (`page`) have numbers") { !$0.has("page") },
        .idle("parameter", because: "there is no `cursor` to send") { !$0.has("cursor") },
        .idle("max", because: "there is only one page without `link`") {
            $0.text("link") == "false" && !$0.has("page") && !$0.has("cursor")
        })
}

extension Constraint where Value == HTTPJSONNext {
    static let oneWay = Constraint("counted by `page` or led by `cursor`, not both") {
        $0.page == nil || $0.cursor == nil
    }
}

/// What tells how new an item is.
struct HTTPJSONSince: FieldGroup {
    let value: Expression
    let parameter: String

    static let options = Options<HTTPJSONSince>(
        Field<Expression>(
            "value", "What tells how new an item is: a number, or text that sorts by time.",
            example: "updated_at", role: .address),
        Field<String>("parameter", default: "since", "The parameter that it is sent as.", .notEmpty)
    ) { HTTPJSONSince(value: $0, parameter: $1) }
}

/// Name and password.
struct BasicCredentials: FieldGroup {
    let user: String
    let password: Secret

    static let options = Options<BasicCredentials>(
        Field<String>("user", "The name.", .notEmpty, example: "reader"),
        Field<Secret>("password", "The password.", example: "\"${API_PASSWORD}\"")
    ) { BasicCredentials(user: $0, password: $1) }
}
