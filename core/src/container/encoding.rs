//! The six encodings, told by the first byte.

// Requirements kept here: ctn-header-values.

use core::fmt;

/// How a container's bytes are spelled (UCAN Container, "Serialization").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// `@`: bytes.
    #[default]
    Raw,
    /// `B`: base64, standard alphabet, padded.
    Base64,
    /// `C`: base64, URL alphabet, unpadded.
    Base64Url,
    /// `M`: gzip.
    Gzip,
    /// `O`: gzip, then base64, standard alphabet, padded.
    GzipBase64,
    /// `P`: gzip, then base64, URL alphabet, unpadded.
    GzipBase64Url,
}

/// What stands between the header byte and the CBOR.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    None,
    Standard,
    Url,
}

impl Encoding {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::Raw, Self::Base64, Self::Base64Url, Self::Gzip, Self::GzipBase64, Self::GzipBase64Url];

    /// The first byte of a container in this encoding.
    #[must_use]
    pub const fn header(self) -> u8 {
        match self {
            Self::Raw => b'@',
            Self::Base64 => b'B',
            Self::Base64Url => b'C',
            Self::Gzip => b'M',
            Self::GzipBase64 => b'O',
            Self::GzipBase64Url => b'P',
        }
    }

    /// The encoding that a first byte announces.
    #[must_use]
    pub fn from_header(header: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.header() == header)
    }

    /// Whether a container in this encoding is text, fit for a header or a QR code.
    #[must_use]
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Raw | Self::Gzip)
    }

    /// Whether it is compressed.
    #[must_use]
    pub const fn is_compressed(self) -> bool {
        matches!(self, Self::Gzip | Self::GzipBase64 | Self::GzipBase64Url)
    }

    pub(super) const fn text(self) -> Text {
        match self {
            Self::Raw | Self::Gzip => Text::None,
            Self::Base64 | Self::GzipBase64 => Text::Standard,
            Self::Base64Url | Self::GzipBase64Url => Text::Url,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
            Self::Gzip => "gzip",
            Self::GzipBase64 => "gzip+base64",
            Self::GzipBase64Url => "gzip+base64url",
        })
    }
}
