/// A body of conformance cases: one implementation for each word that the command line takes.
protocol Suite: Sendable {
    /// The word that selects it.
    static var name: String { get }

    /// Runs every case below `folder`, in the order of their files. Failing cases are results; only cases that cannot be
    /// read are errors.
    func run(folder: String) throws(SuiteError) -> [CaseResult]
}

/// What became of one case.
struct CaseResult: Sendable, Equatable {
    /// What a failing case should have given and what it gave.
    struct Failure: Sendable, Equatable {
        let expected: String
        let found: String
    }

    /// The group that the case is counted in, one row of the table.
    let area: String
    /// Names the case within the suite.
    let id: String
    let failure: Failure?

    init(area: String, id: String, failure: Failure? = nil) {
        self.area = area
        self.id = id
        self.failure = failure
    }
}

/// Why a suite could not run.
enum SuiteError: Error, CustomStringConvertible {
    case noCases(folder: String, expected: String)
    case unreadable(file: String, reason: String)

    var description: String {
        switch self {
        case .noCases(let folder, let expected): "no cases in '\(folder)': expected \(expected)"
        case .unreadable(let file, let reason): "cannot read '\(file)': \(reason)"
        }
    }
}
