// swift-tools-version: 6.2
import PackageDescription

// `make test` and CI refuse warnings; a user's build with a newer compiler should not fail over one.
let isStrict = Context.environment["FEEDSPINE_STRICT"] != nil

// What `feedspine-run --version` says. `make` asks git (scripts/version); SwiftPM's own git information is no help, it
// stands in the cache of this manifest and survives commits and tags.
let version = Context.environment["FEEDSPINE_VERSION"] ?? "0.0.0-development"

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault")
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl")
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "FeedSpine",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "FeedSpine", targets: ["FeedSpine"]),
        .library(name: "FeedSpineRunner", targets: ["FeedSpineRunner"]),
        .executable(name: "feedspine-run", targets: ["feedspine-run"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.44.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0")
    ],
    targets: [
        // System libraries and thin C.
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CCurl"),
        .target(name: "CFiles"),
        .target(name: "CProgram", cSettings: [.define("FEEDSPINE_VERSION", to: "\"\(version)\"")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CSIMD"),

        // From the bottom to the top: each imports only what stands above it here.
        module("Buffering", [collections]),
        module("Compression", ["CZlib", "CZstd"]),
        module("Notation"),
        module("Pacing"),
        module("Diagnostics", ["Notation"]),
        module("Records", ["CSIMD", "Notation"]),
        module("CEL", ["CRE2", "Diagnostics", "Notation", "Records"]),
        module("Streaming", ["Buffering", "Notation", "Pacing", "Records", collections, logging]),
        module("Feeds", ["CLibXML2", "CSIMD", "Notation", "Records", crypto]),
        module(
            "Fetching",
            [
                "CBrotli", "CZlib", "Notation", "Pacing",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2")
            ] + nio),
        module("State", ["CFiles", "CSQLite", "Notation", "Records", "Streaming"]),
        module(
            "PipelineSpec",
            ["CEL", "CLibYAML", "Diagnostics", "Notation", "Pacing", "Records", "Streaming"]),
        module(
            "Builtins",
            [
                "CCurl", "CEL", "CSQLite", "Compression", "Diagnostics", "Feeds", "Fetching", "Notation",
                "Pacing", "PipelineSpec", "Records", "State", "Streaming", crypto, grdb, logging, subprocess
            ]),
        module(
            "Hosting",
            [
                "Builtins", "CEL", "Diagnostics", "Fetching", "Notation", "PipelineSpec", "Records", "State",
                "Streaming", crypto, logging
            ]),
        module(
            "FeedSpine", ["Buffering", "Notation", "Pacing", "Records", "State", "Streaming", crypto, logging]
        ),
        module(
            "Serving",
            [
                "Compression", "Fetching", "Notation", crypto, httpTypes, hummingbird, logging,
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
            ] + nio),
        module(
            "FeedSpineCommands",
            [
                "Builtins", "CEL", "CMalloc", "CProgram", "Diagnostics", "Feeds", "Fetching", "Hosting",
                "PipelineSpec", "Records", "Serving", "State", "Streaming",
                argumentParser, logging, .product(name: "UnixSignals", package: "swift-service-lifecycle")
            ]),
        module(
            "FeedSpineRunner",
            [
                "Builtins", "CEL", "Diagnostics", "FeedSpine", "FeedSpineCommands", "Hosting", "PipelineSpec",
                "Streaming", logging
            ]),
        .executableTarget(
            name: "feedspine-run", dependencies: ["FeedSpineRunner"], swiftSettings: settings),
        // What developers and CI run beside the tests: the conformance cases of other projects.
        .executableTarget(
            name: "conformance", dependencies: ["CEL", "CLibXML2", "Feeds", "Notation", "Records"],
            swiftSettings: settings),
        // What `make bench-compare` counts the instructions of.
        .executableTarget(
            name: "Instructions",
            dependencies: [
                "Builtins", "CEL", "Diagnostics", "Feeds", "Hosting", "Notation", "PipelineSpec", "Records",
                "Streaming",
                logging
            ], path: "Benchmarks/Instructions", swiftSettings: settings),

        // The engine on a scheduler, a clock, a disk and a network that a seed decides; see docs/guarantees.md.
        .executableTarget(
            name: "simulate",
            dependencies: [
                "Builtins", "CSQLite", "Diagnostics", "Fetching", "Hosting", "PipelineSpec", "Records",
                "State",
                "Streaming", "TestSupport", argumentParser, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client")
            ] + nio, path: "Tests/Simulation", swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["CZlib", "Fetching"] + nio, path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("Buffering", ["Buffering", "TestSupport"]),
        tests(
            "Builtins",
            [
                "Builtins", "Diagnostics", "Fetching", "Notation", "Pacing", "PipelineSpec", "Records",
                "State",
                "Streaming", "TestSupport", grdb, logging
            ]),
        tests("CEL", ["CEL", "CLibXML2", "Notation", "Records", "TestSupport", "conformance"]),
        tests("Diagnostics", ["Diagnostics"]),
        tests(
            "EndToEnd", ["Records", "TestSupport", grdb, subprocess] + nio
        ),
        tests("Feeds", ["CLibXML2", "CSIMD", "Feeds", "Notation", "Records", "TestSupport", crypto]),
        tests("FeedSpine", ["FeedSpine", "TestSupport"]),
        tests(
            "FeedSpineRunner",
            [
                "Diagnostics", "FeedSpine", "FeedSpineCommands", "FeedSpineRunner", "Hosting", "PipelineSpec",
                "Streaming", "TestSupport", logging
            ]),
        tests("Fetching", ["Fetching", "Notation", "Pacing", "TestSupport"]),
        tests(
            "Hosting",
            [
                "Builtins", "Diagnostics", "Fetching", "Hosting", "PipelineSpec", "Records", "State",
                "Streaming", "TestSupport", logging
            ]),
        tests(
            "PipelineSpec",
            [
                "Builtins", "Diagnostics", "Notation", "Pacing", "PipelineSpec", "Records", "Streaming",
                "TestSupport"
            ],
            exclude: ["Fixtures"]),
        tests("Notation", ["Notation", "TestSupport"]),
        tests("Pacing", ["Pacing", "TestSupport"]),
        tests("Records", ["CSIMD", "Records", "TestSupport"]),
        tests(
            "Serving",
            [
                "Notation", "Serving", "TestSupport", httpTypes, logging,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
            ]),
        tests("State", ["CSQLite", "State", "Streaming", "TestSupport"]),
        tests("Streaming", ["Pacing", "Records", "Streaming", "TestSupport", logging])
    ],
    cxxLanguageStandard: .cxx17
)
