import Glibc

/// Names of charsets as they are written, and what iconv calls them.
enum CharsetName {
    /// The name in lower case without quotes and white space around it.
    static func normalized(_ name: String) -> String {
        var text = name.asciiLowercased.trimmed
        while let first = text.first, first == "\"" || first == "'" { text.removeFirst() }
        while let last = text.last, last == "\"" || last == "'" { text.removeLast() }
        return text.trimmed
    }

    /// Spellings of one charset to try with iconv, the likeliest first.
    static func spellings(_ name: String) -> [String] {
        let name = normalized(name)
        guard !name.isEmpty, name.utf8.count < 40 else { return [] }
        let dashed = String(name.map { $0 == "_" || $0 == " " ? "-" : $0 })
        let bare = String(name.filter { $0 != "-" && $0 != "_" && $0 != " " })
        var result = [aliases[bare], name, dashed, bare].compactMap { $0 }
        for prefix in ["x-", "cs"] where name.hasPrefix(prefix) {
            result.append(String(name.dropFirst(prefix.count)))
        }
        if bare.hasPrefix("windows") || bare.hasPrefix("win") {
            result.append("cp" + bare.drop { !$0.isNumber })
        }
        if bare.hasPrefix("iso8859") { result.append("iso-8859-" + bare.dropFirst(7)) }
        return result
    }

    static func isUTF8(_ name: String) -> Bool {
        matches(name, ["utf8", "u8", "unicode11utf8", "utf8lias", "utf"])
    }

    /// ASCII, which is read as the UTF-8 that it is a part of.
    static func isASCII(_ name: String) -> Bool {
        matches(name, ["usascii", "ascii", "iso646us", "ansix341968", "us"])
    }

    /// A charset of two- or four-byte units whose byte order the name does not tell.
    static func isUnorderedUnicode(_ name: String) -> Bool {
        matches(
            name,
            [
                "u16", "utf16", "u32", "utf32", "iso10646ucs2", "iso10646ucs4", "csucs4", "csunicode", "ucs2",
                "ucs4"
            ])
    }

    /// A charset whose text has zero bytes in it, so that bytes which look like ASCII cannot be in it.
    static func isWide(_ name: String) -> Bool {
        let bare = normalized(name).filter { $0 != "-" && $0 != "_" }
        return bare.hasPrefix("utf16") || bare.hasPrefix("utf32") || bare.hasPrefix("ucs")
            || isUnorderedUnicode(name)
    }

    /// The byte with which text in a charset of seven bits leaves ASCII; nil for other charsets.
    static func shift(_ name: String) -> UInt8? {
        let bare = normalized(name).filter { $0 != "-" && $0 != "_" }
        if bare.hasPrefix("iso2022") || bare.hasPrefix("csiso2022") { return 0x1B }
        if bare == "hz" || bare == "hzgb2312" { return UInt8(ascii: "~") }
        return bare == "utf7" ? UInt8(ascii: "+") : nil
    }

    private static func matches(_ name: String, _ known: Set<String>) -> Bool {
        known.contains(normalized(name).filter { $0 != "-" && $0 != "_" && $0 != " " })
    }

    /// What common names mean on the web, where it is more than iconv would take them for, and misspellings.
    private static let aliases: [String: String] = [
        "iso88591": "cp1252", "latin1": "cp1252", "l1": "cp1252", "8859": "cp1252", "ansi": "cp1252",
        "iso88599": "cp1254", "latin5": "cp1254", "tis620": "cp874", "iso885911": "cp874",
        "gb2312": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "cp936": "gb18030", "euccn": "gb18030",
        "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "windows31j": "cp932", "mskanji": "cp932",
        "ksc56011987": "cp949", "ksc5601": "cp949", "euckr": "cp949", "big5": "big5-hkscs",
        "xeucjp": "euc-jp",
        "eucjp": "euc-jp", "macroman": "macintosh", "xmacroman": "macintosh", "mac": "macintosh",
        "u16": "utf-16", "u32": "utf-32", "u8": "utf-8", "iso10646ucs2": "ucs-2", "iso10646ucs4": "ucs-4",
        "ebcdic": "cp037"
    ]
}
