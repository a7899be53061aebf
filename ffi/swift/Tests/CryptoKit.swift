// The declarations of CryptoKit that the package uses, for a type check where there is no CryptoKit. Nothing runs this.

import Foundation

public enum P256 {
    public enum Signing {
        public struct ECDSASignature: Sendable {
            public var derRepresentation: Data { Data() }
        }
        public struct PublicKey: Sendable {
            public var x963Representation: Data { Data() }
        }
    }
}

public enum SecureEnclave {
    public static var isAvailable: Bool { false }

    public enum P256 {
        public enum Signing {
            public struct PrivateKey {
                public init(compactRepresentable: Bool = true) throws {}
                public init(dataRepresentation: Data) throws {}
                public var dataRepresentation: Data { Data() }
                public var publicKey: CryptoKit.P256.Signing.PublicKey { CryptoKit.P256.Signing.PublicKey() }
                public func signature<Message: DataProtocol>(
                    for data: Message
                ) throws -> CryptoKit.P256.Signing.ECDSASignature {
                    CryptoKit.P256.Signing.ECDSASignature()
                }
            }
        }
    }
}
