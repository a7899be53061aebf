//! did:web (W3C CCG did:web method): one spelling, and the URL where the document lives.
//!
//! What is accepted:
//! - The host is a domain name in lowercase ASCII, other scripts as `xn--`. A single label such as
//!   `localhost` is a domain name and accepted; the URL is https all the same. IP addresses are not
//!   (the method forbids them), so a host whose last label is a number, as browsers read it, is refused.
//! - A port is `%3A` and digits; 443 is left out, for it names the same place.
//! - Path segments are non-empty, not `.` or `..`. A byte is percent-encoded, in uppercase, exactly when
//!   a DID cannot hold it; an encoded `/`, `\` or control character is refused, for servers disagree
//!   about what it means.

// Requirements kept here: allod-web-spelling, allod-web-host.

use alloc::string::String;

use super::did::DidError;

/// Checks what stands behind `did:web:`; its characters are already known to be those of a DID.
pub(crate) fn check(id: &str) -> Result<(), DidError> {
    let mut segments = id.split(':');
    let authority = segments.next().unwrap_or_default();
    let (host, port) = match authority.split_once('%') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    check_host(host)?;
    port.map_or(Ok(()), check_port)?;
    segments.try_for_each(check_segment)
}

/// The URL of the document, from what stands behind `did:web:` and passed [`check`].
pub(crate) fn url(id: &str) -> String {
    let mut segments = id.split(':');
    let mut url = String::from("https://");
    let authority = segments.next().unwrap_or_default();
    match authority.split_once('%') {
        // The first two characters are those of the encoded colon.
        Some((host, port)) => url.extend([host, ":", port.get(2..).unwrap_or_default()]),
        None => url.push_str(authority),
    }
    let mut path = false;
    for segment in segments {
        path = true;
        url.push('/');
        url.push_str(segment);
    }
    url.push_str(if path { "/did.json" } else { "/.well-known/did.json" });
    url
}

fn check_host(host: &str) -> Result<(), DidError> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // As the URL standard tells an IPv4 address ("ends in a number"): 127.1, 0x7f.1, 2130706433.
    let last = host.split('.').fold("", |_, label| label);
    let hex = |digits: &str| digits.bytes().all(|c| c.is_ascii_hexdigit());
    let number = last.bytes().all(|c| c.is_ascii_digit()) || last.strip_prefix("0x").is_some_and(hex);
    if host.len() <= 253 && host.split('.').all(label) && !number { Ok(()) } else { Err(DidError::WebHost) }
}

/// `encoded` is what follows the first `%` of the authority.
fn check_port(encoded: &str) -> Result<(), DidError> {
    let digits = encoded.strip_prefix("3A").ok_or(DidError::WebPort)?;
    let canonical = !digits.starts_with('0') && digits.bytes().all(|c| c.is_ascii_digit());
    match digits.parse::<u16>() {
        Ok(port) if canonical && port != 443 => Ok(()),
        _ => Err(DidError::WebPort),
    }
}

fn check_segment(segment: &str) -> Result<(), DidError> {
    if matches!(segment, "" | "." | "..") {
        return Err(DidError::WebPath);
    }
    // What follows each `%`; the DID syntax has made sure that it starts with two hex digits.
    segment.split('%').skip(1).try_for_each(|after| {
        let digits = after.get(..2).ok_or(DidError::WebPath)?;
        let byte = u8::from_str_radix(digits, 16).map_err(|_| DidError::WebPath)?;
        let needless = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let ambiguous = byte.is_ascii_control() || matches!(byte, b'/' | b'\\');
        let lowercase = digits.bytes().any(|c| c.is_ascii_lowercase());
        if needless || ambiguous || lowercase { Err(DidError::WebPath) } else { Ok(()) }
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::identity::Did;

    fn parse(id: &str) -> Result<Did, DidError> {
        Did::parse(&alloc::format!("did:web:{id}"))
    }

    #[test]
    fn the_url_of_a_document() {
        for (id, url) in [
            ("example.com", "https://example.com/.well-known/did.json"),
            ("example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
            ("example.com:user:alice", "https://example.com/user/alice/did.json"),
            ("example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
            ("xn--bcher-kva.example:Alice%20B", "https://xn--bcher-kva.example/Alice%20B/did.json"),
            ("localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
            ("a.b:%7Ealice", "https://a.b/%7Ealice/did.json"),
            ("a.b:...", "https://a.b/.../did.json"),
        ] {
            let did = parse(id).map(|did| (did.web_url(), did.to_string()));
            assert_eq!(did, Ok((Some(url.into()), alloc::format!("did:web:{id}"))));
        }
    }

    #[test]
    fn a_second_spelling_of_a_host_is_refused() {
        for id in [
            "Example.com",
            "example.com.",
            ".example.com",
            "a..b",
            "-a.com",
            "a-.com",
            "exa_mple.com",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0x",
            "10.0x1f",
        ] {
            assert_eq!(parse(id), Err(DidError::WebHost), "{id}");
        }
        assert_eq!(parse(&"a".repeat(64)), Err(DidError::WebHost));
        assert_eq!(parse(&["a"; 128].join(".")), Err(DidError::WebHost));
        assert_eq!(parse("%3A3000"), Err(DidError::WebHost));
    }

    #[test]
    fn a_second_spelling_of_a_port_is_refused() {
        for port in ["%3a80", "%3A", "%3A0", "%3A080", "%3A443", "%3A65536", "%3A80%3A80", "%2F80", "%3A8a"] {
            assert_eq!(parse(&alloc::format!("a.b{port}")), Err(DidError::WebPort), "{port}");
        }
    }

    #[test]
    fn a_second_spelling_of_a_path_is_refused() {
        for path in [":.", ":..", "::a", ":%2E%2E", ":%41", ":%7ealice", ":a%2Fb", ":a%5Cb", ":%00", ":%0A"] {
            assert_eq!(parse(&alloc::format!("a.b{path}")), Err(DidError::WebPath), "{path}");
        }
        assert_eq!(parse("a.b:"), Err(DidError::Identifier));
    }
}
