#!/bin/sh
# Makes CAllod.xcframework beside this script, from the static libraries for the iPhone and its simulator that
# `cargo xtask ffi --phones` builds, and for macOS from the one that `cargo xtask ffi` builds on a Mac, where that is there.
# Package.swift takes it where it is there. It has to run on a Mac with Xcode.
set -eu

folder=$(cd "$(dirname "$0")" && pwd)
libraries=${1:-"$folder/../../target/ffi/phones"}
mac=${2:-"$folder/../../target/ffi/lib/liballod_ffi.a"}
framework=$folder/CAllod.xcframework
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for target in aarch64-apple-ios aarch64-apple-ios-sim; do
    if [ ! -f "$libraries/$target/liballod_ffi.a" ]; then
        echo "$libraries/$target/liballod_ffi.a is not there: run \`cargo xtask ffi --phones\`, or name the folder" >&2
        exit 1
    fi
done
if [ "$(uname -s)" != Darwin ] || ! command -v xcodebuild >/dev/null; then
    echo "the libraries are there, but an XCFramework is made by xcodebuild, which is on Macs with Xcode only" >&2
    exit 1
fi

# Without `link`: the framework has its library with it. In a folder of its own: all frameworks of an app are unpacked into
# one, and two module maps would be one too many.
mkdir -p "$work/include/CAllod"
cp "$folder/Sources/CAllod/allod.h" "$work/include/CAllod/"
sed '/link "allod_ffi"/d' "$folder/Sources/CAllod/module.modulemap" >"$work/include/CAllod/module.modulemap"

# A simulator on a Mac with an Intel processor needs a second architecture; it is added where it was built.
simulator=$libraries/aarch64-apple-ios-sim/liballod_ffi.a
if [ -f "$libraries/x86_64-apple-ios/liballod_ffi.a" ]; then
    lipo -create "$simulator" "$libraries/x86_64-apple-ios/liballod_ffi.a" -output "$work/liballod_ffi.a"
    simulator=$work/liballod_ffi.a
fi

set -- -library "$libraries/aarch64-apple-ios/liballod_ffi.a" -headers "$work/include" \
    -library "$simulator" -headers "$work/include"
if [ -f "$mac" ] && lipo -info "$mac" >/dev/null 2>&1; then
    set -- "$@" -library "$mac" -headers "$work/include"
else
    echo "there is no library for macOS at $mac: the framework has no part for macOS, which \`cargo xtask ffi\` on a Mac would build" >&2
fi

rm -rf "$framework"
xcodebuild -create-xcframework "$@" -output "$framework"
echo "$framework"
