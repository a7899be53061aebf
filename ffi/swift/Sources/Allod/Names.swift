import CAllod
import Foundation

/// Commands: texts such as `/photos/read`.
public enum Command {
    /// Whether a command covers another: is the same, or stands above it.
    ///
    /// - Throws: `AllodError` for what is no command.
    public static func covers(_ command: String, _ other: String) throws -> Bool {
        var covers = false
        try command.pass { command, count in
            try other.pass { try check(allod_command_covers(command, count, $0, $1, &covers)) }
        }
        return covers
    }
}

/// The CIDs of tokens: texts in base58btc.
public enum CID {
    /// The CID of a token's bytes.
    ///
    /// - Throws: `AllodError` only where the library has a fault.
    public static func of(_ token: Data) throws -> String {
        try text { out in token.pass { allod_cid_of($0, $1, out) } }
    }

    /// A token's CID, as text in any base, in base58btc.
    ///
    /// - Throws: `AllodError` for what is none.
    public static func read(_ cid: String) throws -> String {
        try text { out in cid.pass { allod_cid_read($0, $1, out) } }
    }
}

/// The C library that this package stands on.
public enum Library {
    /// Its version.
    public static var version: String { String(cString: allod_version()) }

    /// Whether it is one that this package can be used with. With another one every call fails.
    public static let fits = allod_abi_version() == UInt32(ALLOD_ABI_VERSION)

    /// How many handles are alive: for tests that look for leaks.
    public static var liveHandles: Int { allod_live_handles() }
}
