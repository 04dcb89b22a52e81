/// A key pair for servers on loopback, and the authority that signed it, which nothing but these tests trusts.
///
/// Valid from 2020 to 2120 for `localhost` and `secure.test`. The authority's own key was thrown away.
package enum TestCertificates {
    package static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBizCCATKgAwIBAgIUdhSpCq0L0du1LDaarQGSCprUcBAwCgYIKoZIzj0EAwIw
        IzEhMB8GA1UEAwwYRmVlZFNwaW5lIHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAw
        MDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAjMSEwHwYDVQQDDBhGZWVkU3BpbmUgdGVz
        dCBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARRbrX6mHGYVwV4
        aRb79yEg5avLbEZdABLzDuYrzxpjWAGrJiQ0TDC2/JBinjGdcb5d4Sk3TdoxC7E/
        TQwS6DZfo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAdBgNV
        HQ4EFgQUhrvAqIFFaLfbdqHOWtxgAhSq1M4wCgYIKoZIzj0EAwIDRwAwRAIgcWwC
        YzxYd+cxPqFhKXftMZathbIxswXRBqZRMKsXxAoCIDFSUb6hEE8wWGx8ZkiNE9RB
        apo93LThm/4jhdKghggX
        -----END CERTIFICATE-----
        """

    package static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBwjCCAWigAwIBAgIUKtdwoMDFcP0ywNxvPjoP1BCDjDUwCgYIKoZIzj0EAwIw
        IzEhMB8GA1UEAwwYRmVlZFNwaW5lIHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAw
        MDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTAT
        BgcqhkjOPQIBBggqhkjOPQMBBwNCAARPCz5FKm0gTobp0I6Ryw+YPuippO1BFN3r
        kSLOLkKec8cEnibs0XLxb1iCNwQW9rxnDZccfsS9eeMRifOG/x0Eo4GGMIGDMCEG
        A1UdEQQaMBiCCWxvY2FsaG9zdIILc2VjdXJlLnRlc3QwCQYDVR0TBAIwADATBgNV
        HSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUqDXgTMPp1eVoA5lkG4Jtlti05YMw
        HwYDVR0jBBgwFoAUhrvAqIFFaLfbdqHOWtxgAhSq1M4wCgYIKoZIzj0EAwIDSAAw
        RQIgYKfzBlvWs6FIip4jCZN5mJ31UiYi0x9jgALT936dS5ICIQD9Q3QjhaaBJzsN
        JHKHjlJcVtQHWz0D1ShBY50MThDRZQ==
        -----END CERTIFICATE-----
        """

    package static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaKqUt4wgtLRkCgQi
        M5IaNI93QyFTw1LscP75PBP0exahRANCAARPCz5FKm0gTobp0I6Ryw+YPuippO1B
        FN3rkSLOLkKec8cEnibs0XLxb1iCNwQW9rxnDZccfsS9eeMRifOG/x0E
        -----END PRIVATE KEY-----
        """
}
