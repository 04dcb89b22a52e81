extension UnsafeBufferPointer<UInt8> {
    /// The text of `<![CDATA[text]]>` that came escaped, or inside another section: marks that were to be none of it.
    var withoutSectionMarks: Bytes {
        var text = self
        while text.first == .lessThan, text.count >= 12, text.hasPrefixIgnoringCase("<![cdata["),
            text.part((text.count - 3)..<text.count).equals("]]>")
        {
            text = text.part(9..<(text.count - 3)).trimmed
        }
        return text
    }
}
