import Glibc

/// Whether something else than a database stands at a path, where SQLite would not say so but take its place: a file that
/// is shorter than the shortest page counts as empty for it.
package func isOverwrittenBySQLite(_ file: String, _ calls: any FileCalls = Files.calls) -> Bool {
    let shortestPage = 512
    guard let status = calls.status(of: file), status.st_mode & S_IFMT == S_IFREG,
        (1..<shortestPage).contains(Int(status.st_size))
    else { return false }
    // What was written of a page when power was lost; the journal says that nothing of it counts.
    return calls.status(of: file + "-journal") == nil
}

/// Throws where a state cannot be made or read, for a file of something else stands in its place.
///
/// - Parameters:
///   - file: without links.
///   - path: as it was given.
func checkForDatabase(_ file: String, path: String) throws(StateError) {
    if isOverwrittenBySQLite(file) { throw StateError(path: path, .noDatabase) }
}
