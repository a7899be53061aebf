//! Names, times and tokens as they are shown, compared and read back.

use std::time::{Duration, UNIX_EPOCH};

use allod::identity::{Did, Purpose, Relationship};
use allod::ucan::{AnyToken, TokenKind};
use allod::wire::{Ipld, Item, value};
use allod::{Command, Delegation, Invocation, Nonce, Subject, Timestamp, Token};
use allod_tests::forge::{Forge, ed};

fn shown(year: i64, month: i64, day: i64) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// Counted through year by year, by the calendar's own rule.
#[test]
fn times_are_shown_by_the_calendar() {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let at = |days: i64, second: i64| Timestamp::from_seconds(days * 86_400 + second).unwrap().to_string();
    // From 1 January 1200 on; 1970 is reached in passing.
    let mut day = -281_237_i64;
    for year in 1200..2900 {
        let mut start = day;
        for (month, length) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            let length = length + i64::from(month == 2 && leap(year));
            assert_eq!(at(start, 0), format!("{} 00:00:00 UTC", shown(year, month, 1)));
            let last = format!("{} 23:59:59 UTC", shown(year, month, length));
            assert_eq!(at(start + length - 1, 86_399), last);
            start += length;
        }
        if year == 1970 {
            assert_eq!(day, 0);
        }
        day = start;
    }
    assert_eq!(at(0, 3_661), "1970-01-01 01:01:01 UTC");
    assert_eq!(at(20_779, 45_296), "2026-11-22 12:34:56 UTC");
    let debug = format!("{:?}", Timestamp::from_seconds(-1).unwrap());
    assert_eq!(debug, "-1 (1969-12-31 23:59:59 UTC)");
}

#[test]
fn times_are_whole_seconds_that_every_language_can_count() {
    let end = 9_007_199_254_740_991;
    assert_eq!((Timestamp::MIN.as_seconds(), Timestamp::MAX.as_seconds()), (-end, end));
    for (seconds, fits) in [(end, true), (end + 1, false), (-end, true), (-end - 1, false)] {
        assert_eq!(Timestamp::from_seconds(seconds).is_ok(), fits, "{seconds}");
    }
    assert_eq!(Timestamp::MAX.plus(1), Timestamp::MAX);
    assert_eq!(Timestamp::MIN.plus(-1), Timestamp::MIN);
    let before = Timestamp::try_from(UNIX_EPOCH - Duration::from_secs(7)).unwrap();
    let after = Timestamp::try_from(UNIX_EPOCH + Duration::from_secs(7)).unwrap();
    assert_eq!((before.as_seconds(), after.as_seconds()), (-7, 7));
}

#[test]
fn short_dids_stay_whole_and_long_ones_are_cut() {
    for (did, short) in [
        ("did:web:abcdefghijklmnop.example", "did:web:abcdefghijklmnop.example"),
        ("did:web:abcdefghijklmnopq.example", "did:web:abcd…xample"),
    ] {
        assert_eq!(Did::parse(did).unwrap().short(), short);
    }
    let error = serde_json::from_str::<Did>("1").unwrap_err().to_string();
    assert!(error.contains("expected a DID"), "{error}");
    assert_eq!(serde_json::to_string(&ed(1).did()).unwrap(), format!("\"{}\"", ed(1).text()));
}

#[test]
fn what_a_document_s_keys_are_for_has_its_name() {
    assert_eq!(Purpose::Invocation.to_string(), "capabilityInvocation");
    assert_eq!(Purpose::Delegation.to_string(), Relationship::CapabilityDelegation.name());
}

#[test]
fn commands_have_segments_and_some_are_the_library_s_own() {
    let command = |text: &str| text.parse::<Command>().unwrap();
    assert_eq!(command("/photos/read").segments().collect::<Vec<_>>(), ["photos", "read"]);
    assert_eq!(command("/").segments().count(), 0);
    assert_eq!(format!("{:?}", command("/photos")), "\"/photos\"");
    for (text, reserved) in [
        ("/ucan/revoke", true),
        ("/ucan/assert", true),
        ("/ucan/assert/receipt", true),
        ("/ucan/assertion", false),
        ("/ucan/revoke/all", false),
        ("/ucan", false),
        ("/photos", false),
    ] {
        assert_eq!(command(text).is_reserved(), reserved, "{text}");
    }
}

#[test]
fn a_long_nonce_is_cut_where_it_is_shown() {
    let shown = |length: usize| format!("{:?}", Nonce::from_bytes(&vec![0xab; length]));
    assert_eq!(shown(2), "Nonce(abab)");
    assert_eq!(shown(16), format!("Nonce({})", "ab".repeat(16)));
    assert_eq!(shown(17), format!("Nonce({}…)", "ab".repeat(16)));
}

#[test]
fn tokens_are_equal_where_their_bytes_are() {
    let mut forge = Forge::delegation(ed(1), &ed(2).text(), Some(&ed(1).text()), "/x");
    let token = Token::<Delegation>::parse(forge.bytes()).unwrap();
    assert_eq!(token, Token::parse(forge.bytes()).unwrap());
    assert_eq!(AnyToken::parse(forge.bytes()).unwrap().as_bytes(), forge.bytes());
    forge.set("nonce", Ipld::Bytes(vec![7; 12]));
    assert_ne!(token, Token::parse(forge.bytes()).unwrap());
    assert_eq!(TokenKind::Delegation.name(), "delegation");
    assert_eq!(TokenKind::Invocation.name(), "invocation");
    assert_eq!(Subject::Powerline.to_string(), "any subject");
    assert_eq!(Subject::from(ed(1).did()).to_string(), ed(1).text());
}

#[test]
fn what_is_asserted_besides_is_there_to_be_read() {
    let meta = Ipld::Map([("note".to_owned(), Ipld::String("hello".into()))].into());
    let mut forge = Forge::invocation(ed(1), &ed(1).text(), "/x", &[]);
    assert!(Token::<Invocation>::parse(forge.bytes()).unwrap().meta().is_none());
    forge.set("meta", meta.clone());
    let token = Token::<Invocation>::parse(forge.bytes()).unwrap();
    let bytes = value::encode(&meta).unwrap();
    assert_eq!(token.meta().unwrap().as_cbor(), bytes);
    assert_eq!(Item::parse(bytes.clone()).unwrap().as_cbor(), bytes);
}
