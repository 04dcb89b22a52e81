extension Timestamp {
    /// RFC 3339 in UTC, with as many digits of the fraction as are needed: `2026-01-31T08:05:09.25Z`.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Timestamp.mostTextBytes) { write(into: $0) }
    }

    /// The same with three digits of the fraction always: `2026-01-31T08:05:09.250Z`.
    package var rfc3339Milliseconds: String {
        String(unsafeUninitializedCapacity: Timestamp.mostTextBytes) { text in
            write(into: text, fraction: nanoseconds / 1_000_000, digits: 3)
        }
    }

    /// Room for every text.
    @inlinable package static var mostTextBytes: Int { 30 }

    /// Writes the text of ``rfc3339`` and answers its length.
    package func write(into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (fraction, digits) = (nanoseconds, nanoseconds == 0 ? 0 : 9)
        while digits > 0, fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        return write(into: text, fraction: fraction, digits: digits)
    }

    private func write(
        into text: UnsafeMutableBufferPointer<UInt8>, fraction: Int32, digits: Int
    ) -> Int {
        let time = CivilTime(secondsSince1970: seconds)
        text.write(time.year / 100, at: 0)
        text.write(time.year % 100, at: 2)
        text[4] = UInt8(ascii: "-")
        text.write(time.month, at: 5)
        text[7] = UInt8(ascii: "-")
        text.write(time.day, at: 8)
        text[10] = UInt8(ascii: "T")
        text.write(time.hour, at: 11)
        text[13] = UInt8(ascii: ":")
        text.write(time.minute, at: 14)
        text[16] = UInt8(ascii: ":")
        text.write(time.second, at: 17)
        var end = 19
        if digits > 0 {
            text[end] = UInt8(ascii: ".")
            var rest = UInt32(truncatingIfNeeded: fraction)
            for place in stride(from: end + digits, to: end, by: -1) {
                text[place] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
                rest /= 10
            }
            end += digits + 1
        }
        text[end] = UInt8(ascii: "Z")
        return end + 1
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Two digits.
    @inline(__always)
    fileprivate func write(_ number: Int64, at place: Int) {
        let number = UInt32(truncatingIfNeeded: number)
        self[place] = UInt8(truncatingIfNeeded: number / 10) &+ UInt8(ascii: "0")
        self[place + 1] = UInt8(truncatingIfNeeded: number % 10) &+ UInt8(ascii: "0")
    }
}
