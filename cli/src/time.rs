//! Times as people write and read them.

use std::time::SystemTime;

use allod::Timestamp;

use crate::failure::Failure;

/// What `--expires`, `--not-before` and `--at` take, for their help.
pub(crate) const FORMS: &str = "7d, 12h, 30m (from now), 2026-12-01, 2026-12-01T10:00:00Z, or Unix seconds";

/// The platform's clock.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    Timestamp::try_from(SystemTime::now())
        .map_err(|error| Failure::new(format_args!("the clock cannot be used: {error}"), "set the clock"))
}

/// The furthest that times are looked for, in seconds: what lies beyond is a slip of the finger, or
/// milliseconds.
const FURTHEST: i64 = 1_000 * 31_557_600;

/// When something that is signed now ends; `None` for `never`. What would have ended already is refused.
pub(crate) fn parse_end(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    if text == "never" {
        return Ok(None);
    }
    let at = parse(text, now)?;
    if at <= now {
        return Err(Failure::new(
            format_args!("{text:?} is not after now: what is signed would have expired already"),
            format_args!("give --expires a time to come: {FORMS}"),
        ));
    }
    if at.as_seconds() - now.as_seconds() > FURTHEST {
        return Err(too_far(text));
    }
    Ok(Some(at))
}

fn too_far(text: &str) -> Failure {
    Failure::new(
        format_args!("{text:?} is more than 1000 years away"),
        "give a time that is nearer, in seconds where it is a number; --expires also takes `never`",
    )
}

/// A point in time: `now`, a span from now (`7d`, `+7d`, `-1h`), a date, a date and time, Unix seconds.
pub(crate) fn parse(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let not = || Failure::new(format_args!("{text:?} is not a time"), format_args!("use {FORMS}"));
    if text == "now" {
        return Ok(now);
    }
    if let Ok(seconds) = text.parse::<i64>()
        && !text.starts_with('+')
    {
        return Timestamp::from_seconds(seconds).map_err(|_| not());
    }
    if let Some(span) = span(text) {
        let near = span.unsigned_abs() <= FURTHEST.unsigned_abs();
        return if near { Ok(now.plus(span)) } else { Err(too_far(text)) };
    }
    date_time(text).and_then(|seconds| Timestamp::from_seconds(seconds).ok()).ok_or_else(not)
}

/// `90s`, `30m`, `12h`, `7d`, `2w`, with a sign or without, in seconds, as far as they can be counted.
fn span(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let unit = rest.chars().last()?;
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = rest.strip_suffix(unit).filter(digits)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    // Digits alone fail to parse where there are too many of them.
    Some(number.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(sign * seconds))
}

/// `2026-12-01`, `2026-12-01T10:00Z`, `2026-12-01T10:00:00+01:00`; a space may stand for the `T`.
fn date_time(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days).contains(&day) {
        return None;
    }
    let midnight = days_from_epoch(year, month, day) * 86_400;
    time.map_or(Some(midnight), |time| Some(midnight + time_of_day(time)?))
}

/// Seconds after midnight UTC, of a time with its zone.
fn time_of_day(text: &str) -> Option<i64> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        (clock, 0)
    } else {
        let at = text.rfind(['+', '-'])?;
        let (clock, zone) = text.split_at_checked(at)?;
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let offset = number(hours, 2).filter(|hours| *hours < 24)? * 3_600 + minute(minutes)? * 60;
        (clock, if zone.starts_with('-') { -offset } else { offset })
    };
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minutes = minute(parts.next()?)?;
    let seconds = parts.next().map_or(Some(0), minute)?;
    if parts.next().is_some() { None } else { Some(hour * 3_600 + minutes * 60 + seconds - offset) }
}

