//! The README's examples, as whoever reads it would have them: a package beside a clone, with the manifest, the commands and the
//! programs as they stand there, and what they print against what their comments say.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::library;
use super::{PACKAGE, root, succeeded};

const README: &str = "ffi/swift/README.md";
/// The example that stands on `CryptoKit`, and is compiled against its declarations.
const ENCLAVE: &str = "SecureEnclaveSigner";

pub(super) fn test(folder: Option<&Path>) -> Result<(), String> {
    let blocks = blocks()?;
    let manifest = one(&blocks, "swift", "swift-tools-version")?;
    let commands = one(&blocks, "sh", "swift build")?;
    let examples: Vec<&str> = blocks
        .iter()
        .filter(|(language, code)| language == "swift" && code != manifest && !code.contains(ENCLAVE))
        .map(|(_, code)| code.as_str())
        .collect();
    let place = root().join("target/swift-readme");
    let package = place.join("photos");
    clone(&place.join("allod"))?;

    // The first is the package of the README; so that one build is enough, the others are targets beside it.
    let mut whole = manifest.to_owned();
    let mut names = Vec::new();
    for (at, code) in examples.iter().enumerate() {
        let name = if at == 0 { "Photos".to_owned() } else { format!("Example{at}") };
        if at > 0 {
            whole += &beside(&name);
        }
        write(&package.join("Sources").join(&name).join("main.swift"), code)?;
        names.push(name);
    }
    write(&package.join("Package.swift"), &whole)?;
    write(&package.join("commands.sh"), commands)?;

    let runs = place.join("runs");
    let _none_at_first = fs::remove_dir_all(&runs);
    let _none_at_first = fs::remove_file(package.join("anna.allod"));
    for name in &names {
        fs::create_dir_all(runs.join(name)).map_err(|error| error.to_string())?;
    }
    // Cargo says where its own libraries are, among which this one would be found without being looked for.
    let script = "unset LD_LIBRARY_PATH DYLD_LIBRARY_PATH; cd \"$1/photos\"; sh -e commands.sh; shift 1
        for name in \"$@\"; do cd ../runs/$name; ../../photos/.build/debug/$name >said; cd ../../photos; done";
    let place = place.display().to_string();
    let arguments = ["sh", "-ec", script, "sh", &place];
    let targets: Vec<&str> = names.iter().map(String::as_str).collect();
    succeeded(folder, &[&arguments[..], &targets].concat(), &[])?;

    for (name, code) in names.iter().zip(examples) {
        let said = fs::read_to_string(runs.join(name).join("said")).map_err(|error| error.to_string())?;
        let expected = expected(code);
        if expected.is_empty() || said.lines().ne(expected.iter().copied()) {
            return Err(format!("{README}: {name} prints\n{said}where the comments say {expected:?}"));
        }
    }
    println!("   examples that print what they say: {}", names.len());
    Ok(())
}

/// Another program in the manifest, with the same dependencies.
fn beside(name: &str) -> String {
    let target =
        format!(".executableTarget(name: \"{name}\", dependencies: package.targets[0].dependencies)");
    format!("package.targets.append({target})\n")
}

/// The example for the Secure Enclave, as a file.
pub(super) fn enclave(folder: &Path) -> Result<PathBuf, String> {
    let file = folder.join("Example.swift");
    write(&file, one(&blocks()?, "swift", ENCLAVE)?)?;
    Ok(file)
}

/// What the comments behind `print` say. Where the line has none, it is not reached.
fn expected(code: &str) -> Vec<&str> {
    let prints = code.lines().filter(|line| line.trim_start().starts_with("print("));
    prints.filter_map(|line| Some(line.rsplit_once("  // ")?.1)).collect()
}

/// The package as it lies in a clone, on a machine where a framework for Macs was put beside it.
fn clone(place: &Path) -> Result<(), String> {
    let (from, to) = (root().join(PACKAGE), place.join(PACKAGE));
    let manifest = from.join("Package.swift");
    let manifest =
        fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    write(&to.join("Package.swift"), &manifest)?;
    fs::create_dir_all(to.join("CAllod.xcframework")).map_err(|error| error.to_string())?;
    fs::create_dir_all(place.join("target/ffi")).map_err(|error| error.to_string())?;
    for name in ["Sources", "Tests"] {
        link(&from.join(name), &to.join(name))?;
    }
    link(&library(), &place.join("target/ffi/lib"))
}

fn link(from: &Path, to: &Path) -> Result<(), String> {
    let _none_at_first = fs::remove_file(to);
    #[cfg(unix)]
    return std::os::unix::fs::symlink(from, to).map_err(|error| format!("{}: {error}", to.display()));
    #[cfg(not(unix))]
    Err(format!("{} cannot be linked to {} here", to.display(), from.display()))
}

/// All blocks of code of the README, with their languages.
fn blocks() -> Result<Vec<(String, String)>, String> {
    let text = fs::read_to_string(root().join(README)).map_err(|error| format!("{README}: {error}"))?;
    let blocks = text.split("\n```").skip(1).step_by(2);
    Ok(blocks
        .filter_map(|block| block.split_once('\n'))
        .map(|(language, code)| (language.to_owned(), format!("{code}\n")))
        .collect())
}

/// The one block of a language that contains something.
fn one<'a>(blocks: &'a [(String, String)], language: &str, text: &str) -> Result<&'a str, String> {
    let mut found = blocks.iter().filter(|(of, code)| of == language && code.contains(text));
    match (found.next(), found.next()) {
        (Some((_, code)), None) => Ok(code),
        _ => Err(format!("{README} has to have one block of {language} with {text}")),
    }
}

/// Writes a file, unless it is so already: what is as it was is not compiled again.
fn write(file: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file)).map_err(|error| error.to_string())?;
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
