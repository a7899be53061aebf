//! Tests in Swift. Debian 12 has no Swift; Debian 13 has, and its packages are brought into a folder of their own.

mod readme;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{installed, library, said};
use crate::steps::{Steps, root, succeeds};

const NAME: &str = "Swift over the C ABI";
const PACKAGE: &str = "ffi/swift";
const COPY: &str = "ffi/swift/Sources/CAllod/allod.h";

/// What a toolchain needs besides itself.
const PACKAGES: &str = "swiftlang,libc6-dev,libstdc++-14-dev,libgcc-14-dev";

/// Everything that Swift is asked for below the repository and outside of it, in a namespace of its own: what is mounted in it
/// is gone with it, so that nobody who deletes `target` reaches through a mount.
const INSIDE: &str = r#"
mount -t proc proc "$1/proc"
mkdir -p "$1$2"
mount --bind "$2" "$1$2"
if [ -d "$3" ]; then mkdir -p "$1$3"; mount --bind "$3" "$1$3"; fi
folder=$1; shift 3
exec chroot "$folder" "$@"
"#;

pub(crate) fn test(steps: &mut Steps) {
    follows(steps);
    steps.cargo("library with the C ABI", &["build", "--quiet", "--locked", "-p", "allod-ffi"], &[]);
    let swift = if succeeds("swift", &["--version"]) { None } else { Some(toolchain) };
    let folder = match swift.map(|bring| bring()) {
        None => None,
        Some(Ok(folder)) => Some(folder),
        Some(Err(why)) => return steps.skip(NAME, &why),
    };
    let vectors = vectors();
    if !vectors.is_dir() {
        steps.skip("Swift: vectors from elsewhere", &format!("{} is not there", vectors.display()));
    }
    steps.call(NAME, || run(folder.as_deref(), &vectors));
    steps.call("Swift: what must not compile", || forgotten(folder.as_deref()));
    steps.call("Swift: the README", || readme::test(folder.as_deref()));
    steps.call("Swift: the signer of the Secure Enclave, against what CryptoKit looks like", || {
        enclave(folder.as_deref())
    });
}

/// What can be said of the package without Swift: that it stands on the header as it is.
pub(crate) fn follows(steps: &mut Steps) {
    steps.call("Swift: header, exports and codes", || copy().and_then(|()| uses_all()));
}

