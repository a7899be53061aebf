//! Handing over a container: to a file, or to standard output.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::Path;

use allod::wire::multibase;
use allod::{ContainerWriter, Encoding};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::Out;

/// Where a container goes, and how it is spelled.
#[derive(Debug, Args)]
pub(crate) struct Delivery {
    /// Write the container to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
    /// Replace the file that --out names, if there is one
    #[arg(long, requires = "out")]
    force: bool,
    /// How the container is spelled; all but `raw` and `gzip` are text.
    #[arg(long, value_enum, default_value_t = Spelling::Base64Url, value_name = "ENCODING")]
    encoding: Spelling,
}

/// The six encodings of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spelling {
    Raw,
    Base64,
    #[value(name = "base64url")]
    Base64Url,
    Gzip,
    #[value(name = "gzip+base64")]
    GzipBase64,
    #[value(name = "gzip+base64url")]
    GzipBase64Url,
}

impl From<Spelling> for Encoding {
    fn from(spelling: Spelling) -> Self {
        match spelling {
            Spelling::Raw => Self::Raw,
            Spelling::Base64 => Self::Base64,
            Spelling::Base64Url => Self::Base64Url,
            Spelling::Gzip => Self::Gzip,
            Spelling::GzipBase64 => Self::GzipBase64,
            Spelling::GzipBase64Url => Self::GzipBase64Url,
        }
    }
}

impl Delivery {
    /// Whether a container could be handed over, as far as that can be told before there is one.
    ///
    /// # Errors
    /// When it could not: then nothing is signed that would get lost.
    pub(crate) fn check(&self, out: &Out) -> Result<(), Failure> {
        match &self.out {
            Some(file) if !self.force => files::check_out(file),
            Some(_) => Ok(()),
            None => self.fit_for_standard_output(out),
        }
    }

    fn fit_for_standard_output(&self, out: &Out) -> Result<(), Failure> {
        let encoding = Encoding::from(self.encoding);
        if !out.json() && !encoding.is_text() && io::stdout().is_terminal() {
            return Err(Failure::new(
                format_args!("a container in {encoding} is not for a terminal"),
                "name a file with --out, or use --encoding base64url",
            ));
        }
        Ok(())
    }

    /// Writes the container, and returns it as text: base64 of its bytes where it is not text itself.
    pub(crate) fn deliver(&self, container: &ContainerWriter, out: &mut Out) -> Result<String, Failure> {
        self.deliver_to(self.out.as_deref(), container, out)
    }

    /// Writes several containers: to files numbered from the second on, or one a line. Returns each as text, with
    /// its file.
    pub(crate) fn deliver_all(
        &self,
        containers: &[ContainerWriter],
        out: &mut Out,
    ) -> Result<Vec<(String, Option<String>)>, Failure> {
        if containers.len() > 1
            && self.out.is_none()
            && !out.json()
            && !Encoding::from(self.encoding).is_text()
        {
            return Err(Failure::new(
                format_args!(
                    "{} containers in bytes cannot be told apart on standard output",
                    containers.len()
                ),
                "name a file with --out, or use --encoding base64url for one a line",
            ));
        }
        let mut delivered = Vec::new();
        for (container, number) in containers.iter().zip(1_usize..) {
            let file = self.out.as_deref().map(|file| numbered(file, number));
            delivered.push((self.deliver_to(file.as_deref(), container, out)?, file));
        }
        Ok(delivered)
    }

    fn deliver_to(
        &self,
        file: Option<&str>,
        container: &ContainerWriter,
        out: &mut Out,
    ) -> Result<String, Failure> {
        let encoding = Encoding::from(self.encoding);
        let mut bytes = container.write(encoding).map_err(|error| {
            Failure::new(format_args!("the container cannot be written: {error}"), "use fewer proofs")
        })?;
        let text = if encoding.is_text() {
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            multibase::base64_padded_encode(&bytes)
        };
        match file {
            Some(file) => files::write_out(file, &bytes, Access::Usual, self.force)?,
            None if out.json() => {}
            None => {
                self.fit_for_standard_output(out)?;
                if encoding.is_text() {
                    bytes.push(b'\n');
                }
                out.bytes(&bytes)?;
            }
        }
        Ok(text)
    }
}

/// The name of one file of several: `all.ucan`, `all-2.ucan`, `all-3.ucan`.
fn numbered(file: &str, number: usize) -> String {
    if number == 1 {
        return file.to_owned();
    }
    let path = Path::new(file);
    let part = |part: Option<&OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = part(path.file_stem()).unwrap_or_default();
    let name = match part(path.extension()) {
        Some(extension) => format!("{stem}-{number}.{extension}"),
        None => format!("{stem}-{number}"),
    };
    path.with_file_name(name).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_numbered_before_the_extension() {
        for (file, number, name) in
            [("a/all.ucan", 1, "a/all.ucan"), ("a/all.ucan", 2, "a/all-2.ucan"), ("all", 12, "all-12")]
        {
            assert_eq!(numbered(file, number), name);
        }
    }
}
