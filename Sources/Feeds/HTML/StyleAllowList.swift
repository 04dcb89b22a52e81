/// CSS that a `style` attribute may hold.
enum StyleAllowList {
    /// Properties whose values are harmless.
    static let properties = words(
        """
        azimuth background-color border-bottom-color border-collapse border-color border-left-color \
        border-right-color border-top-color clear color cursor direction display elevation float font \
        font-family font-size font-style font-variant font-weight height letter-spacing line-height \
        overflow pause pause-after pause-before pitch pitch-range richness speak speak-header speak- \
        numeral speak-punctuation speech-rate stress text-align text-decoration text-indent unicode-bidi \
        vertical-align voice-family volume white-space width
        """)

    /// Words that may stand in the value of a background, border, margin or padding property.
    static let keywords = words(
        """
        !important aqua auto black block blue bold both bottom brown center collapse dashed dotted fuchsia \
        gray green italic left lime maroon medium navy none normal nowrap olive pointer purple red right \
        silver solid teal top transparent underline white yellow
        """)

    /// Properties that may stand inside SVG.
    static let svgProperties = words(
        """
        fill fill-opacity fill-rule stroke stroke-linecap stroke-linejoin stroke-opacity stroke-width
        """)

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(separator: " ").map(String.init))
    }
}