/// Every function and every code of the header is in the package.
fn uses_all() -> Result<(), String> {
    let header = fs::read_to_string(root().join("ffi/include/allod.h")).map_err(|error| error.to_string())?;
    let mut sources = String::new();
    let folder = root().join(PACKAGE).join("Sources/Allod");
    for entry in fs::read_dir(&folder).map_err(|error| error.to_string())?.flatten() {
        sources += &fs::read_to_string(entry.path()).map_err(|error| error.to_string())?;
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words: BTreeSet<&str> = sources.split(|letter| !is_part(letter)).collect();
    let exports = super::phones::android::exports()?;
    let unused: Vec<_> = exports.iter().filter(|name| !words.contains(name.as_str())).collect();
    if !unused.is_empty() {
        return Err(format!("{PACKAGE} does not use {unused:?}"));
    }
    let constants = header.lines().filter_map(|line| line.strip_prefix("#define ALLOD_")?.split_once(' '));
    let constants: Vec<_> =
        constants.filter_map(|(name, number)| Some((name, number.parse::<u32>().ok()?))).collect();
    let place = |wanted: &str| constants.iter().position(|(name, _)| *name == wanted);
    let (Some(first), Some(last)) = (place("OK"), place("UNLISTED")) else {
        return Err("the header has no codes".into());
    };
    for (name, number) in constants.get(first..=last).unwrap_or_default() {
        let line = format!("{number}: \"{}\",", name.to_lowercase().replace('_', "-"));
        if !sources.contains(&line) {
            return Err(format!("{PACKAGE}/Sources/Allod/Code.swift lacks {line}"));
        }
    }
    Ok(())
}

/// The package has to be whole without the repository, so it has the header once more.
fn copy() -> Result<(), String> {
    let header = fs::read(root().join("ffi/include/allod.h")).map_err(|error| error.to_string())?;
    let copy = root().join(COPY);
    if fs::read(&copy).is_ok_and(|copied| copied == header) {
        return Ok(());
    }
    fs::write(&copy, header).map_err(|error| format!("{COPY}: {error}"))?;
    Err(format!("{COPY} was another one than ffi/include/allod.h: it is copied now, and has to be committed"))
}

/// Where the vectors from elsewhere are.
fn vectors() -> PathBuf {
    let beside = || root().parent().unwrap_or(Path::new("/")).join("shared/vectors");
    std::env::var_os("ALLOD_VECTORS").map_or_else(beside, PathBuf::from)
}

/// A folder with Debian 13 and its Swift.
fn toolchain() -> Result<PathBuf, String> {
    if !cfg!(target_os = "linux") || said("id", &["-u"]).as_deref() != Some("0") {
        return Err("there is no `swift`, and one can be brought on Linux only, by root".into());
    }
    if !succeeds("unshare", &["--mount", "true"]) {
        return Err(
            "there is no `swift`, and nothing may be mounted here for one that would be brought".into()
        );
    }
    let folder = root().join("target/swift-root");
    // It is a link to a place that is there inside only. What is called debootstrap is gone once all is there.
    if fs::symlink_metadata(folder.join("usr/bin/swift")).is_ok() && !folder.join("debootstrap").exists() {
        return Ok(folder);
    }
    if !succeeds("debootstrap", &["--version"]) && !installed(&["debootstrap"]) {
        return Err(
            "there is no `swift`, and debootstrap, which would bring it, could not be installed".into()
        );
    }
    println!("\n   bringing Swift into target/swift-root: three gigabytes, some minutes");
    // What came of a try that was interrupted is of no use.
    let _was_there = fs::remove_dir_all(&folder);
    let place = folder.display().to_string();
    let include = format!("--include={PACKAGES}");
    if succeeds("debootstrap", &["--variant=minbase", &include, "trixie", &place]) {
        return Ok(folder);
    }
    Err("there is no `swift`, and debootstrap could not bring it".into())
}

/// `swift test`, in the folder with the toolchain if there is one.
fn run(folder: Option<&Path>, vectors: &Path) -> Result<(), String> {
    let library = library().display().to_string();
    let scratch = root().join("target/swift-build").display().to_string();
    let search = format!("-L{library}");
    let arguments =
        ["swift", "test", "--package-path", PACKAGE, "--scratch-path", &scratch, "-Xlinker", &search];
    let environment = [
        ("LD_LIBRARY_PATH", library.clone()),
        ("DYLD_LIBRARY_PATH", library.clone()),
        ("ALLOD_VECTORS", vectors.display().to_string()),
    ];
    succeeded(folder, &arguments, &environment)
}

/// What someone may forget, which the compiler has to say. It stands on the module that the tests were built with.
fn forgotten(folder: Option<&Path>) -> Result<(), String> {
    let modules = root().join("target/swift-build/debug/Modules").display().to_string();
    let (headers, file) = (format!("{PACKAGE}/Sources/CAllod"), format!("{PACKAGE}/Tests/Forgotten.swift"));
    let verified = ["swiftc", "-typecheck", "-swift-version", "6", "-Xfrontend", "-verify"];
    succeeded(folder, &[&verified[..], &["-I", &modules, "-I", &headers, &file]].concat(), &[])
}

/// What stands on `CryptoKit` is not compiled where there is none. Its types are checked against a module that has the same
/// declarations, and does nothing.
fn enclave(folder: Option<&Path>) -> Result<(), String> {
    let made = root().join("target/swift-enclave");
    fs::create_dir_all(&made).map_err(|error| error.to_string())?;
    let module = made.join("CryptoKit.swiftmodule").display().to_string();
    let own = made.join("Allod.swiftmodule").display().to_string();
    let example = readme::enclave(&made)?.display().to_string();
    let (made, stub) = (made.display().to_string(), format!("{PACKAGE}/Tests/CryptoKit.swift"));
    let headers = format!("{PACKAGE}/Sources/CAllod");
    let whole = ["-swift-version", "6", "-parse-as-library", "-warnings-as-errors"];
    let stubbed =
        ["swiftc", "-emit-module", "-module-name", "CryptoKit", "-emit-module-path", &module, &stub];
    succeeded(folder, &[&stubbed[..], &whole].concat(), &[])?;
    let sources: Vec<String> = fs::read_dir(root().join(PACKAGE).join("Sources/Allod"))
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(format!("{PACKAGE}/Sources/Allod/{}", entry.ok()?.file_name().to_str()?)))
        .collect();
    let checked = ["swiftc", "-emit-module", "-module-name", "Allod", "-emit-module-path", &own];
    let found = ["-I", &made, "-I", &headers];
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    succeeded(folder, &[&checked[..], &found, &whole, &sources].concat(), &[])?;
    succeeded(folder, &[&["swiftc", "-typecheck", &example], &found[..], &whole].concat(), &[])
}

fn succeeded(
    folder: Option<&Path>,
    arguments: &[&str],
    environment: &[(&str, String)],
) -> Result<(), String> {
    let (program, rest) = arguments.split_first().ok_or("nothing to run")?;
    let mut command = match folder {
        None => Command::new(program),
        Some(folder) => {
            let mut command = Command::new("unshare");
            command.args(["--mount", "--propagation", "private", "sh", "-ec", INSIDE, "sh"]);
            command.arg(folder).arg(root()).arg(vectors());
            // The folder of the repository is the same inside, but one has to go there.
            command.args(["sh", "-ec", "cd \"$1\"; shift; exec \"$@\"", "sh"]).arg(root()).arg(program);
            command
        }
    };
    let status = command
        .args(rest)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", arguments.join(" "))) }
}
