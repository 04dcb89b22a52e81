package import CEL
import Diagnostics
import Streaming

extension ExpressionEnvironment {
    /// Whether expressions can call a function by its name: it is no reserved word and no macro.
    package func canCall(_ function: Function) -> Bool {
        do throws(CompileErrors) {
            let arguments = repeatElement("dyn(1)", count: function.overloads.first?.parameters.count ?? 0)
            _ = try adding([function])
                .compile("\(function.name)(\(arguments.joined(separator: ", ")))", over: .open)
            return true
        } catch {
            return !error.errors.contains { $0.rule == .expressionSyntax }
        }
    }

    /// What is wrong with an example of a function, in a sentence; nil when it gives what it says.
    package func problem(of example: Function.Example) -> String? {
        do {
            let program = try compile("(\(example.expression)) == (\(example.result))", over: .open)
            let result = try program.value(of: [:], in: EvaluationContextKey.defaultValue).get()
            return result == .bool(true)
                ? nil : "the example `\(example.expression)` does not give `\(example.result)`"
        } catch let error as CompileErrors {
            let words = error.errors.map(\.message).joined(separator: "; ")
            return "the example `\(example.expression)` is not valid: \(words)"
        } catch {
            return "the example `\(example.expression)` fails: \(error)"
        }
    }
}
