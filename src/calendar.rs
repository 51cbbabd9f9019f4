//! When a window of hours, days, weeks, months or years ends in a time zone (clauses T-3, T-5), and how a time
//! is printed (clauses L-4, W-1). The zones are compiled in, so every machine answers alike.

use crate::error::{Error, Result};
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use std::sync::OnceLock;

/// A window that never ends.
const NEVER_MS: i64 = i64::MAX;
const HOUR_MS: i64 = 3_600_000;

/// What a window is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Hour,
    Day,
    /// A week that starts on this day.
    Week(Weekday),
    Month,
    Year,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The day with this lower-case English name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }

    /// The English name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone with this IANA name.
    pub fn parse(name: &str) -> Result<Self> {
        static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
        let zone =
            ZONES.get_or_init(TimeZoneDatabase::bundled).get(name).ok().filter(|zone| !zone.is_unknown());
        let zone = zone.ok_or_else(|| {
            let shown: String = name.chars().take(40).collect();
            Error::value(format!(
                "timezone: '{shown}' is no known time zone; an IANA name such as 'Asia/Shanghai' or 'UTC' is accepted"
            ))
        })?;
        Ok(Self { name: zone.iana_name().unwrap_or(name).to_owned(), zone })
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When a window of `n` units ends that was opened at `anchor_ms`: the anchor's hour, day, … plus n.
    /// A window that ends beyond the calendar (year 9999) never ends.
    pub fn window_end_ms(&self, anchor_ms: i64, unit: Unit, n: u32) -> Result<i64> {
        let anchor = Timestamp::from_millisecond(anchor_ms).map_err(|_| {
            Error::value(format!("time: {anchor_ms} ms is outside the calendar's years -9999 to 9999"))
        })?;
        if unit == Unit::Hour {
            // The hour on the wall, then real hours. The anchor's own offset decides, also where the wall clock
            // repeats or skips a part of an hour: so the end lies after the anchor, and on a whole hour.
            let offset_ms = i64::from(self.zone.to_offset(anchor).seconds()) * 1000;
            let floor_ms = anchor_ms - (anchor_ms + offset_ms).rem_euclid(HOUR_MS);
            return Ok(floor_ms + i64::from(n) * HOUR_MS);
        }
        let end = end_date(self.zone.to_datetime(anchor).date(), unit, n).and_then(|end| self.day_start(end));
        Ok(end.map_or(NEVER_MS, Timestamp::as_millisecond))
    }

    /// The first moment of a day: midnight, its first occurrence if there are two, and where the clock jumps over
    /// midnight the moment of the jump. `None` beyond the calendar.
    fn day_start(&self, day: Date) -> Option<Timestamp> {
        let midnight = day.to_datetime(Time::midnight());
        match self.zone.to_ambiguous_timestamp(midnight).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(midnight).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(midnight).ok(),
            AmbiguousOffset::Gap { after, .. } => {
                // Read with the later offset, the skipped midnight lies before the jump.
                let before_jump = after.to_timestamp(midnight).ok()?;
                self.zone.following(before_jump).next().map(|jump| jump.timestamp())
            }
        }
    }

    /// `YYYY-MM-DD HH:MM:SS` on this zone's wall clock.
    pub fn local(&self, ms: i64) -> String {
        let at = self.zone.to_datetime(nearest(ms));
        let (day, hour, minute, second) = (ymd(at), at.hour(), at.minute(), at.second());
        format!("{day} {hour:02}:{minute:02}:{second:02}")
    }
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, as in `2022-12-09T14:00:23.539Z`.
pub fn iso_utc(ms: i64) -> String {
    let at = Offset::UTC.to_datetime(nearest(ms));
    let (day, hour, minute, second, ms) = (ymd(at), at.hour(), at.minute(), at.second(), at.millisecond());
    format!("{day}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Whether the calendar has this time.
pub fn is_within(ms: i64) -> bool {
    Timestamp::from_millisecond(ms).is_ok()
}

/// The milliseconds of a time that [`iso_utc`] printed, or of any other with an offset.
pub fn parse_iso(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// The day on which a window ends, at its start.
fn end_date(day: Date, unit: Unit, n: u32) -> Option<Date> {
    let n = i64::from(n);
    let (floor, span) = match unit {
        // Real hours never come here.
        Unit::Hour | Unit::Day => (day, Span::new().try_days(n)),
        Unit::Week(start) => {
            let back = i64::from(day.weekday().to_monday_zero_offset()) - start as i64;
            let floor = day.checked_sub(Span::new().try_days(back.rem_euclid(7)).ok()?).ok()?;
            (floor, Span::new().try_weeks(n))
        }
        Unit::Month => (day.first_of_month(), Span::new().try_months(n)),
        Unit::Year => (date(day.year(), 1, 1), Span::new().try_years(n)),
    };
    floor.checked_add(span.ok()?).ok()
}

/// This time, or the calendar's end that is nearer to it.
fn nearest(ms: i64) -> Timestamp {
    let end = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(ms).unwrap_or(end)
}

fn ymd(at: DateTime) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}
