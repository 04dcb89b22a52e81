import PipelineSpec
import State
import Streaming

/// Looks for the files of a source, and which of them are known.
struct JSONLinesFiles {
    struct Input {
        enum Kind {
            case stream(BytePath)
            /// With the number that it is known by; nil is another one.
            case file(FoundFile, Int?)
        }

        let kind: Kind
        let isMember: Bool
    }

    struct View {
        /// In the order in which they are read.
        var inputs: [Input] = []
        /// The files that are known ones, with their numbers.
        var claims: [(number: Int, file: FoundFile)] = []
        /// In words, which files are not what they were.
        var changes: [String] = []
        var problems: [FileSurvey.Problem] = []
        /// Known ones that were not found.
        fileprivate(set) var missing: Set<Int> = []
        fileprivate let survey: FileSurvey
    }

    private let paths: [String]
    private let directory: String
    private let base: PathBase
    private let ownOutputs: OwnOutputs
    private let isElsewhere: Bool

    /// - Parameter isElsewhere: whether the files that are known were read at another address.
    init(paths: [String], directory: String, ownOutputs: OwnOutputs, isElsewhere: Bool = false) {
        self.paths = paths
        self.directory = directory
        self.ownOutputs = ownOutputs
        self.isElsewhere = isElsewhere
        base = PathBase(directory: directory)
    }

    func look(for known: [Int: KnownFile]) -> View {
        var view = view(of: survey(), known)
        // A file that is renamed while its folder is listed may be met under neither name.
        for _ in 0..<2 where !view.missing.isEmpty {
            let again = survey()
            if again.files == view.survey.files { break }
            view = self.view(of: again, known)
        }
        return view
    }

    private func survey() -> FileSurvey {
        FileSurvey(of: paths, in: directory, base: base, ownOutputs: ownOutputs)
    }

    private func view(of survey: FileSurvey, _ known: [Int: KnownFile]) -> View {
        var view = View(problems: survey.problems, missing: Set(known.keys), survey: survey)
        let peek = FilePeek()
        let matches = FileMatching.match(survey.files, with: known, isElsewhere: isElsewhere) {
            file, offset, count in
            try peek.bytes(of: file.path, at: offset, count: count)
        }
        for input in survey.inputs {
            switch input.kind {
            case .stream(let path): view.inputs.append(Input(kind: .stream(path), isMember: input.isMember))
            case .file(let place):
                let file = survey.files[place]
                let number = matches[place].number
                view.inputs.append(Input(kind: .file(file, number), isMember: input.isMember))
                if let number {
                    view.missing.remove(number)
                    if !matches[place].isUnreadable { view.claims.append((number, file)) }
                }
                if let change = change(file, matches[place], known) { view.changes.append(change) }
            }
        }
        return view
    }

    private func change(_ file: FoundFile, _ match: FileMatch, _ known: [Int: KnownFile]) -> String? {
        func old(_ number: Int) -> String { known[number].map { "\(base.absolute($0.path))" } ?? "" }
        switch match {
        case .known, .new, .unreadable: return nil
        case .renamed(let number): return "\(old(number)) is \(file.path) now, and is read on there"
        case .copied(let number):
            return "\(old(number)) was copied to \(file.path) and emptied; the copy is read on"
        case .replaced: return "\(file.path) is another file than before; it is read from its start"
        case .rewritten: return "\(file.path) was emptied or written anew; it is read from its start"
        }
    }

    /// The known files that are no more.
    ///
    /// Only where all was found that should be: a folder that is not mounted says nothing about its files.
    func gone(in view: View, of known: [Int: KnownFile]) -> [Int] {
        guard view.survey.isComplete, !view.survey.files.isEmpty else { return [] }
        let homes = Set(view.survey.files.map(\.home))
        let mustSeeFolder = view.problems.contains { $0.isFailure }
        return view.missing.filter { number in
            guard let file = known[number] else { return false }
            return homes.contains(file.path) || isGone(number, file, mustSeeFolder: mustSeeFolder)
        }
    }

    private func isGone(_ number: Int, _ file: KnownFile, mustSeeFolder: Bool) -> Bool {
        let path = base.absolute(file.path)
        do throws(FileError) {
            let status = try FileStatus(of: path)
            // A link that led to it leads elsewhere now, and may lead back.
            let found = FoundFile(path: path, home: file.path, identity: status.identity, size: status.size)
            let peek = FilePeek()
            let match = FileMatching.match([found], with: [number: file]) { _, offset, count in
                try peek.bytes(of: path, at: offset, count: count)
            }
            return match[0].number == nil
        } catch {
            guard error.isAbsence else { return false }
            return !mustSeeFolder || hasNeighbours(path)
        }
    }

    /// Whether the nearest folder above that is there has something in it, as one that is not mounted has not.
    private func hasNeighbours(_ path: BytePath) -> Bool {
        var folder = path
        repeat {
            guard let parent = folder.parent else { return false }
            folder = parent
        } while !Glob.exists(folder)
        return !Glob.isEmptyFolder(folder)
    }
}

extension FileMatch {
    fileprivate var number: Int? {
        switch self {
        case .known(let number), .renamed(let number), .copied(let number), .unreadable(let number): number
        case .replaced, .rewritten, .new: nil
        }
    }

    fileprivate var isUnreadable: Bool {
        if case .unreadable = self { true } else { false }
    }
}
