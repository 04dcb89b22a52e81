import CSQLite
import Glibc

/// A state that cannot be used, or not any more.
package struct StateError: Error, Equatable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        /// Another run has it open.
        case inUse(process: Int32?)
        /// It was made for another pipeline.
        case otherPipeline(StateOwner)
        /// It was made for a pipeline of the same name in another file.
        case otherSpec(StateOwner)
        case newer(version: String, known: Int64)
        /// Of version 0.1.0.
        case unreleased
        /// A SQLite file of something else.
        case foreign
        /// A file of something else, as far as its head says.
        case noDatabase
        case damaged(String)
        case full
        case busy
        case file(FileError)
        case failed(String)
    }

    package let path: String
    package let problem: Problem

    package init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        switch problem {
        case .inUse(process: getpid()):
            "the state \(path) is in use by another pipeline of this run; name another state with --state"
        case .inUse(let process):
            """
            the state \(path) is in use by another run\(process.map { " (process \($0))" } ?? ""); \
            wait for it to end, or name another state with --state
            """
        case .otherPipeline(let owner):
            """
            the state \(path) belongs to the pipeline '\(owner.pipeline)' (\(owner.spec)); \
            name another state with --state or settings.state, or delete that file to start anew
            """
        case .otherSpec(let owner):
            """
            the state \(path) belongs to the pipeline '\(owner.pipeline)' in \(owner.spec), and this is another file; \
            rename one of the two pipelines, or name another state with --state or settings.state
            """
        case .newer(let version, let known):
            """
            the state \(path) is of version \(version), this program knows versions up to \(known); \
            use a newer program, or name another state with --state
            """
        case .unreleased:
            """
            the state \(path) is of version 0.1.0, which was never released, and cannot be carried over; \
            delete it to start anew, or name another state with --state
            """
        case .foreign:
            "\(path) is a SQLite file, but no state of a pipeline; name another state with --state"
        case .noDatabase:
            """
            \(path) is no state of a pipeline, or one whose head is damaged; name another state with --state, \
            or put a copy of it in its place
            """
        case .damaged(let how):
            """
            the state \(path) is damaged: \(how); put a copy of it in its place, delete it to start anew, \
            or name another state with --state
            """
        case .full: "cannot write the state \(path): the disk is full; make room and start again"
        case .busy:
            "cannot write the state \(path): another program has locked it; end that program and start again"
        case .file(let error):
            """
            the state \(path) cannot be used: \(error); \
            name another place for it with --state or settings.state
            """
        case .failed(let how): "the state \(path) cannot be used: \(how)"
        }
    }
}

extension StateError {
    init(path: String, _ error: FileError) {
        self.init(path: path, isFull(error.code) ? .full : .file(error))
    }

    init(path: String, _ error: SQLiteError) {
        let problem: Problem =
            switch error.primary {
            case SQLITE_FULL: .full
            case SQLITE_IOERR where isFull(error.systemCode): .full
            case SQLITE_NOTADB: .noDatabase
            case SQLITE_CORRUPT: .damaged(error.message)
            // The tables are not what their version promises.
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_ERROR, SQLITE_SCHEMA: .damaged(error.message)
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
                error.systemCode == 0
                    ? .failed(error.message)
                    : .file(FileError(path: path, doing: "read or write it", code: error.systemCode))
            default: .failed(error.message)
            }
        self.init(path: path, problem)
    }

    init(path: String, any error: any Error) {
        switch error {
        case let error as StateError: self = error
        case let error as SQLiteError: self.init(path: path, error)
        case let error as FileError: self.init(path: path, error)
        case let error as ImpossibleValue: self.init(path: path, .damaged(error.description))
        default: self.init(path: path, .failed("\(error)"))
        }
    }
}

/// A value in a table that no version has written.
struct ImpossibleValue: Error, CustomStringConvertible {
    let table: String
    let value: String

    var description: String { "table '\(table)' holds an impossible \(value)" }
}

private func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }
