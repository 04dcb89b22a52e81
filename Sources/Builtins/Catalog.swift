package import PipelineSpec

extension Catalog {
    /// Every component of this build; one line registers one.
    package static let builtin = Catalog(
        sources: [
            FeedSource.component,
            RedditSource.component,
            MastodonSource.component,
            HackerNewsSource.component,
            HTTPJSONSource.component,
            JSONLinesSource.component,
            ExecSource.component,
            GenerateSource.component
        ],
        maps: [
            SetMap.component,
            UnsetMap.component,
            ClassifyMap.component,
            RenameMap.component,
            PickMap.component,
            CleanMap.component,
            CanonicalURLMap.component,
            ContentHashMap.component,
            TruncateMap.component,
            LookupMap.component,
            HTTPMap.component,
            ExecMap.component
        ],
        sinks: [
            FileSink.jsonLines,
            CSVText.component,
            TemplateText.component,
            SQLiteSink.component,
            StdoutSink.component,
            FeedSink.component,
            HTTPSink.component,
            EmailSink.component,
            ExecSink.component,
            Slack.component,
            Discord.component,
            Telegram.component,
            Matrix.component,
            Teams.component,
            Ntfy.component,
            Gotify.component,
            Pushover.component,
            MastodonPost.component,
            Bluesky.component,
            GitHubIssue.component,
            Healthchecks.component
        ])
}
