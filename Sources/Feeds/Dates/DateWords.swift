/// The words that stand in dates.
enum DateWords {
    enum Half {
        case morning, afternoon
    }

    /// The number of a month, by its English name or a beginning of it of three letters or more, or in Greek,
    /// Hungarian, German, French, Spanish or Italian.
    static func month(_ word: Bytes) -> Int64? {
        guard word.count >= 3 else { return nil }
        if let month = english(word) { return month }
        // The first word of most dates.
        if word.count == 3, isWeekday(word) { return nil }
        return foreignMonths[String(word).lowercased()]
    }

    private static func english(_ word: Bytes) -> Int64? {
        guard let index = englishMonths.firstIndex(of: PackedWord.of(word.part(0..<3))) else { return nil }
        let month = Int64(index + 1)
        if word.count == 3 { return month }
        let isBeginning = monthNames[index].utf8.starts(with: word.lazy.map(\.lowercased))
        return isBeginning || word.equalsIgnoringCase("sept") ? month : nil
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november",
        "december"
    ]
    /// By their first three letters.
    private static let englishMonths = monthNames.map { PackedWord.of($0.prefix(3)) }

    private static let foreignMonths: [String: Int64] = {
        let lists = [
            "ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
            "ιαν φεβ μάώ απρ μάϊ ιούν ιούλ αύγ σεπ οκτ νοέ δεκ",
            "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου "
                + "νοεμβρίου δεκεμβρίου",
            "január február március április május június július augusztus szeptember október november december",
            "januári februári március április május június július augusztus szeptember október november december",
            "januar februar märz april mai juni juli august september oktober november dezember",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
        ]
        var months: [String: Int64] = ["αυγ": 8, "ιου": 6, "máj": 5, "okt": 10, "dez": 12, "mär": 3, "aúg": 8]
        for list in lists {
            for (i, name) in list.split(separator: " ").enumerated() { months[String(name)] = Int64(i + 1) }
        }
        return months
    }()

    static func isWeekday(_ word: Bytes) -> Bool {
        word.count >= 3 && weekdays.contains(PackedWord.of(word.part(0..<3)))
    }

    /// Words that mean nothing.
    static func isFiller(_ word: Bytes) -> Bool { fillers.contains(PackedWord.of(word)) }

    /// `st`, `nd`, `rd`, `th` after a day.
    static func isOrdinal(_ word: Bytes) -> Bool { ordinals.contains(PackedWord.of(word)) }

    private static let weekdays = PackedWord.list("mon tue wed thu fri sat sun")
    private static let fillers = PackedWord.list("at of on the t o de del a")
    private static let ordinals = PackedWord.list("st nd rd th")

    // MARK: Korean

    static let koreanOffset: Int64 = 9 * 3600

    static func koreanHalf(_ word: Bytes) -> Half? {
        if word.equals("오전") { return .morning }
        return word.equals("오후") ? .afternoon : nil
    }

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
