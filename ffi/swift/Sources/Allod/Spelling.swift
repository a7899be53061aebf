import Foundation

/// Policies and signatures go by the bytes of a name; Swift takes two spellings of é for one. So that what a policy did not look
/// at is not found under the name of what it did, names in maps have one spelling here, which is NFC.
extension String {
    var isNFC: Bool {
        utf8.allSatisfy { $0 < 0x80 } || utf8.elementsEqual(precomposedStringWithCanonicalMapping.utf8)
    }
}

extension AllodError {
    /// What is said of names in another spelling.
    static let spelling = AllodError(
        code: .badArgument, name: Code.badArgument.name, message: "a name in a map is not spelled in NFC",
        remedy: "spell the names in arguments, results and metadata in NFC")
}

extension Dictionary where Key == String {
    /// The value of the name that has these bytes, where the subscript also finds other spellings.
    func exactly(_ name: String) -> Value? {
        guard let place = index(forKey: name), self[place].key.utf8.elementsEqual(name.utf8) else { return nil }
        return self[place].value
    }
}
