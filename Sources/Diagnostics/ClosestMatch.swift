/// The candidate that a misspelt name most likely meant, or nil when none is near.
///
/// The distance is Damerau–Levenshtein's (insertions, deletions, replacements, swapped neighbours) without
/// regard to case; a third of the name's length, at least one and at most four, may differ.
package func closestMatch(to name: String, among candidates: some Sequence<String>) -> String? {
    // Nobody means a name by a paragraph, and the distance costs the product of the lengths.
    guard name.utf8.count <= 64 else { return nil }
    let wanted = Array(normalised(name))
    guard !wanted.isEmpty else { return nil }
    let threshold = min(max((wanted.count + 1) / 3, 1), 4)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let other = Array(normalised(candidate))
        guard abs(other.count - wanted.count) <= threshold else { continue }
        let distance = editDistance(wanted, other)
        if distance <= threshold, distance < max(other.count, wanted.count), distance < best?.distance ?? .max
        {
            best = (candidate, distance)
        }
    }
    return best?.name
}

/// Case, `-` and `_` are the same to someone who has forgotten which of them is used.
private func normalised(_ name: String) -> String {
    String(String.UnicodeScalarView(name.lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }))
}

/// The number of edits that turn one sequence into the other, swaps of neighbours counting one.
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        row.reserveCapacity(right.count + 1)
        for j in right.indices {
            let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
            var cost = min(last[j + 1] + 1, row[j] + 1, replaced)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[right.count]
}
