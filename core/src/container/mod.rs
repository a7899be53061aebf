//! UCAN containers v1: tokens bundled for the way, in six encodings.
//!
//! Reader and writer are apart: the reader tolerates any order and duplicates, the writer sorts. CIDs do
//! not travel; the reader computes them (UCAN Container v0.1).

// Requirements kept here: ctn-reader-writer-apart.

#[cfg(feature = "gzip")]
mod deflate;
mod encoding;
#[cfg(feature = "gzip")]
mod gzip;
mod reader;
mod writer;

pub use self::encoding::Encoding;
pub use self::reader::{Container, ContainerError};
pub use self::writer::{ContainerWriteError, ContainerWriter};

/// The one key of a container's map.
const KEY: &str = "ctn-v1";