fn minute(text: &str) -> Option<i64> {
    number(text, 2).filter(|minute| *minute < 60)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// By the proleptic Gregorian calendar (Howard Hinnant's civil calendar).
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// How far `at` lies from `now`, to the nearest unit: `in 7 days`, `3 hours ago`, `now`.
pub(crate) fn distance(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_seconds() - now.as_seconds();
    let (number, unit) = match seconds.unsigned_abs() {
        0 => return "now".into(),
        few @ 1..=119 => (few, "second"),
        few @ 120..=7_199 => (nearest(few, 60), "minute"),
        few @ 7_200..=172_799 => (nearest(few, 3_600), "hour"),
        few @ 172_800..=63_071_999 => (nearest(few, 86_400), "day"),
        many => (nearest(many, 31_557_600), "year"),
    };
    let things = if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") };
    if seconds > 0 { format!("in {things}") } else { format!("{things} ago") }
}

/// A moment after `--expires 7d` it is still in 7 days.
const fn nearest(seconds: u64, unit: u64) -> u64 {
    (seconds + unit / 2) / unit
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let now = at(1_000_000_000);
        for (text, seconds) in [
            ("now", 1_000_000_000),
            ("1800000000", 1_800_000_000),
            ("-5", -5),
            ("90s", 1_000_000_090),
            ("+7d", 1_000_604_800),
            ("-1h", 999_996_400),
            ("2w", 1_001_209_600),
            ("2026-12-01", 1_796_083_200),
            ("2026-12-01T10:00:00Z", 1_796_119_200),
            ("2026-12-01 10:00Z", 1_796_119_200),
            ("2026-12-01T10:00:00+02:30", 1_796_110_200),
            ("2000-02-29", 951_782_400),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(parse(text, now).map(Timestamp::as_seconds).ok(), Some(seconds), "{text}");
        }
        assert_eq!(parse_end("never", now).ok(), Some(None));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "soon",
            "7",
            "7y",
            "d",
            "--7d",
            "+5",
            "1.5h",
            "2026-13-01",
            "2026-02-29",
            "2026-1-1",
            "2026-12-01T10:00:00",
            "2026-12-01T24:00Z",
            "2026-12-01T10:00:60Z",
            "99999999999999999999",
            "9007199254740992",
        ] {
            let read = parse(text, at(0));
            assert_eq!(read.is_ok(), text == "7", "{text}");
        }
    }

    #[test]
    fn what_is_signed_ends_after_now_and_within_reason() {
        let now = at(1_000_000_000);
        for text in ["1s", "2001-09-10", "1000000001", "3000-01-01", "never", "365000d"] {
            assert!(parse_end(text, now).is_ok(), "{text}");
        }
        for (text, part) in [
            ("now", "not after now"),
            ("0d", "not after now"),
            ("-0d", "not after now"),
            ("-5d", "not after now"),
            ("-5", "not after now"),
            ("1000000000", "not after now"),
            ("2001-09-09", "not after now"),
            ("366000d", "1000 years"),
            ("99999999999999d", "1000 years"),
            ("99999999999999999999999d", "1000 years"),
            ("-99999999999999999999999d", "1000 years"),
            ("1000000000000", "1000 years"),
            ("9999-12-31", "1000 years"),
        ] {
            let failure = parse_end(text, now).unwrap_err();
            assert!(failure.message().contains(part), "{text}: {failure}");
            assert!(!failure.remedy().is_empty());
        }
        assert!(parse("99999999999999d", now).is_err());
        assert!(parse("-5d", now).is_ok(), "a decision may be asked for about the past");
    }

    #[test]
    fn distances_are_rough() {
        for (seconds, text) in [
            (0, "now"),
            (604_800, "in 7 days"),
            (-1, "1 second ago"),
            (-7_200, "2 hours ago"),
            (119, "in 119 seconds"),
            (300, "in 5 minutes"),
            (299, "in 5 minutes"),
            (604_799, "in 7 days"),
            (604_800 - 43_201, "in 6 days"),
            (-604_801, "7 days ago"),
            (7_199, "in 120 minutes"),
        ] {
            assert_eq!(distance(at(seconds), at(0)), text);
        }
    }
}
