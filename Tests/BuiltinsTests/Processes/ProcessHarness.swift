import Notation
import PipelineSpec
import Records
import Streaming

@testable import Builtins

/// Programs of a line for the shell.
struct ProcessHarness {
    let log = LogLines()
    let folder: Folder

    init() throws { folder = try Folder() }

    var context: BuildContext {
        var context = BuildContext(directory: folder.path, pipeline: "test", name: "it")
        context[LoggerKey.self] = log.logger
        return context
    }

    func child(_ shell: String, maxLine: Int = 1000, grace: Duration = .seconds(3600)) -> ChildProcess {
        ChildProcess(
            ProcessCommand(
                nil, shell: shell, environment: OptionMap([]), maxLine: ByteSize(bytes: maxLine),
                grace: grace, context), context)
    }

    func session(
        _ shell: String, _ matching: ProcessSession.Matching = .byNumber, timeout: Duration = .seconds(3600)
    ) -> ProcessSession {
        ProcessSession(child(shell), matching, timeout: timeout, ProcessTime(context))
    }

    /// A map by what a spec says, such as `exec: { shell: cat }`.
    func map(_ shell: String, _ form: ExecMap.Form = .messages, concurrency: Int = 4) -> ExecMap {
        ExecMap(
            form, concurrency: concurrency, session(shell, form == .messages ? .byNumber : .byOrder))
    }

    func sink(_ shell: String) -> ExecSink {
        ExecSink(session(shell), keys: DeliveryKeys(pipeline: "test", sink: "it"))
    }
}
