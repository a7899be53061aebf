// swift-tools-version: 6.0

import Foundation
import PackageDescription

// On a Mac the library comes in an XCFramework, which xcframework.sh makes beside this file. Where there is none, and
// elsewhere in any case, it is what the linker finds as allod_ffi.
let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let framework = folder.appendingPathComponent("CAllod.xcframework").path
#if os(macOS)
let hasFramework = FileManager.default.fileExists(atPath: framework)
#else
let hasFramework = false
#endif
let library: Target =
    hasFramework
    ? .binaryTarget(name: "CAllod", path: "CAllod.xcframework")
    : .systemLibrary(name: "CAllod")

let package = Package(
    name: "Allod",
    platforms: [.macOS(.v10_15), .iOS(.v13)],
    products: [.library(name: "Allod", targets: ["Allod"])],
    targets: [
        library,
        .target(name: "Allod", dependencies: ["CAllod"]),
        .testTarget(name: "AllodTests", dependencies: ["Allod", "CAllod"]),
    ],
    swiftLanguageModes: [.v6]
)
