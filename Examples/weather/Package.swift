// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "weather",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Outside this repository: .package(url: "…/feedspine", from: "0.2.0")
        .package(name: "FeedSpine", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "weather-run",
            dependencies: [
                .product(name: "FeedSpine", package: "FeedSpine"),
                .product(name: "FeedSpineRunner", package: "FeedSpine")
            ])
    ]
)
