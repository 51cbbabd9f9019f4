//! Numbers that are written as text, and how a number that is not whole is rounded (clause K-2).

/// An integer written as a string, as the lobby accepts for ids: an optional minus and decimal digits.
pub fn integer_text(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The number in a numeric string, as arithmetic on it would see it (clause K-2): `Ok` for an integer in range.
pub fn number_text(text: &str) -> Option<Number> {
    let text = text.trim_ascii();
    if let Some(whole) = integer_text(text.strip_prefix('+').unwrap_or(text)) {
        return Some(Number::Whole(whole));
    }
    // Rust also reads "inf" and "nan"; a numeric string has digits.
    let decimal = text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if decimal { text.parse().ok().map(Number::Real) } else { None }
}

/// A number before rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Kept exactly.
    Whole(i64),
    /// Rounded by [`round`].
    Real(f64),
}

/// floor(x + 0.5), the lobby's rounding (clause K-2); `None` if the result is not an int64.
pub fn round(real: f64) -> Option<i64> {
    // Above 2^52 a float is whole already, and adding 0.5 could round it up.
    let whole = if real.abs() < 4_503_599_627_370_496.0 { (real + 0.5).floor() } else { real };
    whole_of(whole)
}

/// A float that is a whole int64, as that.
pub fn whole_of(real: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if real.fract() == 0.0 && (-LIMIT..LIMIT).contains(&real) {
        #[expect(clippy::cast_possible_truncation, reason = "checked: whole and in range")]
        return Some(real as i64);
    }
    None
}
