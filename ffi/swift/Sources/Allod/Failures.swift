import Foundation

/// A function of yours that the library called.
public enum Callback: Sendable, Hashable {
    /// What executes this command.
    case handler(command: String)
    /// What signs with this key.
    case signer(publicKey: Data)
}

extension Library {
    /// What is called with an error that cannot reach whoever called the library: of a handler, of which the other side learns
    /// only "handler-failed", and of a signer, of which the caller learns only that nothing was signed.
    public typealias OnFailure = @Sendable (any Error, Callback) -> Void

    /// Where such errors go: to standard error, unless you say otherwise. It may be called by several threads at once.
    public static var onFailure: OnFailure {
        get { failures.current }
        set { failures.current = newValue }
    }

    static func report(_ error: any Error, _ callback: Callback) { onFailure(error, callback) }

    private static let failures = Failures()
}

private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var now: Library.OnFailure = { error, callback in
        FileHandle.standardError.write(Data("allod: \(callback) failed: \(error)\n".utf8))
    }

    var current: Library.OnFailure {
        get {
            lock.lock()
            defer { lock.unlock() }
            return now
        }
        set {
            lock.lock()
            defer { lock.unlock() }
            now = newValue
        }
    }
}
