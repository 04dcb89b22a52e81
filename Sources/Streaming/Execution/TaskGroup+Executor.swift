extension ThrowingTaskGroup {
    /// Adds a task that runs on an executor; where that is nil, it runs where the group's own task does.
    ///
    /// A preference of nil would not say that: optimised code takes it for one of the cooperative pool.
    mutating func addTask(
        on executor: (any TaskExecutor)?,
        _ operation: @escaping @isolated(any) @Sendable () async throws -> ChildTaskResult
    ) {
        if let executor {
            addTask(executorPreference: executor, operation: operation)
        } else {
            addTask(operation: operation)
        }
    }
}
