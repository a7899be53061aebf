//! Points in time and windows of validity.

// Requirements kept here: core-time-range, core-nbf-absent-epoch, core-nbf-future-delays,
// core-exp-past-invalid, core-time-buffer, dlg-time-before-nbf, dlg-time-after-exp, allod-time-inclusive.

use core::fmt;

/// Seconds since the Unix epoch, UTC, within ±(2⁵³ − 1) (UCAN 1.0 "Time Bounds").
///
/// The core reads no clock: time is always handed in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A number of seconds outside ±(2⁵³ − 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is a whole number of seconds within ±(2^53 - 1)")]
pub struct TimestampError;

impl Timestamp {
    /// The Unix epoch.
    pub const EPOCH: Self = Self(0);
    /// The latest: 2⁵³ − 1 seconds after the epoch.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// The earliest: 2⁵³ − 1 seconds before the epoch.
    pub const MIN: Self = Self(-((1 << 53) - 1));

    /// A point in time, from seconds since the epoch.
    ///
    /// # Errors
    /// When it is outside ±(2⁵³ − 1).
    pub const fn from_seconds(seconds: i64) -> Result<Self, TimestampError> {
        if seconds < Self::MIN.0 || seconds > Self::MAX.0 { Err(TimestampError) } else { Ok(Self(seconds)) }
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// This many seconds later (or earlier), held within the range of times.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl TryFrom<i64> for Timestamp {
    type Error = TimestampError;

    fn try_from(seconds: i64) -> Result<Self, TimestampError> {
        Self::from_seconds(seconds)
    }
}

#[cfg(feature = "std")]
impl TryFrom<std::time::SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: std::time::SystemTime) -> Result<Self, TimestampError> {
        let seconds = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()),
            Err(before) => i64::try_from(before.duration().as_secs()).map(|seconds| -seconds),
        };
        Self::from_seconds(seconds.map_err(|_| TimestampError)?)
    }
}

impl fmt::Display for Timestamp {
    /// `2026-11-22 10:00:00 UTC`, by the proleptic Gregorian calendar.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        // Days since 0000-03-01, so that leap days end a year (Howard Hinnant's civil calendar).
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.0)
    }
}

/// When a token is valid: from `not_before` to `expires`, both ends included, either open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// The first second of validity (`nbf`); without it, valid from the Unix epoch.
    pub not_before: Option<Timestamp>,
    /// The last second of validity (`exp`); without it, valid for ever.
    pub expires: Option<Timestamp>,
}

/// How a time lies to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before the window opens.
    Before(Timestamp),
    /// Within it.
    Within,
    /// After it closed.
    After(Timestamp),
}

impl Window {
    /// How `now` lies to this window, allowing clocks to differ by `tolerance` seconds at both ends.
    #[must_use]
    pub fn position(&self, now: Timestamp, tolerance: u32) -> Position {
        let tolerance = i64::from(tolerance);
        match (self.not_before, self.expires) {
            // One that never opens is not opened by a tolerance.
            (_, Some(expires)) if self.is_empty() => Position::After(expires),
            (_, Some(expires)) if now.plus(-tolerance) > expires => Position::After(expires),
            _ if now.plus(tolerance) < self.opens() => Position::Before(self.opens()),
            _ => Position::Within,
        }
    }

    /// The time that lies in both windows; it may be none, with the start after the end.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            not_before: match (self.not_before, other.not_before) {
                (None, None) => None,
                _ => Some(self.opens().max(other.opens())),
            },
            expires: match (self.expires, other.expires) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// The first second of validity, the epoch if none is named.
    fn opens(&self) -> Timestamp {
        self.not_before.unwrap_or(Timestamp::EPOCH)
    }

    /// Whether it never opens: it closes before it begins.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expires.is_some_and(|expires| self.opens() > expires)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    #[test]
    fn the_range_is_that_of_a_double() {
        assert!(Timestamp::from_seconds(9_007_199_254_740_991).is_ok());
        assert!(Timestamp::from_seconds(9_007_199_254_740_992).is_err());
        assert!(Timestamp::from_seconds(-9_007_199_254_740_991).is_ok());
        assert!(Timestamp::from_seconds(-9_007_199_254_740_992).is_err());
    }

    #[test]
    fn both_ends_are_included_and_the_tolerance_widens_both() {
        let window = Window { not_before: Some(at(100)), expires: Some(at(200)) };
        for (now, tolerance, expected) in [
            (99, 0, Position::Before(at(100))),
            (100, 0, Position::Within),
            (200, 0, Position::Within),
            (201, 0, Position::After(at(200))),
            (40, 60, Position::Within),
            (39, 60, Position::Before(at(100))),
            (260, 60, Position::Within),
            (261, 60, Position::After(at(200))),
        ] {
            assert_eq!(window.position(at(now), tolerance), expected, "{now} ± {tolerance}");
        }
    }

    #[test]
    fn a_window_that_never_opens_is_not_opened_by_the_tolerance() {
        let window = Window { not_before: Some(at(150)), expires: Some(at(100)) };
        for now in [90, 100, 125, 150, 160] {
            assert_eq!(window.position(at(now), 60), Position::After(at(100)));
        }
    }

    #[test]
    fn the_tolerance_does_not_wrap_at_the_ends_of_time() {
        let window = Window { not_before: Some(Timestamp::MIN), expires: Some(Timestamp::MIN) };
        assert_eq!(window.position(Timestamp::MIN, u32::MAX), Position::Within);
        let window = Window { not_before: Some(Timestamp::MAX), expires: None };
        assert_eq!(window.position(Timestamp::MAX, u32::MAX), Position::Within);
    }

    #[test]
    fn without_a_beginning_it_is_valid_from_the_epoch() {
        let window = Window::default();
        let early = Window { not_before: Some(at(-100)), expires: None };
        assert_eq!(window.and(early), Window { not_before: Some(Timestamp::EPOCH), expires: None });
        assert_eq!(early.and(early), early);
        assert!(Window { not_before: None, expires: Some(at(-1)) }.is_empty());
        assert_eq!(window.position(at(-60), 60), Position::Within);
        assert_eq!(window.position(at(-61), 60), Position::Before(Timestamp::EPOCH));
    }

    #[test]
    fn dates_are_shown_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_767_225_599, "2025-12-31 23:59:59 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
            (-62_167_219_200, "0000-01-01 00:00:00 UTC"),
        ] {
            assert_eq!(at(seconds).to_string(), text);
        }
        assert_eq!(Timestamp::MAX.to_string(), "285428751-11-12 07:36:31 UTC");
    }
}
