/// The months in the languages of the world's feeds, long and short.
///
/// A list holds twelve places, separated by spaces, and a place all names of that month, separated by slashes: as it
/// stands in dates, so that languages with cases have the genitive too. All are in lower case and without the dot that
/// shortens some. No name may mean one month in one language and another in another; `docs/feeds.md` lists the
/// languages, and a test reads each name.
enum MonthNames {
    static let languages: [(name: String, months: String)] = [
        (
            "English",
            "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep "
                + "october/oct november/nov december/dec"
        ),
        (
            "German",
            "januar/jänner/jan/jän februar/feber/feb märz/maerz/mär april/apr mai juni/jun juli/jul august/aug "
                + "september/sept/sep oktober/okt november/nov dezember/dez"
        ),
        (
            "French",
            "janvier/janv/jan février/févr/fév/fevrier mars avril/avr mai juin juillet/juill/juil août/aout "
                + "septembre/sept/sep octobre/oct novembre/nov décembre/déc/decembre"
        ),
        (
            "Spanish",
            "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago "
                + "septiembre/setiembre/sept/sep/set octubre/oct noviembre/nov diciembre/dic"
        ),
        (
            "Italian",
            "gennaio/genn/gen febbraio/febbr/feb marzo/mar aprile/apr maggio/magg/mag giugno/giu luglio/lugl/lug "
                + "agosto/ago settembre/sett/set ottobre/ott novembre/nov dicembre/dic"
        ),
        (
            "Portuguese",
            "janeiro/jan fevereiro/fev março/mar/marco abril/abr maio/mai junho/jun julho/jul agosto/ago "
                + "setembro/set outubro/out novembro/nov dezembro/dez"
        ),
        (
            "Catalan",
            "gener/gen febrer/febr març abril/abr maig juny juliol/jul agost/ag setembre/set octubre/oct "
                + "novembre/nov desembre/des"
        ),
        (
            "Romanian",
            "ianuarie/ian februarie/feb martie/mar aprilie/apr mai iunie/iun iulie/iul august/aug "
                + "septembrie/sept octombrie/oct noiembrie/noi decembrie/dec"
        ),
        (
            "Dutch",
            "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sept/sep "
                + "oktober/okt november/nov december/dec"
        ),
        (
            "Danish",
            "januar/jan februar/feb marts/mar april/apr maj juni/jun juli/jul august/aug september/sep/sept "
                + "oktober/okt november/nov december/dec"
        ),
        (
            "Norwegian",
            "januar/jan februar/feb mars/mar april/apr mai juni/jun juli/jul august/aug september/sep/sept "
                + "oktober/okt november/nov desember/des"
        ),
        (
            "Swedish",
            "januari/jan februari/feb mars/mar april/apr maj juni/jun juli/jul augusti/aug september/sep/sept "
                + "oktober/okt november/nov december/dec"
        ),
        (
            "Finnish",
            "tammikuuta/tammikuu/tammi helmikuuta/helmikuu/helmi maaliskuuta/maaliskuu/maalis/maalisk "
                + "huhtikuuta/huhtikuu/huhti toukokuuta/toukokuu/touko kesäkuuta/kesäkuu/kesä "
                + "heinäkuuta/heinäkuu/heinä elokuuta/elokuu/elo syyskuuta/syyskuu/syys lokakuuta/lokakuu/loka "
                + "marraskuuta/marraskuu/marras joulukuuta/joulukuu/joulu"
        ),
        (
            "Polish",
            "stycznia/styczeń/sty lutego/luty/lut marca/marzec/mar kwietnia/kwiecień/kwi maja/maj "
                + "czerwca/czerwiec/cze lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrzesnia/wrz "
                + "października/październik/pazdziernika/paź/paz listopada/listopad/lis grudnia/grudzień/gru"
        ),
        (
            "Czech",
            "ledna/leden/led února/únor/úno března/březen/bře dubna/duben/dub května/květen/kvě června/červen/čvn "
                + "července/červenec/čvc srpna/srpen/srp září/zář října/říjen/říj listopadu/listopad/lis "
                + "prosince/prosinec/pro"
        ),
        (
            "Slovak",
            "januára/január/jan februára/február/feb marca/marec/mar apríla/apríl/apr mája/máj júna/jún júla/júl "
                + "augusta/august/aug septembra/september/sep októbra/október/okt novembra/november/nov "
                + "decembra/december/dec"
        ),
        (
            "Hungarian",
            "január/januári/jan február/februári/febr március/márc/már április/ápr/április május/máj június/jún "
                + "július/júl augusztus/aug szeptember/szept/szep október/okt november/nov december/dec"
        ),
        (
            "Greek",
            "ιανουαρίου/ιανουάριος/ιαν φεβρουαρίου/φεβρουάριος/φεβ μαρτίου/μάρτιος/μαρ/μάρ/μάώ "
                + "απριλίου/απρίλιος/απρ μαΐου/μάιος/μαϊ/μάϊ/μαΐ ιουνίου/ιούνιος/ιουν/ιούν "
                + "ιουλίου/ιούλιος/ιουλ/ιούλ αυγούστου/αύγουστος/αυγ/αύγ/aúg σεπτεμβρίου/σεπτέμβριος/σεπ/σεπτ "
                + "οκτωβρίου/οκτώβριος/οκτ νοεμβρίου/νοέμβριος/νοε/νοέ/νοεμ δεκεμβρίου/δεκέμβριος/δεκ"
        ),
        (
            "Russian",
            "января/январь/янв февраля/февраль/фев/февр марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн "
                + "июля/июль/июл августа/август/авг сентября/сентябрь/сен/сент октября/октябрь/окт "
                + "ноября/ноябрь/ноя/нояб декабря/декабрь/дек"
        ),
        (
            "Ukrainian",
            "січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/кві/квіт травня/травень/тра/трав "
                + "червня/червень/чер/черв липня/липень/лип серпня/серпень/сер/серп вересня/вересень/вер "
                + "жовтня/жовтень/жов/жовт листопада/листопад/лис/лист грудня/грудень/гру/груд"
        ),
        (
            "Bulgarian",
            "януари/яну февруари/февр/фев март/мар април/апр май юни/юн юли/юл август/авг септември/септ/сеп "
                + "октомври/окт ноември/ноем/ное декември/дек"
        ),
        (
            "Turkish",
            "ocak/oca şubat/subat/şub mart/mar nisan/nis mayıs/mayis/may haziran/haz temmuz/tem "
                + "ağustos/agustos/ağu eylül/eylul/eyl ekim/eki "
                + "kasım/kasim/kas aralık/aralik/ara"
        ),
        (
            "Indonesian",
            "januari/jan februari/feb maret/mar april/apr mei juni/jun juli/jul agustus/agu/agt september/sep "
                + "oktober/okt november/nov desember/des"
        ),
        (
            "Slovenian",
            "januar/jan februar/feb marec/mar/mar april/apr maj junij/jun/jun julij/jul/jul avgust/avg "
                + "september/sep oktober/okt november/nov december/dec"
        ),
        (
            "Serbian",
            "januar/jan/јануар/јан februar/feb/фебруар/феб mart/mar/март/мар april/apr/април/апр maj/мај "
                + "jun/јун jul/јул avgust/avg/август/авг septembar/sep/септембар/сеп oktobar/okt/октобар/окт "
                + "novembar/nov/новембар/нов decembar/dec/децембар/дец"
        ),
        (
            "Macedonian",
            "јануари/јан февруари/фев март/мар април/апр мај јуни/јун јули/јул август/авг септември/сеп "
                + "октомври/окт ноември/ное декември/дек"
        ),
        (
            "Belarusian",
            "студзеня/студзень/сту лютага/люты/лют сакавіка/сакавік/сак красавіка/красавік/кра мая/май "
                + "чэрвеня/чэрвень/чэр ліпеня/ліпень/ліп жніўня/жнівень/жні верасня/верасень/вер "
                + "кастрычніка/кастрычнік/кас лістапада/лістапад/ліс снежня/снежань/сне"
        ),
        (
            "Estonian",
            "jaanuar/jaan/jan veebruar/veebr märts aprill/apr mai juuni juuli august/aug september/sept "
                + "oktoober/okt november/nov detsember/dets"
        ),
        (
            "Latvian",
            "janvāris/janv februāris/febr marts aprīlis/apr maijs jūnijs/jūn jūlijs/jūl augusts/aug "
                + "septembris/sept oktobris/okt novembris/nov decembris/dec"
        ),
        (
            "Lithuanian",
            "sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis "
                + "liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis "
                + "gruodžio/gruodis"
        ),
        (
            "Icelandic",
            "janúar/jan febrúar/feb mars/mar apríl/apr maí júní/jún júlí/júl ágúst/ágú september/sep "
                + "október/okt nóvember/nóv desember/des"
        ),
        (
            "Galician",
            "xaneiro/xan febreiro/feb marzo/mar abril/abr maio xuño xullo/xul agosto/ago setembro/set "
                + "outubro/out novembro/nov decembro/dec"
        ),
        (
            "Afrikaans",
            "januarie/jan februarie/feb maart/mrt april/apr mei junie/jun julie/jul augustus/aug "
                + "september/sep oktober/okt november/nov desember/des"
        ),
        (
            "Arabic",
            "يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر "
                + "ديسمبر"
        ),
        (
            "Hebrew",
            "ינואר/ינו פברואר/פבר מרץ אפריל/אפר מאי יוני יולי אוגוסט/אוג ספטמבר/ספט אוקטובר/אוק "
                + "נובמבר/נוב דצמבר/דצמ"
        ),
        (
            "Persian",
            "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"
        ),
        (
            "Hindi",
            "जनवरी/जन फ़रवरी/फ़र मार्च अप्रैल मई जून जुलाई/जुल अगस्त/अग सितंबर/सित अक्टूबर/अक्टू नवंबर/नव "
                + "दिसंबर/दिस"
        ),
        (
            "Chinese",
            "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"
        )
    ]

    /// The number of the month with a name in lower case.
    static func month(_ name: String) -> Int64? { numbers[name] }

    private static let numbers: [String: Int64] = {
        // What a single document of feedparser's has, and no language.
        var numbers: [String: Int64] = ["ιου": 6]
        for language in languages {
            for (index, names) in language.months.split(separator: " ").enumerated() {
                for name in names.split(separator: "/") {
                    numbers[String(name)] = Int64(index + 1)
                    // Capitals do not tell the sigma at the end of a word from the others.
                    numbers[String(name.map { $0 == "ς" ? "σ" : $0 })] = Int64(index + 1)
                }
            }
        }
        return numbers
    }()
}
