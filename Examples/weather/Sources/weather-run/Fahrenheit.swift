import FeedSpineRunner

/// Functions for expressions.
enum Fahrenheit {
    static let celsius = Component.function(
        "celsius", "Degrees Fahrenheit in degrees Celsius, with one decimal.",
        examples: ["celsius(212.0)": "100.0", "celsius(0.0)": "-17.8"]
    ) { (degrees: Double) in ((degrees - 32) / 1.8 * 10).rounded() / 10 }
}
