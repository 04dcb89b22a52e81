/// What is outside of the program: the disk, the server and the clocks, and what others do to them.
final class World {
    static let folder = "/sim"
    static let specFile = "/sim/simulated.yaml"
    static let stateFolder = "/sim/.feedspine"
    static let stateFile = "/sim/.feedspine/simulated.db"

    let trace: Trace
    let clock = WorldClock()
    let disk: Disk
    let server = WebServer()
    /// The spec that others know the outputs by.
    private var spec: SpecDraft
    private let isLinked: Bool
    private var rotations = 0
    /// The rest of a line that was begun in a file.
    private var rests: [String: String] = [:]

    init(_ scenario: Scenario, trace: Trace) {
        self.trace = trace
        isLinked = scenario.isLinked
        spec = scenario.runs.first?.spec ?? SpecDraft(inputs: [], stages: [])
        disk = Disk { [clock] in clock.wall }
        disk.makeFolder(World.folder + "/in")
        disk.makeFolder(World.folder + "/out")
        if scenario.isLinked { makeLinks() }
        for input in scenario.runs.flatMap(\.spec.inputs) {
            switch input.source {
            case .files(let pattern): disk.append("", to: "\(World.folder)/\(pattern.dropLast())")
            case .web(let kind, let path): server.publish([], at: path, as: kind)
            case .generated: break
            }
        }
    }

    /// Everything that the spec names is a link; logs have a second name, which leads to whatever bears the first.
    private func makeLinks() {
        for folder in ["logs", "written", "kept"] { disk.makeFolder("\(World.folder)/\(folder)") }
        disk.link(World.folder + "/.feedspine", to: "kept")
        for input in spec.inputs {
            guard case .files = input.source else { continue }
            let name = input.source.name
            disk.link(path(of: name), to: "../logs/\(name).jsonl")
            disk.link(path(of: name) + ".too", to: "\(name).jsonl")
        }
        for sink in Set(spec.sinks) {
            let name = spec.path(of: sink)
            disk.link("\(World.folder)/\(name)", to: "\(World.folder)/written/\(name.dropFirst(4))")
        }
    }

    /// The user writes the spec; what it says to have another address than before, he has moved there.
    func write(_ spec: SpecDraft) {
        for (sink, was) in spec.formerSinks.sorted(by: { $0.key.name < $1.key.name })
        where self.spec.formerSinks[sink] != was {
            disk.rename("\(World.folder)/\(self.spec.path(of: sink))", to: path(of: sink, in: spec))
        }
        self.spec = spec
        disk.write(spec.yaml, to: World.specFile)
    }

    /// Lines that were begun come to their end, and links to names that nobody bears lead to files again.
    func completeLines() {
        for (input, rest) in rests.sorted(by: { $0.key < $1.key }) { disk.append(rest, to: path(of: input)) }
        rests = [:]
        for input in spec.inputs where isLinked {
            if case .files = input.source { disk.append("", to: path(of: input.source.name)) }
        }
    }

    func happen(_ event: Scenario.Event, in program: Program?) {
        trace.note(event)
        switch event {
        case .arrive(let items): arrive(items)
        case .begin(let item):
            let rest = rests.removeValue(forKey: item.input) ?? ""
            let middle = item.line.index(item.line.startIndex, offsetBy: 3 + item.number % 12)
            disk.append(rest + item.line[..<middle], to: path(of: item.input))
            rests[item.input] = String(item.line[middle...])
        case .rotate(let input):
            guard rests[input] == nil, disk.exists(path(of: input)) else { return }
            disk.rename(path(of: input), to: rotated(path(of: input)))
        case .copyAndEmpty(let input):
            guard rests[input] == nil, let bytes = disk.bytes(path(of: input)), !bytes.isEmpty else { return }
            disk.append(String(decoding: bytes, as: UTF8.self), to: rotated(path(of: input)))
            disk.cut(path(of: input), to: 0)
        case .write(let output, let number, let isWhole):
            let path = path(of: .lines(output), in: spec)
            // A careful program begins a line of its own where the last one is torn.
            let start = disk.bytes(path)?.last.map { $0 == UInt8(ascii: "\n") } ?? true ? "" : "\n"
            disk.append(start + Law.foreignLine(number) + (isWhole ? "\n" : ""), to: path)
        case .rotateOutput(let output):
            // Of a link, what it leads to, or the link itself.
            let place = path(of: .lines(output), in: spec)
            guard disk.exists(place) else { return }
            let path =
                rotations % 2 == 0 ? (try? disk.contents.destination(of: place)) ?? place : place
            disk.rename(path, to: rotated(path))
        case .replace(let input):
            // As editors do: a new file with the old lines takes the name.
            guard rests[input] == nil, let bytes = disk.bytes(path(of: input)) else { return }
            disk.write(String(decoding: bytes, as: UTF8.self), to: World.folder + "/in/new")
            disk.rename(World.folder + "/in/new", to: path(of: input))
        case .lock(let table, let seconds):
            disk.lock(path(of: .table(table), in: spec), until: clock.uptime + .seconds(seconds))
        case .setClock(let seconds): clock.set(bySeconds: seconds)
        case .stop: program?.stop()
        }
    }

    private func arrive(_ items: [Scenario.Item]) {
        for (input, items) in Dictionary(grouping: items, by: \.input).sorted(by: { $0.key < $1.key }) {
            if input.hasPrefix("/") {
                server.publish(items.map(\.title), at: input)
            } else {
                let rest = rests.removeValue(forKey: input) ?? ""
                disk.append(rest + items.map(\.line).joined(), to: path(of: input))
            }
        }
    }

    private func rotated(_ path: String) -> String {
        rotations += 1
        return "\(path).\(rotations)"
    }

    private func path(of input: String) -> String { "\(World.folder)/in/\(input).jsonl" }

    private func path(of sink: SpecDraft.Sink, in spec: SpecDraft) -> String {
        "\(World.folder)/\(spec.path(of: sink))"
    }
}
