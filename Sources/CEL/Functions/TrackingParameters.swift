/// Query parameters that tell only where a visitor came from, or who he is.
///
/// Gathered from the lists that browsers and readers go by: AdGuard's URL Tracking filter (`TrackParamFilter`,
/// `general_url.txt`), Firefox's query stripping, Brave's query filter, Neat URL's default parameters, and miniflux's
/// `urlcleaner`; of these the parameters that mean nothing else on any site. Names that many sites use for something of
/// their own (`ref`, `source`, `cid`, `s`, `t`) are left out, whatever list has them.
package enum TrackingParameters {
    /// Beginnings of names: UTM, Matomo and Piwik, and HubSpot's advertisements.
    static let prefixes = ["utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_"]

    /// Whole names, in lower case.
    static let names: Set<String> = [
        // Google: click identifiers, Analytics (and what was meant for it), Merchant Center, AMP
        "gclid", "gclsrc", "gbraid", "wbraid", "gad_source", "gad_campaignid", "dclid", "_ga", "_gl", "_gac",
        "campaign_id", "campaign_medium", "campaign_name", "campaign_source", "campaign_term",
        "campaign_content", "itm_source", "itm_medium", "itm_campaign", "itm_content", "itm_term", "srsltid",
        "usqp", "gs_l", "ga_source", "ga_medium", "ga_term", "ga_content", "ga_campaign", "ga_place",
        // Facebook, Instagram, Threads
        "fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fb_comment_id",
        "action_object_map", "action_ref_map", "action_type_map", "igshid", "igsh", "xmt",
        // X, TikTok, LinkedIn, Reddit, Pinterest, Snapchat
        "twclid", "ref_src", "ref_url", "__twitter_impression", "ttclid", "tt_medium", "tt_content",
        "li_fat_id", "trkcampaign",
        "rdt_cid", "epik", "sccid", "sc_cid",
        // Microsoft
        "msclkid", "cvid", "ocid",
        // Yandex, VK, Mail.ru
        "yclid", "ysclid", "syclid", "_openstat", "ymclid", "vk_ref", "vkclid",
        // Mail and text messages: Mailchimp, Marketo, HubSpot, Vero, Klaviyo, Drip, Beehiiv, Omeda (Olytics), ActiveCampaign,
        // ConvertKit, Sailthru, Salesforce, Blueshift, Brevo, Ortto, Wunderkind, Silverpop, Listrak, Piano
        "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp",
        "hsctatracking", "vero_id", "vero_conv", "_ke", "_kx", "__s", "_bhlid", "oly_anon_id", "oly_enc_id",
        "rb_clickid", "vgo_ee", "ck_subscriber_id", "sc_customer", "sc_eh", "sc_uid", "sfmc_id",
        "sfmc_activityid", "et_rid", "bsft_clkid", "bsft_uid", "ss_email_id", "oft_c", "oft_ck", "oft_d",
        "oft_id", "oft_ids", "oft_k", "oft_lk", "oft_sk", "sms_click", "sms_source", "sms_uph", "bbeml",
        "spmailingid", "spjobid", "spreportid", "spuserid", "trk_contact", "trk_msg", "trk_module", "trk_sid",
        "at_recipient_id", "at_recipient_list", "nr_email_referer", "ml_subscriber", "ml_subscriber_hash",
        "dm_i",
        // Adobe, AT Internet (Piano), Webtrends, comScore, Parse.ly, Chartbeat, Echobox
        "s_kwcid", "s_cid", "ef_id", "at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3",
        "at_custom4", "at_link_id", "at_link_origin", "at_link_type", "at_ptr_name", "at_bbc_team",
        "at_campaign_type", "at_format", "xtor", "wt.mc_id", "wt_mc", "wt_zmc", "ns_campaign", "ns_mchannel",
        "ns_source", "ns_linkname", "ns_fee", "cmpid", "ncid", "ftag", "echobox",
        // Others that only sell or count: Branch, Humble Bundle, Wicked Reports, Verizon, Readwise, affiliates
        "_branch_match_id", "_branch_referrer", "hmb_campaign", "hmb_medium", "hmb_source", "wickedid",
        "guccounter", "guce_referrer", "guce_referrer_sig", "__readwiselocation", "irclickid", "irgwc",
        "cjevent", "awc", "asgtbndr", "sr_share", "mibextid", "spm_id_from", "_trkparms", "mkcid", "mkevt",
        "mkrid", "campid", "toolid", "unicorn_click_id", "soc_src", "soc_trk", "spm", "os_ehash",
        "adobe_mc_ref",
        "adobe_mc_sdid", "ceneo_spo", "ndclid", "redirect_log_mongo_id", "redirect_mongo_id",
        "sb_referer_host"
    ]
}
