/// Every kind of finding that there is. The raw value is the identifier that users see, search for and suppress.
package enum Rule: String, Sendable, CaseIterable {
    // The file
    case unreadableFile = "unreadable-file"
    case yamlSyntax = "yaml-syntax"
    case yamlTab = "yaml-tab"
    case yamlEncoding = "yaml-encoding"
    case yamlEmpty = "yaml-empty"
    case yamlDocuments = "yaml-documents"
    case yamlLimit = "yaml-limit"
    case yamlAlias = "yaml-alias"
    case yamlTag = "yaml-tag"
    case yamlKey = "yaml-key"
    case duplicateKey = "duplicate-key"
    // Values from outside
    case interpolationSyntax = "interpolation-syntax"
    case missingVariable = "missing-variable"
    case unreadableSecret = "unreadable-secret"
    // Options
    case unknownOption = "unknown-option"
    case missingOption = "missing-option"
    case missingValue = "missing-value"
    case wrongType = "wrong-type"
    case invalidValue = "invalid-value"
    case conflictingOptions = "conflicting-options"
    case ineffectiveOption = "ineffective-option"
    // Components
    case unknownComponent = "unknown-component"
    case missingComponent = "missing-component"
    case severalComponents = "several-components"
    // The pipeline
    case duplicateName = "duplicate-name"
    case fileConflict = "file-conflict"
    case unknownReference = "unknown-reference"
    case noSources = "no-sources"
    case noTap = "no-tap"
    case lateDedup = "late-dedup"
    case idleStage = "idle-stage"
    case unusedSink = "unused-sink"
    case unusedDefaults = "unused-defaults"
    // Expressions
    case expressionSyntax = "expression-syntax"
    case expressionName = "expression-name"
    case expressionType = "expression-type"
    case expressionLimit = "expression-limit"
}

extension Rule {
    /// What a rule says, in one line and at length.
    private struct Wording {
        let summary: String
        let help: String

        init(_ summary: String, _ help: String) {
            self.summary = summary
            self.help = help
        }
    }

    /// The severity of the rule's findings unless one says otherwise.
    package var severity: Severity {
        switch self {
        case .ineffectiveOption, .noTap, .lateDedup, .idleStage, .unusedSink, .unusedDefaults: .warning
        default: .error
        }
    }

    /// What the rule finds, in one line.
    package var summary: String { wording.summary }

    /// What to do about a finding.
    package var help: String { wording.help }

    private var wording: Wording {
        switch self {
        case .unreadableFile:
            Wording("The file cannot be read.", "Check the path and the permissions.")
        case .yamlSyntax:
            Wording(
                "The text is not YAML.",
                "Check indentation, colons and quotes at the place; text with `: ` or ` #` in it needs quotes."
            )
        case .yamlTab:
            Wording("A tab stands where YAML wants spaces.", "Indent with spaces; two a level are usual.")
        case .yamlEncoding:
            Wording(
                "The file is not UTF-8 text.",
                "Save the file as UTF-8; remove NUL bytes and other control characters.")
        case .yamlEmpty:
            Wording("The file holds no pipeline.", "A pipeline needs at least `name` and `sources`.")
        case .yamlDocuments:
            Wording(
                "The file holds more than one YAML document.", "Write each pipeline into a file of its own.")
        case .yamlLimit:
            Wording(
                "The file is beyond a limit of size, depth or expansion.",
                "The limits keep a spec from a stranger from exhausting the machine; no ordinary spec meets them."
            )
        case .yamlAlias:
            Wording(
                "An alias `*name` has no anchor `&name` before it, or stands within it.",
                "Define the anchor earlier in the file, outside of the place that uses it.")
        case .yamlTag:
            Wording(
                "A YAML tag that specs do not know.",
                "Leave out the tag: the option decides how its value is read.")
        case .yamlKey:
            Wording(
                "A mapping's key is not plain text.", "Keys are names; put special characters into quotes.")
        case .duplicateKey:
            Wording(
                "A key stands twice in one mapping.", "Remove one of the two; YAML would silently drop one.")
        case .interpolationSyntax:
            Wording(
                "A `${…}` placeholder is malformed.",
                "Write `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${file:/path}`; "
                    + "`$${` stands for the characters `${`.")
        case .missingVariable:
            Wording(
                "An environment variable is not set.", "Set it, or give a default with `${NAME:-default}`.")
        case .unreadableSecret:
            Wording(
                "The file of a `${file:…}` placeholder cannot be read.", "Check its path and permissions.")
        case .unknownOption:
            Wording(
                "There is no such option.", "`feedspine-run components NAME` lists a component's options.")
        case .missingOption:
            Wording(
                "A required option is missing.", "Add the option; `feedspine-run components NAME` shows it.")
        case .missingValue:
            Wording("An option stands without a value.", "Give it a value or remove it.")
        case .wrongType:
            Wording(
                "A value is not of the option's type.", "Write the value in the form that the option takes.")
        case .invalidValue:
            Wording(
                "A value is not one that the option takes.", "See the option's description for what it takes."
            )
        case .conflictingOptions:
            Wording("Two options contradict each other.", "Keep one of them.")
        case .ineffectiveOption:
            Wording("An option changes nothing where it stands.", "Remove it, or set what is meant instead.")
        case .unknownComponent:
            Wording("There is no such component.", "`feedspine-run components` lists what there is.")
        case .missingComponent:
            Wording(
                "An entry does not say which component it is.", "Add a component's name with its options.")
        case .severalComponents:
            Wording(
                "An entry names more than one component.", "Write each component into an entry of its own.")
        case .duplicateName:
            Wording(
                "Two entries, or two pipelines, have the same name.",
                "Names must differ: state and metrics are kept by them.")
        case .fileConflict:
            Wording(
                "A file would be written by two, or written and read.",
                "A file has one writer; let each sink write a file of its own, and no pipeline what it reads."
            )
        case .unknownReference:
            Wording(
                "A reference names a sink that is not defined.",
                "Define the sink under the top-level `sinks`.")
        case .noSources:
            Wording("The pipeline has no source.", "Add at least one entry to `sources`.")
        case .noTap:
            Wording("The pipeline delivers nothing.", "End the stages with a `tap`.")
        case .lateDedup:
            Wording(
                "A `dedup` after a `tap` cannot keep duplicates from being delivered there.",
                "Move the `dedup` before the `tap`.")
        case .idleStage:
            Wording(
                "A stage stands behind the last `tap`, where no record is delivered any more.",
                "Move it before the `tap`, or add the `tap` that it was meant for.")
        case .unusedSink:
            Wording("A named sink is never used.", "Use it with `tap: { ref: NAME }` or remove it.")
        case .unusedDefaults:
            Wording("Defaults for a component that the pipeline does not use.", "Remove them.")
        case .expressionSyntax:
            Wording("The expression is not CEL.", "Check operators, quotes and parentheses at the place.")
        case .expressionName:
            Wording("The expression names a field or function that is unknown.", "Check the spelling.")
        case .expressionType:
            Wording(
                "The expression's types do not fit.", "Convert explicitly, or compare values of one type.")
        case .expressionLimit:
            Wording("The expression is beyond a limit of size or depth.", "Split it into several steps.")
        }
    }
}
