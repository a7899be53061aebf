//! Handing over a container: to a file, or to standard output.

use std::io::{self, IsTerminal};

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
    /// Writes the container, and returns it as text: base64 of its bytes where it is not text itself.
    pub(crate) fn deliver(&self, container: &ContainerWriter, out: &mut Out) -> Result<String, Failure> {
        let encoding = Encoding::from(self.encoding);
        let mut bytes = container.write(encoding).map_err(|error| {
            Failure::new(format_args!("the container cannot be written: {error}"), "use fewer proofs")
        })?;
        let text = if encoding.is_text() {
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            multibase::base64_padded_encode(&bytes)
        };
        match &self.out {
            Some(file) => files::write_out(file, &bytes, Access::Usual, self.force)?,
            None if out.json() => {}
            None if !encoding.is_text() && io::stdout().is_terminal() => {
                return Err(Failure::new(
                    format_args!("a container in {encoding} is not for a terminal"),
                    "name a file with --out, or use --encoding base64url",
                ));
            }
            None => {
                if encoding.is_text() {
                    bytes.push(b'\n');
                }
                out.bytes(&bytes)?;
            }
        }
        Ok(text)
    }
}
