import Notation

/// The words that stand in dates.
enum DateWords {
    enum Half {
        case morning, afternoon
    }

    /// The number of a month, by its English name or a beginning of it of three letters or more, or by one of
    /// ``MonthNames``.
    static func month(_ word: Bytes) -> Int64? {
        guard word.count >= 2 else { return nil }
        if word.count >= 3, let month = english(word) { return month }
        // The first word of most dates.
        if word.count == 3, isWeekday(word) { return nil }
        guard word.count <= 32 else { return nil }
        let name = String(word).lowercased()
        if let month = MonthNames.month(name) { return month }
        for prefix in prefixes where name.hasPrefix(prefix) {
            return MonthNames.month(plain(String(name.dropFirst(prefix.count))))
        }
        let plain = plain(name)
        return plain == name ? nil : MonthNames.month(plain)
    }

    /// Without marks that some write and some do not: the dot that small letters keep of the Turkish capital i, the
    /// hamza of a Persian genitive, and the signs that shorten words in Hindi and Hebrew.
    private static func plain(_ name: String) -> String {
        let marks: [Unicode.Scalar] = ["\u{307}", "\u{654}", "\u{970}", "\u{5F3}"]
        var plain = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where !marks.contains(scalar) { plain.append(scalar) }
        return String(plain)
    }

    /// What is written together with the month: of, in Catalan and in Hebrew.
    private static let prefixes = ["d’", "ב"]

    private static func english(_ word: Bytes) -> Int64? {
        guard let month = abbreviatedMonth(PackedWord.of(word.part(0..<3))) else { return nil }
        if word.count == 3 { return month }
        let isBeginning = monthNames[Int(month - 1)].utf8.starts(with: word.lazy.map(\.lowercased))
        return isBeginning || word.equalsIgnoringCase("sept") ? month : nil
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november",
        "december"
    ]

    /// The number of a month by its first three letters, packed: one of the two looks that each date takes.
    @inline(__always) private static func abbreviatedMonth(_ letters: UInt64) -> Int64? {
        switch letters {
        case 0x6A616E: 1  // jan
        case 0x666562: 2  // feb
        case 0x6D6172: 3  // mar
        case 0x617072: 4  // apr
        case 0x6D6179: 5  // may
        case 0x6A756E: 6  // jun
        case 0x6A756C: 7  // jul
        case 0x617567: 8  // aug
        case 0x736570: 9  // sep
        case 0x6F6374: 10  // oct
        case 0x6E6F76: 11  // nov
        case 0x646563: 12  // dec
        default: nil
        }
    }

    static func isWeekday(_ word: Bytes) -> Bool {
        guard word.count >= 3 else { return false }
        switch PackedWord.of(word.part(0..<3)) {
        // mon, tue, wed, thu, fri, sat, sun
        case 0x6D6F6E, 0x747565, 0x776564, 0x746875, 0x667269, 0x736174, 0x73756E: return true
        default: return false
        }
    }

    /// Words that mean nothing.
    static func isFiller(_ word: Bytes) -> Bool { fillers.contains(PackedWord.of(word)) }

    /// `st`, `nd`, `rd`, `th` and their like after a day.
    static func isOrdinal(_ word: Bytes) -> Bool { ordinals.contains(PackedWord.of(word)) }

    private static let fillers = PackedWord.set(
        "at of on the t o a d da di de del do den las los le em às à e y um uhr ore alle om och kl klo h hs m g gada ob u в г год "
            + "года гг р року о ч во и 日 時 分 秒 时")
    private static let ordinals = PackedWord.list("st nd rd th er e º ª °")

    // MARK: Halves of the day, and words that come after numbers

    /// The half of the day that a word names which stands before a time or after it.
    static func half(_ word: Bytes) -> Half? {
        guard let first = word.first, first >= 0x80 else { return nil }
        if mornings.contains(where: { word.equals($0) }) { return .morning }
        return afternoons.contains { word.equals($0) } ? .afternoon : nil
    }

    private static let mornings: [StaticString] = ["오전", "上午", "午前", "öö", "ÖÖ", "πμ", "ص"]
    private static let afternoons: [StaticString] = ["오후", "下午", "午後", "ös", "ÖS", "μμ", "م"]

    static let koreanOffset: Int64 = 9 * 3600

    /// The zone that a word for a half of the day implies.
    static func offset(ofHalf word: Bytes) -> Int64? {
        word.equals("오전") || word.equals("오후") ? koreanOffset : nil
    }

    /// Whether the word is Chinese or Japanese for year, month or day, which say nothing of the zone.
    static func isUnit(_ word: Bytes) -> Bool { word.equals("年") || word.equals("月") || word.equals("日") }

    /// The zone that the words for year, month and day imply; nil for other words.
    static func koreanUnit(_ word: Bytes) -> Int64? {
        guard let first = word.first, first >= 0x80 else { return nil }
        return word.equals("년") || word.equals("월") || word.equals("일") ? koreanOffset : nil
    }

    // MARK: Zones

    /// Seconds east of Greenwich; zones that nobody knows count as UTC when they look like one.
    static func zone(_ name: Bytes) -> Int64? {
        guard !name.isEmpty, name.count <= 5 else { return nil }
        if let minutes = zones[PackedWord.of(name)] { return Int64(minutes) * 60 }
        return name.count == 1 || (name.count >= 3 && name.allSatisfy { $0 &- 0x41 < 26 }) ? 0 : nil
    }

    private static let zones: [UInt64: Int] = {
        let list =
            "z 0 ut 0 utc 0 gmt 0 wet 0 west 60 bst 60 ist 330 cet 60 met 60 mez 60 cest 120 mest 120 mesz 120 eet 120 "
            + "eest 180 msk 180 msd 240 trt 180 ast -240 adt -180 nst -210 ndt -150 est -300 edt -240 cst -360 "
            + "cdt -300 mst -420 mdt -360 pst -480 pdt -420 akst -540 akdt -480 hst -600 at -240 et -300 ct -360 "
            + "mt -420 pt -480 brt -180 art -180 clt -240 jst 540 kst 540 sgt 480 hkt 480 pht 480 wib 420 awst 480 "
            + "acst 570 acdt 630 aest 600 aedt 660 nzst 720 nzdt 780 sast 120 gst 240 pkt 300"
        var zones: [UInt64: Int] = [:]
        let words = list.split(separator: " ")
        for i in stride(from: 0, to: words.count - 1, by: 2) {
            zones[PackedWord.of(words[i])] = Int(words[i + 1])
        }
        return zones
    }()
}
