// swift-tools-version: 6.0

import Foundation
import PackageDescription

// On Apple's platforms the library comes in an XCFramework, which xcframework.sh makes beside this file. Elsewhere it is
// what the linker finds as allod_ffi.
let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let framework = folder.appendingPathComponent("CAllod.xcframework").path
let library: Target =
    FileManager.default.fileExists(atPath: framework)
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
