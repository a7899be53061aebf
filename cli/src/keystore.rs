//! The keys of whoever sits at the keyboard: one PKCS#8 file each, for the owner's eyes alone.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;

use allod::{Did, SigningKey};

use crate::failure::Failure;
use crate::files::{self, Access};

/// No key file is larger.
pub(crate) const MAX_KEY_FILE: usize = 8 * 1024;

const LONGEST_NAME: usize = 64;

/// The folder of keys.
#[derive(Debug)]
pub(crate) struct KeyStore {
    folder: PathBuf,
}

impl KeyStore {
    /// The store in `ALLOD_HOME`, or in the platform's folder for data. Nothing is made or read yet.
    pub(crate) fn open() -> Result<Self, Failure> {
        Ok(Self { folder: home()?.join("keys") })
    }

    /// The names of all keys, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, Failure> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.unreadable(&error)),
            Ok(entries) => entries,
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry.map_err(|error| self.unreadable(&error))?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".pem"));
            names.extend(name.filter(|name| is_name(name)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// The key of that name.
    pub(crate) fn load(&self, name: &str) -> Result<SigningKey, Failure> {
        let path = self.path(name)?;
        if !path.exists() {
            return Err(self.unknown(name));
        }
        let path = path.to_string_lossy();
        let pem = files::read_text(&path, MAX_KEY_FILE)?;
        SigningKey::from_pkcs8_pem(&pem).map_err(|error| {
            Failure::new(
                format_args!("the key in {path} cannot be used: {error}"),
                "restore the file, or import the key again with --force",
            )
        })
    }

    /// Keeps a key under a name, and says where. An existing one is only replaced by force.
    pub(crate) fn keep(&self, name: &str, key: &SigningKey, force: bool) -> Result<PathBuf, Failure> {
        let path = self.path(name)?;
        files::make_private_folder(&self.folder)?;
        let pem = key.danger_export_pkcs8_pem();
        if force {
            files::write(&path, pem.as_bytes(), Access::Owner)?;
        } else if !files::write_new(&path, pem.as_bytes(), Access::Owner)? {
            return Err(Failure::new(
                format_args!("there is a key named {name:?} already, in {}", path.display()),
                "choose another name, or give --force to replace it: what it signed for will be lost with it",
            ));
        }
        Ok(path)
    }

    /// Whether there is a key of that name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.path(name).is_ok_and(|path| path.exists())
    }

    fn path(&self, name: &str) -> Result<PathBuf, Failure> {
        if is_name(name) {
            Ok(self.folder.join(format!("{name}.pem")))
        } else {
            Err(Failure::new(
                format_args!("{name:?} cannot be the name of a key"),
                format_args!("use a to z, 0 to 9, - and _, up to {LONGEST_NAME} of them"),
            ))
        }
    }

    fn unknown(&self, name: &str) -> Failure {
        let known = self.names().unwrap_or_default();
        let remedy = if known.is_empty() {
            format!("make it with `allod key new {name}`")
        } else {
            format!("make it with `allod key new {name}`, or use one of: {}", known.join(", "))
        };
        Failure::new(format_args!("there is no key named {name:?}"), remedy)
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::new(
            format_args!("cannot read the folder {}: {error}", self.folder.display()),
            "check its owner and permissions, or set ALLOD_HOME",
        )
    }
}

/// A DID as written.
pub(crate) fn parse_did(text: &str) -> Result<Did, Failure> {
    Did::parse(text).map_err(|error| {
        Failure::new(format_args!("{text:?} is refused: {error}"), "copy the whole DID again from its owner")
    })
}

/// A name is a file's name too: nothing in it can lead elsewhere, or differ in case alone.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_'))
        && !text.starts_with('-')
}

/// `ALLOD_HOME`, or allod's place in the platform's folder for data. Nothing is made or read.
pub(crate) fn home() -> Result<PathBuf, Failure> {
    let set = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = set("ALLOD_HOME") {
        return Ok(home);
    }
    let data = if cfg!(windows) {
        set("APPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        // A relative path is to be ignored (XDG Base Directory specification).
        set("XDG_DATA_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| set("HOME").map(|home| home.join(".local").join("share")))
    };
    data.map(|data| data.join("allod")).ok_or_else(|| {
        Failure::new(
            "there is no folder for data to be found",
            "set ALLOD_HOME to a folder for what allod keeps",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for name in ["alice", "a", "alice-phone_2", "9"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".", "..", "../alice", "a/b", "a\\b", "Alice", "a.pem", "a b", "é", "-rf", "a\0"] {
            assert!(!is_name(name), "{name:?}");
        }
        assert!(!is_name(&"a".repeat(65)));
    }
}
