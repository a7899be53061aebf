/// What went wrong, or why it is denied: numbers that are stable for ever. Newer libraries may have more of them.
public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, as the C header has it.
    public let rawValue: UInt32

    /// The code of a number, known or not.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The code of a name in kebab case, where there is one.
    public init?(name: String) {
        guard let found = Code.names.first(where: { $0.value == name }) else { return nil }
        self.init(rawValue: found.key)
    }

    /// Its name in kebab case, as in other languages; the number, where it is not known here.
    public var name: String { Code.names[rawValue] ?? String(rawValue) }

    /// Its name.
    public var description: String { name }

    /// Nothing went wrong; of a decision: it is allowed.
    public static let ok = Code(rawValue: 0)
    /// Bytes that are not a token of the expected kind, or break a rule of its form.
    public static let malformed = Code(rawValue: 1)
    /// Larger than a size limit.
    public static let tooLarge = Code(rawValue: 2)
    /// A DID method, key type or signature algorithm that is well-formed and not implemented.
    public static let unsupportedAlgorithm = Code(rawValue: 3)
    /// The signature is not the issuer's over these bytes.
    public static let badSignature = Code(rawValue: 4)
    /// A DID that needs a document, which nobody supplied.
    public static let unresolvedDID = Code(rawValue: 5)
    /// A delegation that `prf` names is not among the evidence.
    public static let proofMissing = Code(rawValue: 6)
    /// An invocation on another's behalf without any delegation.
    public static let noProof = Code(rawValue: 7)
    /// A powerline at the root: there is no subject it could speak for.
    public static let powerlineRoot = Code(rawValue: 8)
    /// The first delegation was not issued by the subject.
    public static let rootNotSubject = Code(rawValue: 9)
    /// A delegation about another subject than the invoked one.
    public static let wrongSubject = Code(rawValue: 10)
    /// A delegation's audience is not the issuer of what follows it.
    public static let brokenChain = Code(rawValue: 11)
    /// The invocation is addressed to another executor.
    public static let wrongAudience = Code(rawValue: 12)
    /// The executor does not act for this subject.
    public static let subjectNotServed = Code(rawValue: 13)
    /// Past the end of its validity.
    public static let expired = Code(rawValue: 14)
    /// Before the beginning of its validity.
    public static let notYetValid = Code(rawValue: 15)
    /// A delegation's command does not cover the invoked one.
    public static let commandNotCovered = Code(rawValue: 16)
    /// A delegation's policy is not satisfied by the arguments.
    public static let policyUnsatisfied = Code(rawValue: 17)
    /// A delegation in the chain was revoked.
    public static let revoked = Code(rawValue: 18)
    /// What is known of revocations is older than this command allows.
    public static let revocationStale = Code(rawValue: 19)
    /// The invocation was executed before.
    public static let replayed = Code(rawValue: 20)
    /// More links, steps or depth than a decision may take.
    public static let budgetExceeded = Code(rawValue: 21)
    /// A fault in the library, or in a function of the host that it called.
    public static let panic = Code(rawValue: 100)
    /// A pointer is NULL that must not be.
    public static let nullArgument = Code(rawValue: 101)
    /// A text is not UTF-8.
    public static let badUTF8 = Code(rawValue: 102)
    /// A handle that was freed before, or never was one.
    public static let staleHandle = Code(rawValue: 103)
    /// A handle of another type.
    public static let wrongHandle = Code(rawValue: 104)
    /// An argument, or a field of a question, that is not what it has to be.
    public static let badArgument = Code(rawValue: 105)
    /// A question has a field that is not known: misspelled, maybe.
    public static let unknownField = Code(rawValue: 106)
    /// The platform gives no randomness.
    public static let noRandomness = Code(rawValue: 107)
    /// The signer did not sign: locked, refused, or out of order.
    public static let signingFailed = Code(rawValue: 108)
    /// The audience has a key that nobody can sign with.
    public static let weakAudience = Code(rawValue: 109)
    /// The audience has a key for encryption.
    public static let audienceCannotSign = Code(rawValue: 110)
    /// The subject has a key that nobody can sign with.
    public static let subjectCannotSign = Code(rawValue: 111)
    /// A token would end before it begins.
    public static let emptyWindow = Code(rawValue: 112)
    /// "/" is delegated, never invoked.
    public static let topInvoked = Code(rawValue: 113)
    /// A value that DAG-CBOR has no form for.
    public static let badValue = Code(rawValue: 114)
    /// More proofs than a validator follows.
    public static let tooManyProofs = Code(rawValue: 115)
    /// The delegation that is built on was given to someone else.
    public static let notTheAudience = Code(rawValue: 116)
    /// The key is not the issuer's.
    public static let notTheIssuersKey = Code(rawValue: 117)
    /// Nothing that is held allows it.
    public static let noChain = Code(rawValue: 118)
    /// The delegation is not in the store.
    public static let unknownDelegation = Code(rawValue: 119)
    /// It is not one's own to take back.
    public static let notToRevoke = Code(rawValue: 120)
    /// The store could not be read or written.
    public static let storeFailed = Code(rawValue: 121)
    /// There is no store at that place.
    public static let storeNotThere = Code(rawValue: 122)
    /// There is something at that place already.
    public static let storeAlreadyThere = Code(rawValue: 123)
    /// Another process has the store open.
    public static let storeInUse = Code(rawValue: 124)
    /// What is there is not a store, or was damaged.
    public static let storeDamaged = Code(rawValue: 125)
    /// The store was written by a newer version.
    public static let storeNewerFormat = Code(rawValue: 126)
    /// The store lies in a storage format that is not read any more.
    public static let storeOlderStorage = Code(rawValue: 127)
    /// A cursor that is none of this store's.
    public static let badCursor = Code(rawValue: 128)
    /// The clock is behind the latest time that was seen.
    public static let clockSetBack = Code(rawValue: 129)
    /// The command is kept for the library.
    public static let handlerReserved = Code(rawValue: 130)
    /// "/" is never invoked.
    public static let handlerTop = Code(rawValue: 131)
    /// The command has a handler already.
    public static let handlerTaken = Code(rawValue: 132)
    /// It was executed, and the receipt could not be signed.
    public static let receiptFailed = Code(rawValue: 133)
    /// A token of another kind than is needed.
    public static let wrongKind = Code(rawValue: 134)
    /// The key cannot be reached now: locked, or its device is not there.
    public static let signerUnavailable = Code(rawValue: 135)
    /// The holder of the key, or a policy, refused to sign.
    public static let signingRefused = Code(rawValue: 136)
    /// A value that DAG-JSON has no form for: a map with the key "/".
    public static let noJSON = Code(rawValue: 137)
    /// The arguments wait for results of other tasks.
    public static let awaitsResults = Code(rawValue: 138)
    /// An error without a number of its own yet.
    public static let unlisted = Code(rawValue: 199)

    static let names: [UInt32: String] = [
        0: "ok",
        1: "malformed",
        2: "too-large",
        3: "unsupported-algorithm",
        4: "bad-signature",
        5: "unresolved-did",
        6: "proof-missing",
        7: "no-proof",
        8: "powerline-root",
        9: "root-not-subject",
        10: "wrong-subject",
        11: "broken-chain",
        12: "wrong-audience",
        13: "subject-not-served",
        14: "expired",
        15: "not-yet-valid",
        16: "command-not-covered",
        17: "policy-unsatisfied",
        18: "revoked",
        19: "revocation-stale",
        20: "replayed",
        21: "budget-exceeded",
        100: "panic",
        101: "null-argument",
        102: "bad-utf8",
        103: "stale-handle",
        104: "wrong-handle",
        105: "bad-argument",
        106: "unknown-field",
        107: "no-randomness",
        108: "signing-failed",
        109: "weak-audience",
        110: "audience-cannot-sign",
        111: "subject-cannot-sign",
        112: "empty-window",
        113: "top-invoked",
        114: "bad-value",
        115: "too-many-proofs",
        116: "not-the-audience",
        117: "not-the-issuers-key",
        118: "no-chain",
        119: "unknown-delegation",
        120: "not-to-revoke",
        121: "store-failed",
        122: "store-not-there",
        123: "store-already-there",
        124: "store-in-use",
        125: "store-damaged",
        126: "store-newer-format",
        127: "store-older-storage",
        128: "bad-cursor",
        129: "clock-set-back",
        130: "handler-reserved",
        131: "handler-top",
        132: "handler-taken",
        133: "receipt-failed",
        134: "wrong-kind",
        135: "signer-unavailable",
        136: "signing-refused",
        137: "no-json",
        138: "awaits-results",
        199: "unlisted",
    ]
}
