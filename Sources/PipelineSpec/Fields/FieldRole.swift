/// What an option says of its component.
package enum FieldRole: Sendable {
    /// How it works. Another value changes nothing in the state.
    case setting
    /// Where it reads or writes: a part of what the state knows it by. With another value it starts anew.
    case address
    /// The same, as a path that starts from the spec's folder, or as a web address.
    case path
}
