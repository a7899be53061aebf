//! Files, read with a bound and written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The owner alone, from the file's first moment.
    Owner,
    /// As the system hands it out.
    Usual,
}

/// Reads a file, or standard input for `-`, of at most `most` bytes. The buffer is wiped when dropped.
pub(crate) fn read(source: &str, most: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let what = if source == "-" { "standard input" } else { source };
    let cannot = |error: &io::Error| {
        Failure::new(
            format_args!("cannot read {what}: {error}"),
            "name a file that can be read, or - for standard input",
        )
    };
    let reader: Box<dyn Read> = if source == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(source).map_err(|error| cannot(&error))?)
    };
    // A vector that grew would leave an unwiped copy behind: secrets fit into what is reserved.
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() > most {
        return Err(Failure::new(
            format_args!("{what} has more than {most} bytes"),
            "that is more than any valid input: check the file",
        ));
    }
    Ok(bytes)
}

/// As [`read`], for text.
pub(crate) fn read_text(source: &str, most: usize) -> Result<Zeroizing<String>, Failure> {
    let bytes = read(source, most)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(Failure::new(format_args!("{source} is not UTF-8 text"), "name a text file")),
    }
}

/// Makes a folder, and those above it, that the owner alone can enter.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        Failure::new(
            format_args!("cannot make the folder {}: {error}", folder.display()),
            "set ALLOD_HOME to a folder that can be written",
        )
    })
}

/// Writes a file: first under another name beside it, then renamed, so that it is never half there. What
/// stands under the name is replaced.
pub(crate) fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
    // A device or pipe is written to, never replaced; through a link, what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|known| !known.is_file()) {
        let written = OpenOptions::new().write(true).open(&target).and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| cannot_write(path, &error));
    }
    let draft = Draft::write(&target, bytes, access).map_err(|error| cannot_write(path, &error))?;
    fs::rename(&draft.path, &target).map_err(|error| cannot_write(path, &error))
}

/// As [`write()`], but only where nothing stands under the name; `Ok(false)` where something does.
pub(crate) fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<bool, Failure> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let draft = Draft::write(path, bytes, access).map_err(|error| cannot_write(path, &error))?;
    // A link is made only where no name stands, whoever else is writing.
    match fs::hard_link(&draft.path, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(_) => write_without_link(path, bytes, access),
    }
}

/// For file systems without links. A rename would replace what was made there meanwhile.
fn write_without_link(path: &Path, bytes: &[u8], access: Access) -> Result<bool, Failure> {
    let mut file = match create(path, access) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(cannot_write(path, &error)),
    };
    file.write_all(bytes).and_then(|()| file.sync_all()).map(|()| true).map_err(|error| {
        // It is this call's own, and half of a file is of no use.
        let _gone = fs::remove_file(path);
        cannot_write(path, &error)
    })
}

/// Writes what `--out` names: what stands there is replaced by force alone. A device or pipe holds nothing that
/// could be lost.
pub(crate) fn write_out(name: &str, bytes: &[u8], access: Access, force: bool) -> Result<(), Failure> {
    let path = Path::new(name);
    if force || fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        return write(path, bytes, access);
    }
    if write_new(path, bytes, access)? { Ok(()) } else { Err(taken(name)) }
}

/// Whether [`write_out`] would find the name taken, where nothing is forced.
pub(crate) fn check_out(name: &str) -> Result<(), Failure> {
    let path = Path::new(name);
    let device = fs::metadata(path).is_ok_and(|known| !known.is_file());
    if device || fs::symlink_metadata(path).is_err() { Ok(()) } else { Err(taken(name)) }
}

fn taken(name: &str) -> Failure {
    Failure::new(
        format_args!("there is a file {name} already"),
        "name another with --out, or give --force to replace it: what it holds will be lost",
    )
}

/// Makes a file where none stands.
fn create(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _inherited_from_the_folder = access;
    options.open(path)
}

/// A file under a passing name. Dropping it removes what is still there.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn write(target: &Path, bytes: &[u8], access: Access) -> io::Result<Self> {
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        let mut attempt = 0_u32;
        loop {
            let passing = format!(".{name}.{}-{attempt}.tmp", std::process::id());
            let path = target.with_file_name(passing);
            match create(&path, access) {
                Ok(mut file) => {
                    let draft = Self { path };
                    file.write_all(bytes)?;
                    file.sync_all()?;
                    return Ok(draft);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _gone = fs::remove_file(&self.path);
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format_args!("cannot write {}: {error}", path.display()),
        "choose a folder that can be written",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn without_links_what_stands_there_stays_too() {
        let folder = std::env::temp_dir().join(format!("allod-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("key");
        assert!(write_without_link(&path, b"first", Access::Owner).unwrap());
        assert!(!write_without_link(&path, b"second", Access::Owner).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
