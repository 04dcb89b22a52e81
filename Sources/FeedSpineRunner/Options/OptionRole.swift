internal import PipelineSpec

/// What an option says of its component.
///
/// ```swift
/// let path = Field<String>("path", "What to read.", .notEmpty, example: "notes.txt", role: .path)
/// ```
public enum OptionRole: Sendable, Hashable {
    /// How it works. Another value changes nothing in what the state knows.
    case setting
    /// Where it reads or writes: a part of what the state knows it by. With another value it starts anew.
    case address
    /// The same, as the path of a file that starts from the pipeline file's folder; see ``ComponentContext/path(_:)``.
    case path

    var field: FieldRole {
        switch self {
        case .setting: .setting
        case .address: .address
        case .path: .path
        }
    }
}
