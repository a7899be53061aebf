//! Libraries as they are shipped, with their sizes: for this machine, and for phones.
//!
//! They are compiled together with a standard library that is built for size as well, and without what gives names to the
//! lines of a backtrace. That part of cargo is not stable, so that the stable compiler has to be told to take it. Where a newer
//! compiler drops a flag, take it out: all it costs is size.
//!
//! The shared library has no version in its name: Android loads none that has one, and whoever loads it asks `allod_abi_version`.

use std::fs;
use std::path::{Path, PathBuf};

use super::{c, said};
use crate::steps::{Steps, root, succeeds};

pub(super) mod android;

/// What is shipped.
const LIBRARY: &str = "liballod_ffi";

/// What the stripped shared library may take of a download.
const MOST: u64 = 2_000_000;

/// Static libraries that an `XCFramework` is made of, and those for Android, each with its name there.
const APPLE: [&str; 2] = ["aarch64-apple-ios", "aarch64-apple-ios-sim"];
const ANDROID: [(&str, &str); 3] = [
    ("aarch64-linux-android", "arm64-v8a"),
    ("armv7-linux-androideabi", "armeabi-v7a"),
    ("x86_64-linux-android", "x86_64"),
];

/// The library for this machine: `target/ffi` can be copied to where things are installed.
pub(crate) fn host() -> Result<(), String> {
    let target =
        said("rustc", &["--print", "host-tuple"]).ok_or("rustc does not say what it compiles for")?;
    let built = compile(&target, "cdylib,staticlib", &[])?;
    let prefix = root().join("target/ffi");
    let folder = prefix.join("lib");
    let mut shared = None;
    for extension in ["so", "dylib", "a"] {
        let file = format!("{LIBRARY}.{extension}");
        if built.join(&file).is_file() {
            let size = keep(&built.join(&file), &folder.join(&file))?;
            shared = if extension == "a" { shared } else { Some(size) };
        }
    }
    c::describe(&prefix)?;
    match shared {
        Some(size) if size > MOST => Err(format!("{LIBRARY} has {size} bytes, more than {MOST}")),
        Some(_) => Ok(()),
        None => Err(format!("there is no shared library in {}", built.display())),
    }
}

/// The libraries for phones: `target/ffi/phones`.
pub(crate) fn all(steps: &mut Steps) {
    for target in APPLE {
        let name = format!("static library for {target}");
        match missing(target) {
            Some(why) => steps.skip(&name, &why),
            None => steps.call(&name, || archive(&compile(target, "staticlib", &[])?, target)),
        }
    }
    for (target, abi) in ANDROID {
        let (name, check) =
            (format!("static library for {target}"), format!("link check for {target} ({abi})"));
        if let Some(why) = missing(target) {
            steps.skip(&name, &why);
            steps.skip(&check, "there is no library");
            continue;
        }
        let mut built = None;
        steps.call(&name, || {
            let folder = compile(target, "staticlib", &[])?;
            archive(&folder, target)?;
            if target.starts_with("armv7") {
                println!("   handles have 32 bits here: a number may come round after 67 million others");
            }
            built = Some(folder.join(format!("{LIBRARY}.a")));
            Ok(())
        });
        match built {
            Some(archive) => android::check(steps, &check, target, &archive),
            None => steps.skip(&check, "there is no library"),
        }
    }
    println!(
        "\n   For {LIBRARY}.so a machine with Android's NDK is needed. There, with NDK set to its folder:"
    );
    for (target, abi) in ANDROID {
        println!("   {}", android::command(target, abi));
    }
}

/// Copies what was built, and says how large it is.
fn keep(from: &Path, to: &Path) -> Result<u64, String> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let size = fs::copy(from, to).map_err(|error| format!("{}: {error}", to.display()))?;
    println!("   {}: {size} bytes", to.strip_prefix(root()).unwrap_or(to).display());
    Ok(size)
}

fn archive(built: &Path, target: &str) -> Result<(), String> {
    let file = format!("{LIBRARY}.a");
    keep(&built.join(&file), &root().join("target/ffi/phones").join(target).join(&file)).map(|_| ())
}

/// Why it cannot be compiled for a target here.
fn missing(target: &str) -> Option<String> {
    if sources().is_none() && !succeeds("rustup", &["component", "add", "rust-src"]) {
        return Some("the component rust-src is not there, and rustup could not add it".into());
    }
    let known = said("rustc", &["--print", "target-list"]).unwrap_or_default();
    if known.lines().any(|line| line == target) { None } else { Some("the compiler does not know it".into()) }
}

/// Compiles for a target. Answers with the folder of what was built.
fn compile(target: &str, kinds: &str, more: &[&str]) -> Result<PathBuf, String> {
    if let Some(why) = missing(target) {
        return Err(why);
    }
    println!("   cargo rustc, with the standard library, which takes some minutes");
    // Of several kinds in Cargo.toml one is a library of Rust, with which nothing is optimised as a whole.
    let library = ["rustc", "--quiet", "--locked", "-p", "allod-ffi", "--lib", "--crate-type", kinds];
    let small = ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];
    let flags = flags(target, more);
    let how = ["--profile", "small", "--target", target, "--config", &flags];
    let arguments = [&library[..], &small, &how].concat();
    let status = std::process::Command::new(crate::steps::cargo())
        .args(&arguments)
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root())
        .stdin(std::process::Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    let built = root().join("target").join(target).join("small");
    if status.success() { Ok(built) } else { Err(format!("cargo {}: {status}", arguments.join(" "))) }
}

/// How the compiler is to make it small, and what keeps the folders of whoever builds out of what is shipped.
fn flags(target: &str, more: &[&str]) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let crates = format!("--remap-path-prefix={}=crates", home.join("registry/src").display());
    let rust = format!("--remap-path-prefix={}=rust", sources().unwrap_or_default().display());
    let mut all = vec![
        "-Cllvm-args=-inline-threshold=0",
        // What is said of each function for unwinding is shorter so.
        "-Cforce-frame-pointers=yes",
        "-Zunstable-options",
        "-Zlocation-detail=none",
        "-Zfmt-debug=shallow",
        &crates,
        &rust,
    ];
    if target.contains("linux-gnu") {
        // Functions that came out the same are there once. Symbols go here: the profile does not see to it for a library of C.
        all.extend(["-Clink-arg=-Wl,--icf=all", "-Clink-arg=-Wl,--strip-all"]);
    }
    all.extend(more);
    let all: Vec<_> = all.into_iter().map(|flag| format!("'{flag}'")).collect();
    format!("target.{target}.rustflags = [{}]", all.join(", "))
}

/// Where the sources of the standard library are installed.
fn sources() -> Option<PathBuf> {
    let folder = PathBuf::from(said("rustc", &["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    folder.is_dir().then_some(folder)
}
