//! Tests of the Python package, as it is installed: in an environment of its own below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ffi::{installed, library, said};
use crate::steps::{Steps, root};

const NAME: &str = "Python: the package, as it is installed";
const PACKAGE: &str = "ffi/python";
const REQUIREMENTS: &str = "ffi/python/test/requirements.txt";

pub(crate) fn test(steps: &mut Steps) {
    let python = match environment() {
        Ok(python) => python,
        Err(why) => return steps.skip(NAME, &why),
    };
    // Other arguments than those of a user only where they keep it from asking a registry.
    let install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"];
    let install = [&install[..], &["--force-reinstall", PACKAGE]].concat();
    steps.command("Python: pip install", &python, &install, &[]);
    // From elsewhere: what is found is what was installed, and not what lies in the folder.
    let tests = root().join(PACKAGE).join("test").display().to_string();
    let settings = root().join(PACKAGE).join("pyproject.toml").display().to_string();
    let run = format!(
        "import os, sys, pytest; os.chdir('target/python'); sys.exit(pytest.main(['-q', '-rs', '-c', {settings:?}, {tests:?}]))"
    );
    let name = format!("{}allod_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = library().join(name).display().to_string();
    let cache = folder().join("mypy").display().to_string();
    let environment = [
        ("ALLOD_LIBRARY", library.as_str()),
        ("ALLOD_MYPY_CACHE", &cache),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ];
    steps.command(NAME, &python, &["-c", &run], &environment);
}

fn folder() -> PathBuf {
    root().join("target/python")
}

/// A Python with what the tests need, made where it is not there yet.
fn environment() -> Result<String, String> {
    let place = folder().join("venv");
    let python = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let needed = fs::read_to_string(root().join(REQUIREMENTS)).map_err(|error| error.to_string())?;
    let stamp = folder().join("installed");
    let program = python.display().to_string();
    let there = fs::read_to_string(&stamp).is_ok_and(|had| had == needed);
    if there && said(&program, &["-c", "import cffi, pytest"]).is_some() {
        return Ok(program);
    }
    let system = ["python3", "python"].into_iter().find(|program| is_new_enough(program));
    let system = match system {
        Some(system) => system,
        None if installed(&["python3"]) && is_new_enough("python3") => "python3",
        None => return Err("there is no Python 3.9 or newer".into()),
    };
    // Debian has a Python without what makes environments, which fails half way.
    let there = made(system, &place) || (installed(&["python3-venv"]) && made(system, &place));
    if !there {
        return Err(format!("{system} -m venv makes no environment: its package python3-venv is missing"));
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"];
    let all = [&pip[..], &["--requirement", REQUIREMENTS]].concat();
    if !run(&program, &all) {
        return Err("pip could not install cffi, mypy, pytest and setuptools".into());
    }
    fs::write(stamp, needed).map_err(|error| error.to_string())?;
    Ok(program)
}

fn is_new_enough(program: &str) -> bool {
    said(program, &["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).is_some()
}

fn made(system: &str, place: &Path) -> bool {
    run(system, &["-m", "venv", "--clear", &place.display().to_string()])
}

/// Runs a program that says itself what is wrong.
fn run(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
