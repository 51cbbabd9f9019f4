//! When windows end, and how times are printed.

use cloudvars::calendar::{Unit, Weekday, Zone, iso_utc};

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

/// `YYYY-MM-DD HH:MM:SS+HH:MM` in milliseconds.
fn ms(text: &str) -> i64 {
    text.replace(' ', "T").parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// Windows opened at `anchor` end when the zone's clock shows `end` for the first time.
#[track_caller]
fn ends(zone_name: &str, anchor: &str, unit: Unit, n: u32, end: &str) {
    let zone = zone(zone_name);
    assert_eq!(zone.local(zone.window_end_ms(ms(anchor), unit, n).unwrap()), end);
}

#[test]
fn a_window_ends_on_a_whole_unit() {
    // T-3
    let monday = Unit::Week(Weekday::Monday);
    let sunday = Unit::Week(Weekday::Sunday);
    let thursday = Unit::Week(Weekday::Thursday);
    for (anchor, unit, n, end) in [
        ("2024-03-06 01:59:59+08:00", Unit::Hour, 4, "2024-03-06 05:00:00"),
        ("2024-03-06 02:00:00+08:00", Unit::Hour, 4, "2024-03-06 06:00:00"),
        ("2024-12-31 23:30:00+08:00", Unit::Hour, 1, "2025-01-01 00:00:00"),
        ("2024-03-06 23:59:59+08:00", Unit::Day, 1, "2024-03-07 00:00:00"),
        ("2024-03-06 00:00:00+08:00", Unit::Day, 1, "2024-03-07 00:00:00"),
        ("2024-02-28 12:00:00+08:00", Unit::Day, 2, "2024-03-01 00:00:00"),
        ("2023-02-28 12:00:00+08:00", Unit::Day, 2, "2023-03-02 00:00:00"),
        // 2024-03-06 is a Wednesday.
        ("2024-03-06 12:00:00+08:00", monday, 1, "2024-03-11 00:00:00"),
        ("2024-03-06 12:00:00+08:00", monday, 3, "2024-03-25 00:00:00"),
        ("2024-03-11 00:00:00+08:00", monday, 1, "2024-03-18 00:00:00"),
        ("2024-03-10 23:59:59+08:00", monday, 1, "2024-03-11 00:00:00"),
        ("2024-03-06 12:00:00+08:00", sunday, 1, "2024-03-10 00:00:00"),
        ("2024-03-06 12:00:00+08:00", thursday, 1, "2024-03-07 00:00:00"),
        ("2024-03-07 00:00:00+08:00", thursday, 1, "2024-03-14 00:00:00"),
        ("2024-01-31 12:00:00+08:00", Unit::Month, 1, "2024-02-01 00:00:00"),
        ("2024-12-31 12:00:00+08:00", Unit::Month, 14, "2026-02-01 00:00:00"),
        ("2024-02-29 12:00:00+08:00", Unit::Year, 1, "2025-01-01 00:00:00"),
        ("2024-01-01 00:00:00+08:00", Unit::Year, 1, "2025-01-01 00:00:00"),
        // Before 1970.
        ("1960-01-01 01:59:59+08:00", Unit::Hour, 4, "1960-01-01 05:00:00"),
        ("1960-02-28 01:59:59+08:00", Unit::Day, 2, "1960-03-01 00:00:00"),
    ] {
        ends("Asia/Shanghai", anchor, unit, n, end);
    }
}

#[test]
fn the_zone_decides_which_day_it_is() {
    // T-5
    let anchor = "2024-03-06 20:00:00+00:00";
    ends("UTC", anchor, Unit::Day, 1, "2024-03-07 00:00:00");
    ends("Asia/Shanghai", anchor, Unit::Day, 1, "2024-03-08 00:00:00");
    ends("Asia/Kolkata", anchor, Unit::Hour, 1, "2024-03-07 02:00:00");
    ends("Asia/Kathmandu", anchor, Unit::Hour, 1, "2024-03-07 02:00:00");
}

#[test]
fn clock_changes() {
    // T-3: hours are real ones; a day is as long as the wall clock makes it.
    let new_york = zone("America/New_York");
    let end = |anchor, unit, n| new_york.window_end_ms(ms(anchor), unit, n).unwrap();
    assert_eq!(end("2024-03-10 01:30:00-05:00", Unit::Hour, 1), ms("2024-03-10 03:00:00-04:00"));
    assert_eq!(end("2024-03-09 12:00:00-05:00", Unit::Day, 2), ms("2024-03-11 00:00:00-04:00"));
    // 01:30 comes twice.
    assert_eq!(end("2024-11-03 01:30:00-04:00", Unit::Hour, 1), ms("2024-11-03 01:00:00-05:00"));
    assert_eq!(end("2024-11-03 01:30:00-05:00", Unit::Hour, 1), ms("2024-11-03 02:00:00-05:00"));
    assert_eq!(end("2024-11-03 00:30:00-04:00", Unit::Day, 1), ms("2024-11-04 00:00:00-05:00"));
    // Half an hour is repeated: the end still lies after the anchor.
    let lord_howe = zone("Australia/Lord_Howe");
    let anchor = ms("2024-04-07 01:45:00+10:30");
    assert_eq!(lord_howe.window_end_ms(anchor, Unit::Hour, 1).unwrap(), ms("2024-04-07 02:00:00+10:30"));
}

#[test]
fn a_day_without_one_midnight() {
    // T-3: no midnight: the day starts where the clock jumps to.
    ends("America/Sao_Paulo", "2018-11-03 12:00:00-03:00", Unit::Day, 1, "2018-11-04 01:00:00");
    ends("America/Toronto", "1919-03-30 12:00:00-05:00", Unit::Day, 1, "1919-03-31 00:30:00");
    // A whole day is left out.
    ends("Pacific/Apia", "2011-12-29 12:00:00-10:00", Unit::Day, 1, "2011-12-31 00:00:00");
    // Two midnights: the first.
    let havana = zone("America/Havana");
    let end = havana.window_end_ms(ms("2024-11-02 12:00:00-04:00"), Unit::Day, 1).unwrap();
    assert_eq!(end, ms("2024-11-03 00:00:00-04:00"));
}

#[test]
fn beyond_the_calendar_is_never() {
    let zone = zone("Asia/Shanghai");
    let now = ms("2024-03-06 12:00:00+08:00");
    for unit in [Unit::Day, Unit::Week(Weekday::Friday), Unit::Month, Unit::Year] {
        for n in [1 << 24, 1 << 31, u32::MAX] {
            assert_eq!(zone.window_end_ms(now, unit, n).unwrap(), i64::MAX, "{unit:?} {n}");
        }
    }
    assert!(zone.window_end_ms(now, Unit::Hour, u32::MAX).unwrap() > now);
    for ms in [i64::MIN, i64::MAX] {
        assert!(zone.window_end_ms(ms, Unit::Hour, 1).is_err());
        assert!(zone.window_end_ms(ms, Unit::Year, 1).is_err());
    }
}

#[test]
fn times_are_printed() {
    // L-4, W-1
    let at = ms("2022-12-09 14:00:23.539+00:00");
    assert_eq!(zone("Asia/Shanghai").local(at), "2022-12-09 22:00:23");
    assert_eq!(iso_utc(at), "2022-12-09T14:00:23.539Z");
    assert_eq!(iso_utc(-1), "1969-12-31T23:59:59.999Z");
    assert_eq!(zone("UTC").local(-1), "1969-12-31 23:59:59");
    // Outside the calendar: its end.
    assert!(iso_utc(i64::MAX).starts_with("9999-12-"));
    assert!(zone("Asia/Shanghai").local(i64::MAX).starts_with("9999-12-"));
    assert!(!iso_utc(i64::MIN).is_empty() && !zone("UTC").local(i64::MIN).is_empty());
}

#[test]
fn zones_have_iana_names() {
    // T-5
    assert_eq!(zone("asia/shanghai").name(), "Asia/Shanghai");
    assert_eq!(zone("UTC").name(), "UTC");
    for name in ["", "Mars/Olympus", "CST-8", "Etc/Unknown", "+08:00", "../etc/passwd", "Asia/Shanghai\0"] {
        let message = Zone::parse(name).unwrap_err().to_string();
        assert!(message.starts_with(&format!("timezone: '{name}' ")), "{message}");
        assert!(message.contains("Asia/Shanghai"), "{message}");
    }
}

#[test]
fn weekdays_have_names() {
    // T-1
    for day in Weekday::ALL {
        assert_eq!(Weekday::parse(day.name()), Some(day));
    }
    assert_eq!(Weekday::parse("Monday"), None);
    assert_eq!(Weekday::parse(""), None);
}

proptest::proptest! {
    #[test]
    fn a_window_ends_after_its_anchor_and_ends_do_not_fall(
        ms in -60_000_000_000_000_i64..60_000_000_000_000,
        gap in 0_i64..40_000_000_000,
        n in 1_u32..50,
        unit in 0_usize..11,
        name in proptest::sample::select(&["Asia/Shanghai", "America/Sao_Paulo", "Australia/Lord_Howe",
            "Africa/Casablanca", "America/Toronto", "Pacific/Apia", "Europe/Dublin", "Antarctica/Troll"][..]),
    ) {
        let unit = match unit {
            0 => Unit::Hour,
            1 => Unit::Day,
            2 => Unit::Month,
            3 => Unit::Year,
            day => Unit::Week(Weekday::ALL[day - 4]),
        };
        let zone = zone(name);
        let end = zone.window_end_ms(ms, unit, n).unwrap();
        proptest::prop_assert!(end > ms, "{name} {unit:?} {n}: {ms} → {end}");
        if unit != Unit::Hour {
            proptest::prop_assert!(zone.window_end_ms(ms + gap, unit, n).unwrap() >= end);
        }
    }
}
