//! What has to be there besides Rust: Node, npm and what it installs, and for some tests Chromium.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{run_in, say};
use crate::steps::succeeds;

pub(crate) const NODE: &str = "node";

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// What Chromium is called by those who bring it.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The oldest Node that the package promises to run in.
const OLDEST: u32 = 20;

/// Whether Node and npm are there; says by name what is missing.
pub(crate) fn find() -> Result<(), String> {
    let version =
        said(NODE, &["--version"]).ok_or(format!("Node is not there: install Node {OLDEST} or newer"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) {
        return Err(format!("Node is {version}: {OLDEST} or newer is needed"));
    }
    if said(NPM, &["--version"]).is_none() {
        return Err("npm is not there: it comes with Node, or in a package of its own".into());
    }
    Ok(())
}

/// How Node is told to run two files of tests at once: by itself it leaves a core to nobody. Versions before 20.10 cannot be told.
pub(crate) fn at_once() -> Option<&'static str> {
    let known = said(NODE, &["--help"]).is_some_and(|help| help.contains("--test-concurrency"));
    known.then_some("--test-concurrency=2")
}

/// What the lock file of the folder names, installed, unless that was done before.
pub(crate) fn install(folder: &Path) -> Result<(), String> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    // Inside, so that it goes when they go.
    let installed = folder.join("node_modules/.installed");
    if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say("npm ci");
    run_in(folder, NPM, &["ci", "--silent"])?;
    std::fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
}

/// The program: the one that `CHROMIUM` names, or one that is installed, or Debian's, installed now.
pub(crate) fn chromium() -> Result<String, String> {
    if let Ok(named) = std::env::var("CHROMIUM") {
        return if Path::new(&named).is_file() { Ok(named) } else { Err(format!("there is no {named}")) };
    }
    if let Some(found) = installed_chromium() {
        return Ok(found);
    }
    if said("id", &["-u"]).as_deref() == Some("0") && said("apt-get", &["--version"]).is_some() {
        say("apt-get install chromium");
        let _old_lists_may_do = succeeds("apt-get", &["update", "-qq"]);
        let options = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
        if succeeds("apt-get", &options) {
            return installed_chromium().ok_or("chromium was installed, and is not on the path".into());
        }
    }
    Err("Chromium is not there, and apt-get could not install it: name it in CHROMIUM".into())
}

fn installed_chromium() -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let programs = CHROMIUM.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs
        .into_iter()
        .find(|program| program.is_file())
        .map(|program| program.to_string_lossy().into_owned())
}

/// What a program prints, on one line, where it succeeds.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
