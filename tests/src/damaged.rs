//! Key files as they come when something is wrong with them.

/// The member `d` of a JWK, with its quotes.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn d(jwk: &str) -> &str {
    let (_, d) = jwk.split_once("\"d\":").unwrap();
    d.split_once(',').unwrap().0
}

/// The JWK with the last character of `d` written as an escape.
///
/// # Panics
/// When there is no `d`.
#[must_use]
pub fn escape_last(jwk: &str) -> String {
    let d = d(jwk);
    let (start, last) = d.strip_suffix('"').unwrap().split_at(d.len() - 2);
    jwk.replace(d, &format!("{start}\\u{:04x}\"", u32::from(last.chars().next().unwrap())))
}

/// JWKs that are refused after the secret was read.
///
/// # Panics
/// When there is no `d`.
#[must_use]
pub fn unreadable(jwk: &str) -> Vec<(&'static str, String)> {
    let d = d(jwk);
    let (open, bare) = (d.strip_suffix('"').unwrap(), d.trim_matches('"'));
    let to_d = &jwk[..jwk.find(d).unwrap()];
    let instead = |value: String| jwk.replace(d, &value);
    // The standard alphabet, as bytes in DAG-JSON are written.
    let standard = bare.replace('-', "+").replace('_', "/");
    vec![
        ("text behind", format!("{jwk} x")),
        ("cut short", format!("{to_d}{d},")),
        ("cut short within d", format!("{to_d}{open}")),
        ("cut short at an escape", format!("{to_d}{open}\\")),
        ("kty twice", jwk.replacen('{', r#"{"kty":"OKP","#, 1)),
        ("d twice", jwk.replacen('{', &format!(r#"{{"d":{d},"#), 1)),
        ("d a list", instead(format!("[{d}]"))),
        ("d a list cut short", format!("{to_d}[{d},")),
        ("d a map", instead(format!(r#"{{"k":{d}}}"#))),
        ("d a key", instead(format!("{{{d}:1}}"))),
        ("d a key twice", instead(format!("{{{d}:1,{d}:{d}}}"))),
        ("d a key without a value", format!("{to_d}{{{d}")),
        ("d bytes", instead(format!(r#"{{"/":{{"bytes":"{standard}"}}}}"#))),
        ("d almost bytes", instead(format!(r#"{{"/":{{"bytes":"{standard}AAA="}}}}"#))),
        ("d a link", instead(format!(r#"{{"/":{d}}}"#))),
        ("a control character in d", instead(format!("{open}\n\""))),
        ("a lone surrogate in d", instead(format!("{open}\\ud800\""))),
        ("d too long", instead(format!("{open}AAAAA\""))),
        ("d padded", instead(format!("{open}AAAA=\""))),
        ("d nested too deep", instead(format!("[{d},{}", "[".repeat(100)))),
        ("a JWK set", format!(r#"{{"keys":[{jwk}]}}"#)),
        ("a list", format!("[{jwk}]")),
        ("a text", String::from(d)),
    ]
}
