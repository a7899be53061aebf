/// Why a call did not do what it was asked. A decision that denies is not one of these: it is a result.
public struct AllodError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What it is, for programs: stable for ever.
    public let code: Code
    /// The name of the code in kebab case, as it is in other languages.
    public let name: String
    /// What went wrong, in words for a developer.
    public let message: String
    /// What to do about it, in general.
    public let remedy: String

    /// The number of the code.
    public var number: UInt32 { code.rawValue }

    /// Name and message.
    public var description: String { "\(name): \(message)" }

    /// What cannot be, and is.
    static func fault(_ message: String) -> AllodError {
        AllodError(code: .panic, name: "panic", message: message, remedy: "report it: this is a bug")
    }

    /// What the library would refuse as well, had it come that far.
    static func argument(_ message: String) -> AllodError {
        AllodError(
            code: .badArgument, name: "bad-argument", message: message, remedy: "pass what is expected")
    }
}
