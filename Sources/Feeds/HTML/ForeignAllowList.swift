/// SVG and MathML that sanitised HTML may hold.
enum ForeignAllowList {
    /// Elements of SVG, with their capitals.
    static let svgElements = words(
        """
        a animate animateColor animateMotion animateTransform circle defs desc ellipse font-face font- \
        face-name font-face-src foreignObject g glyph hkern line linearGradient marker metadata missing- \
        glyph mpath path polygon polyline radialGradient rect set stop svg switch text title tspan use
        """)

    /// Attributes of SVG, with their capitals.
    static let svgAttributes = words(
        """
        accent-height accumulate additive alphabetic arabic-form ascent attributeName attributeType \
        baseProfile bbox begin by calcMode cap-height class color color-rendering content cx cy d descent \
        display dur dx dy end fill fill-opacity fill-rule font-family font-size font-stretch font-style \
        font-variant font-weight from fx fy g1 g2 glyph-name gradientUnits hanging height horiz-adv-x \
        horiz-origin-x id ideographic k keyPoints keySplines keyTimes lang marker-end marker-mid marker- \
        start markerHeight markerUnits markerWidth mathematical max min name offset opacity orient origin \
        overline-position overline-thickness panose-1 path pathLength points preserveAspectRatio r refX \
        refY repeatCount repeatDur requiredExtensions requiredFeatures restart rotate rx ry slope stemh \
        stemv stop-color stop-opacity strikethrough-position strikethrough-thickness stroke stroke- \
        dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity \
        stroke-width systemLanguage target text-anchor to transform type u1 u2 underline-position \
        underline-thickness unicode unicode-range units-per-em values version viewBox visibility width \
        widths x x-height x1 x2 xlink:actuate xlink:arcrole xlink:href xlink:role xlink:show xlink:title \
        xlink:type xml:base xml:lang xml:space xmlns xmlns:xlink y y1 y2 zoomAndPan
        """)

    /// Elements of SVG that change attributes of others, and the attributes that say which and to what.
    static let animations = words("animate animatecolor animatemotion animatetransform set")
    static let animating = words("attributename from to by values")

    /// Elements of MathML.
    static let mathElements = words(
        """
        annotation annotation-xml maction maligngroup malignmark math menclose merror mfenced mfrac mglyph \
        mi mlabeledtr mlongdiv mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms \
        mscarries mscarry msgroup msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable mtd \
        mtext mtr munder munderover none semantics
        """)

    /// Attributes of MathML.
    static let mathAttributes = words(
        """
        accent accentunder actiontype align alignmentscope altimg altimg-height altimg-valign altimg-width \
        alttext bevelled charalign close columnalign columnlines columnspacing columnspan columnwidth \
        crossout decimalpoint denomalign depth dir display displaystyle edge encoding equalcolumns \
        equalrows fence fontstyle fontweight form frame framespacing groupalign height href id indentalign \
        indentalignfirst indentalignlast indentshift indentshiftfirst indentshiftlast indenttarget \
        infixlinebreakstyle largeop length linebreak linebreakmultchar linebreakstyle lineleading \
        linethickness location longdivstyle lquote lspace mathbackground mathcolor mathsize mathvariant \
        maxsize minlabelspacing minsize movablelimits notation numalign open other overflow position \
        rowalign rowlines rowspacing rowspan rquote rspace scriptlevel scriptminsize scriptsizemultiplier \
        selection separator separators shift side src stackalign stretchy subscriptshift superscriptshift \
        symmetric voffset width xlink:href xlink:show xlink:type xmlns xmlns:xlink
        """)

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(separator: " ").map(String.init))
    }
}
