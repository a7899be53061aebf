//! Letters that pass for others.
//!
//! This is a help for the eye, and no proof of anything: it knows the letters of other scripts that look like
//! ASCII letters in common typefaces, and notices when one word mixes scripts. What it does not remark on
//! may still deceive. Nothing is decided by it.

/// A remark on a text that may read as another; `None` where there is nothing to say.
pub(crate) fn remark(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
        let suspects: Vec<(char, char)> = word.chars().filter_map(|c| Some((c, twin(c)?))).collect();
        let letters = || word.chars().filter(|c| c.is_alphabetic());
        let scripts = scripts(word);
        if let Some((found, ascii)) = suspects.first()
            // A word wholly in its own script is somebody's language, unless every letter has a double.
            && (scripts.len() > 1 || letters().all(|c| twin(c).is_some()))
        {
            let script = script(*found).unwrap_or("another script");
            return Some(format!(
                "look-alike: in {word:?}, {found:?} (U+{:04X}, {script}) passes for the ASCII letter {ascii:?}",
                u32::from(*found)
            ));
        }
        (scripts.len() > 1).then(|| format!("mixed scripts: {word:?} has letters of {}", scripts.join(" and ")))
    })
}

/// The same for a host of a did:web, whose labels spell other scripts as `xn--…`.
pub(crate) fn remark_on_did(did: &str) -> Option<String> {
    let host = did.strip_prefix("did:web:")?.split(':').next()?;
    host.split('.').find_map(|label| {
        let shown = decode_punycode(label.strip_prefix("xn--")?);
        Some(match shown {
            Some(shown) => {
                let remark = remark(&shown).map(|remark| format!("; {remark}")).unwrap_or_default();
                format!("other script: a browser may show {label:?} of {host} as {shown:?}{remark}")
            }
            None => format!("other script: {label:?} of {host} is not valid Punycode"),
        })
    })
}

/// Whether one name reads like another: in whichever case, with letters that pass for each other.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    fn folded(text: &str) -> String {
        let ascii = text.chars().map(|c| twin(c).unwrap_or(c)).flat_map(char::to_lowercase);
        let letters = ascii.filter(|c| c.is_alphanumeric()).map(|c| match c {
            '0' => 'o',
            '1' | 'i' | 'ı' => 'l',
            '5' => 's',
            c => twin(c).unwrap_or(c),
        });
        letters.collect::<String>().replace("rn", "m").replace("vv", "w")
    }
    folded(one) == folded(other)
}

/// The scripts of a word's letters. Those that are written together count as one.
fn scripts(word: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for script in word.chars().filter_map(script) {
        if !found.contains(&script) {
            found.push(script);
        }
    }
    found
}

fn script(c: char) -> Option<&'static str> {
    Some(match u32::from(c) {
        0x41..=0x5A | 0x61..=0x7A | 0xC0..=0x24F | 0x1E00..=0x1EFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF => {
            "Latin"
        }
        0x250..=0x2AF => "phonetic Latin",
        0x370..=0x3FF | 0x1F00..=0x1FFF => "Greek",
        0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => "Cyrillic",
        0x530..=0x58F => "Armenian",
        0x590..=0x5FF => "Hebrew",
        0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF => "Arabic",
        0x900..=0x97F => "Devanagari",
        0xE00..=0xE7F => "Thai",
        0x10A0..=0x10FF => "Georgian",
        0x13A0..=0x13FF | 0xAB70..=0xABBF => "Cherokee",
        0xA4D0..=0xA4FF => "Lisu",
        0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x2_0000..=0x3_FFFF => {
            "Chinese or Japanese"
        }
        0xAC00..=0xD7AF | 0x1100..=0x11FF => "Korean",
        0xFF21..=0xFF3A | 0xFF41..=0xFF5A => "full-width Latin",
        0x1_D400..=0x1_D7FF => "mathematical letters",
        _ if c.is_alphabetic() => "another script",
        _ => return None,
    })
}

