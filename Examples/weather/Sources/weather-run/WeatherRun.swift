import FeedSpineRunner

/// `feedspine-run` with what pipelines over weather stations need besides.
@main
struct WeatherRun {
    static let components = [
        Readings.component, NameCase.component, Jumps.component, Table.component, Fahrenheit.celsius
    ]

    static func main() async {
        await FeedSpineRunner.main(name: "weather-run", version: "1.0.0", components: components)
    }
}
