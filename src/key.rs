//! Keys and names: how long they may be, and what the error says when one is not accepted (clauses G-7, S-7).

use crate::error::{Code, Error, Result};
use std::fmt::Display;
use std::sync::Arc;

/// Keys and names have at most this many characters (clause G-7).
pub const KEY_CHARS_MAX: usize = 180;

/// A key, name or channel part: 1 to [`KEY_CHARS_MAX`] characters.
pub fn key(text: &str, field: &str) -> Result<Arc<str>> {
    key_within(text, field, KEY_CHARS_MAX)
}

/// A key of 1 to this many characters.
pub fn key_within(text: &str, field: impl Display, chars_max: usize) -> Result<Arc<str>> {
    if text.is_empty() {
        return Err(Error::value(format!(
            "{field}: '' is empty; a str of 1 to {chars_max} characters is accepted"
        )));
    }
    // Counting bytes first is enough for nearly every key.
    if text.len() > chars_max {
        let chars = text.chars().count();
        if chars > chars_max {
            let start: String = text.chars().take(20).collect();
            return Err(Error::Value {
                code: Code::TooLong,
                message: format!("{field}: '{start}…' has {chars} characters; 1 to {chars_max} are accepted"),
            });
        }
    }
    Ok(text.into())
}

/// The name of a channel: 1 to 201 characters, so that `<user id>_<key>` always fits (clause S-7).
pub fn channel(text: &str, field: &str) -> Result<Arc<str>> {
    const CHARS_MAX: usize = KEY_CHARS_MAX + 21;
    let chars = text.chars().count();
    if (1..=CHARS_MAX).contains(&chars) {
        return Ok(text.into());
    }
    let code = if chars == 0 { Code::BadValue } else { Code::TooLong };
    let message =
        format!("{field}: a name of {chars} characters; a str of 1 to {CHARS_MAX} characters is accepted");
    Err(Error::Value { code, message })
}