/// The ASCII letter that this one passes for.
fn twin(c: char) -> Option<char> {
    const TWINS: [(&str, &str); 6] = [
        // Cyrillic
        ("авезкмнорстухьіїјѕһԁԛԝґӏ", "abe3kmhopctyxbiijshdqwrl"),
        ("АВЕЗКМНОРСТУХІЈЅҺԌԚԜ", "ABE3KMHOPCTYXIJSHGQW"),
        // Greek
        ("αβγεικνορτυχωϲϳ", "abyeikvoptuxwcj"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"),
        // Armenian, phonetic letters, others
        ("օոսհցքɑɡɩɪʏıℓⅼ", "onuhgqagiiyill"),
        ("ᏀᎪᎬᎻᏒᏢᏟᎢᏙꓐꓑꓓꓔꓖ", "GAEHRPCTVBPDTG"),
    ];
    if c.is_ascii() {
        return None;
    }
    let listed = TWINS
        .iter()
        .find_map(|(others, ascii)| others.chars().zip(ascii.chars()).find(|(other, _)| *other == c));
    if let Some((_, ascii)) = listed {
        return Some(ascii);
    }
    let nth =
        |first: u8, index: u32| u8::try_from(index).ok().map(|index| char::from(first.saturating_add(index)));
    match u32::from(c) {
        code @ 0xFF21..=0xFF3A => nth(b'A', code - 0xFF21),
        code @ 0xFF41..=0xFF5A => nth(b'a', code - 0xFF41),
        // Thirteen alphabets of 52 letters each.
        code @ 0x1_D400..=0x1_D6A3 => match (code - 0x1_D400) % 52 {
            index @ 0..=25 => nth(b'A', index),
            index => nth(b'a', index - 26),
        },
        _ => None,
    }
}

/// RFC 3492, section 6.2, for labels of at most 63 bytes; `None` where they do not decode.
fn decode_punycode(label: &str) -> Option<String> {
    let (mut out, tail): (Vec<char>, &str) = match label.rsplit_once('-') {
        Some((ascii, tail)) => (ascii.chars().collect(), tail),
        None => (Vec::new(), label),
    };
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = tail.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                letter @ b'a'..=b'z' => u32::from(letter - b'a'),
                number @ b'0'..=b'9' => u32::from(number - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(i - before, length, before == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_pointed_out_and_languages_are_not() {
        for text in
            ["/photos/read", "/фото/читать", "/写真", "straße", "/ελληνικά", "naïve", "日本のカメラ", ""]
        {
            assert_eq!(remark(text), None, "{text}");
        }
        for (text, part) in [
            ("/рhotos/read", "U+0440, Cyrillic"),
            ("/photos/rеad", "U+0435, Cyrillic"),
            ("раура", "passes for the ASCII letter 'p'"),
            ("ｒead", "full-width Latin"),
            ("𝐫ead", "mathematical"),
            ("adminש", "mixed scripts"),
        ] {
            let remark = remark(text).unwrap();
            assert!(remark.contains(part), "{text}: {remark}");
        }
    }

    #[test]
    fn names_that_read_alike_are_told() {
        for (one, other) in [("Bob", "bob"), ("bob", "b0b"), ("Al", "AI"), ("Mum's", "mums"), ("mom", "morn")]
        {
            assert!(alike(one, other), "{one} {other}");
        }
        for (one, other) in [("bob", "rob"), ("alice", "alicia"), ("Нина", "Hina")] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn hosts_of_other_scripts_are_spelled_out() {
        assert_eq!(decode_punycode("bcher-kva").as_deref(), Some("bücher"));
        assert_eq!(decode_punycode("80ak6aa92e").as_deref(), Some("аррӏе"));
        assert_eq!(decode_punycode("99999999"), None);
        let remark = remark_on_did("did:web:xn--80ak6aa92e.com").unwrap();
        assert!(remark.contains("аррӏе") && remark.contains("Cyrillic"), "{remark}");
        assert_eq!(remark_on_did("did:web:example.com"), None);
        assert_eq!(remark_on_did("did:key:z6Mk"), None);
    }

    #[test]
    fn every_twin_is_listed_in_pairs() {
        for text in ["авезк", "ΑΒΕ", "օոս", "ᏀᎪ"] {
            assert!(text.chars().filter_map(twin).all(|c| c.is_ascii()), "{text}");
        }
        assert_eq!(twin('ӏ'), Some('l'));
        assert_eq!(twin('ѕ'), Some('s'));
        assert_eq!(twin('Ԝ'), Some('W'));
        assert_eq!(twin('ϳ'), Some('j'));
        assert_eq!(twin('ⅼ'), Some('l'));
        assert_eq!(twin('ꓖ'), Some('G'));
    }
}
