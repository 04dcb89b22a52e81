// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault")
]

// The modules are compiled here too, from links to their sources, so that benchmarks reach what has `package` access.
let package = Package(
    name: "FeedSpineBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: [])
    ],
    targets: [
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CFiles"),
        .target(name: "CSIMD"),
        .target(
            name: "Buffering", dependencies: [.product(name: "DequeModule", package: "swift-collections")],
            swiftSettings: settings),
        .target(name: "Notation", swiftSettings: settings),
        .target(name: "Pacing", swiftSettings: settings),
        .target(name: "Diagnostics", dependencies: ["Notation"], swiftSettings: settings),
        .target(name: "Records", dependencies: ["CSIMD", "Notation"], swiftSettings: settings),
        .target(
            name: "CEL", dependencies: ["CRE2", "Diagnostics", "Notation", "Records"], swiftSettings: settings
        ),
        .executableTarget(
            name: "CELBenchmarks",
            dependencies: ["CEL", "Notation", "Records", .product(name: "Benchmark", package: "benchmark")],
            path: "CELBenchmarks", swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "FeedServer",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio")
            ],
            path: "FeedServer", swiftSettings: settings),
        .target(
            name: "Feeds",
            dependencies: [
                "CLibXML2", "CSIMD", "Notation", "Records",
                .product(name: "Crypto", package: "swift-crypto")
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "FeedBenchmarks", dependencies: ["Feeds", "Records"], path: "FeedBenchmarks",
            swiftSettings: settings),
        .executableTarget(
            name: "SanitiserBenchmarks", dependencies: ["Feeds"], path: "SanitiserBenchmarks",
            swiftSettings: settings),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "Streaming",
            dependencies: [
                "Buffering", "Notation", "Pacing", "Records",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log")
            ],
            swiftSettings: settings),
        .target(
            name: "State", dependencies: ["CFiles", "CSQLite", "Notation", "Records", "Streaming"],
            swiftSettings: settings),
        .executableTarget(
            name: "HistoryBenchmarks", dependencies: ["State", "Streaming"], path: "HistoryBenchmarks",
            swiftSettings: settings),
        .executableTarget(
            name: "NearBenchmarks",
            dependencies: [
                "Records", "State", "Streaming", .product(name: "Logging", package: "swift-log")
            ],
            path: "NearBenchmarks", swiftSettings: settings),
        .executableTarget(
            name: "HandOverBenchmarks", dependencies: ["Buffering", "Records", "Streaming"],
            path: "HandOverBenchmarks",
            swiftSettings: settings),
        .target(
            name: "FeedSpine",
            dependencies: [
                "Buffering", "Notation", "Pacing", "Records", "State", "Streaming",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log")
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "StreamBenchmarks",
            dependencies: [
                "FeedSpine", .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
            ],
            path: "StreamBenchmarks", swiftSettings: settings)
    ],
    cxxLanguageStandard: .cxx17
)
