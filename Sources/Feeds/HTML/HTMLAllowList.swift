/// What sanitised HTML may hold. Everything else goes.
enum HTMLAllowList {
    /// Elements that stay.
    static let elements = words(
        """
        a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas caption \
        center cite code col colgroup command data datagrid datalist dd del details dfn dialog dir div dl \
        dt em event-source fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr \
        i img input ins kbd keygen label legend li m main map mark menu meter multicol nav nextid noscript \
        ol optgroup option output p picture pre progress q rp rt ruby s samp section select small sound \
        source spacer span strike strong sub summary sup table tbody td textarea tfoot th thead time tr \
        track tt u ul var video wbr
        """)

    /// Whether a document with this element around everything is a page, which may have a feed inside.
    static func isPage(_ root: String) -> Bool { root == "html" || root == "body" }

    /// Attributes that stay.
    static let attributes = words(
        """
        abbr accept accept-charset accesskey action align alt autocomplete autofocus axis background \
        balance bgcolor bgproperties border bordercolor bordercolordark bordercolorlight bottompadding \
        cellpadding cellspacing ch challenge char charoff charset checked choff cite class clear color \
        cols colspan compact contenteditable controls coords data datafld datapagesize datasrc datetime \
        decoding default delay dir disabled draggable dynsrc enctype end face for form frame galleryimg \
        gutter headers height hidden hidefocus high href hreflang hspace icon id inputmode ismap keytype \
        label lang leftspacing list loading longdesc loop loopcount loopend loopstart low lowsrc max \
        maxlength media method min multiple name nohref noshade nowrap open optimum pattern ping \
        point-size poster pqg preload prompt radiogroup readonly rel repeat-max repeat-min replace required rev \
        rightspacing rows rowspan rules scope selected shape size sizes span src srcset start step style summary \
        suppress tabindex target template title toppadding type unselectable urn usemap valign value \
        variable volume vrml vspace width wrap xml:lang
        """)

    /// Elements that go with everything in them; of others that are not allowed the content stays.
    static let dropped = words(
        """
        applet frameset noembed noframes plaintext script style template title xmp
        """)

    /// Attributes that hold an address.
    static let addresses = words(
        """
        action archive background cite classid codebase data dynsrc formaction href icon longdesc lowsrc \
        manifest ping poster profile src usemap xlink:href altimg xml:base datasrc urn
        """)

    /// Elements of forms, and what sends them or says where to: a text of somebody else has nothing to ask for.
    static let forms = words("form input button select textarea option keygen fieldset")
    static let submission = words("action formaction enctype method target accept-charset form src")

    /// Whether an input of this type asks for nothing that has to stay secret.
    static func isHarmlessInput(_ type: String) -> Bool {
        !["password", "file", "image"].contains(type.asciiLowercased.trimmed)
    }

    /// Elements of SVG that take in what they refer to.
    static let usesOfSVG = words(
        "use mpath lineargradient radialgradient animate animatecolor animatemotion " + "animatetransform set"
    )

    /// Schemes of addresses that are code.
    static let codeSchemes = words("javascript vbscript livescript mocha data jscript")

    /// Schemes of addresses that are followed or fetched without running code.
    static let schemes = words(
        """
        aim callto cvs facetime feed file ftp gemini geo git gopher gtalk h323 hdl http https imap ipfs \
        irc irc6 ircs itms magnet mailto matrix mms msnim news nntp prospero rsync rtsp rtspu sftp shttp \
        sip sips skype smb sms snews ssh svn svn+ssh tel telnet wais webcal xmpp ymsg
        """)

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(separator: " ").map(String.init))
    }
}
