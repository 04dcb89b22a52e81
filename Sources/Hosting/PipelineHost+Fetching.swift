package import Fetching
import FoundationEssentials
import Streaming

extension PipelineHost {
    /// How the host's HTTP client is set up: its clock and chance are the host's, proxies and authorities come from the
    /// environment variables.
    package func fetching(userAgent: String) -> FetcherConfiguration {
        var configuration = FetcherConfiguration(userAgent: userAgent)
        configuration.proxies = ProxyRules(environment: variables)
        // The name under which OpenSSL, curl and others know it.
        configuration.extraAuthorities = variables["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        configuration.clock = FetchClock(surroundings)
        configuration.random = surroundings.random
        let (exchanges, kept) = DescriptorLimit.forConnections
        configuration.connections = ConnectionLimits(exchanges: exchanges, kept: kept)
        return configuration
    }
}

extension FetchClock {
    fileprivate init(_ surroundings: Surroundings) {
        let clock = surroundings.clock
        let sleep: @Sendable (Duration) async throws -> Void = { try await clock.sleep(for: $0) }
        self.init(
            now: surroundings.uptime,
            date: { [now = surroundings.now] in
                Date(timeIntervalSince1970: Double(now()) / 1_000_000_000)
            }, sleep: clock is ContinuousClock ? nil : sleep)
    }
}
