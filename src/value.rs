//! A cloud value: checked, encoded once, and from then on only bytes.
//!
//! The text is JSON, so that every database tool can read it. Two things JSON cannot say are escaped in object
//! keys: an int key `5` is written `"#5"`, and a string key that starts with `#` gets one more `#` in front.
//! A number with a `.` or an exponent is a float, any other an int.

mod escape;
mod length;
mod recode;

pub use length::{header_len, int_len, json_len, json_len_max, text_len};
pub use recode::Recoded;

use crate::error::{Error, Reason};
use serde_json::ser::{CompactFormatter, Formatter};
use std::fmt;
use std::sync::Arc;

/// Containers may be nested this deep (clause V-1).
pub const DEPTH_MAX: usize = 100;

/// A text stops growing here. Without a limit, a small value that holds the same list twice at each of 100
/// levels would fill the machine; the limit is far above the 32 MiB of clause Q-2.
pub const JSON_BYTES_MAX: usize = 256 << 20;

/// An encoded value. It was checked against clause V-1 when it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// JSON text with escaped keys.
    pub json: Arc<str>,
    /// Its MessagePack length with strings as bin (clause V-3).
    pub len: u64,
}

/// Why a part of a value is not storable; the code that walks the value knows the path to it.
pub type NotStorable = &'static str;

/// Writes the text and counts the length in one pass.
///
/// Invariant: every finished value ends in a comma, which closing the container, or [`Encoder::finish`], takes
/// back. So no call needs to know whether it is the first.
#[derive(Debug, Default)]
pub struct Encoder {
    out: String,
    len: u64,
    depth: usize,
}

/// Enough for any float: 17 digits, a point, two signs, an `e` and three digits of exponent.
const FLOAT_BYTES_MAX: usize = 32;

/// A place in an [`Encoder`] to go back to.
#[derive(Clone, Copy, Debug)]
pub struct EncoderMark {
    out: usize,
    len: u64,
    depth: usize,
}

impl Encoder {
    /// An encoder with nothing in it.
    pub fn new() -> Self {
        Self { out: String::with_capacity(256), len: 0, depth: 0 }
    }

    /// Writes None.
    pub fn null(&mut self) {
        self.out.push_str("null,");
        self.len += 1;
    }

    /// Writes a bool.
    pub fn bool(&mut self, bool: bool) {
        self.out.push_str(if bool { "true," } else { "false," });
        self.len += 1;
    }

    /// Writes an int.
    pub fn int(&mut self, int: i64) {
        self.digits(int);
        self.out.push(',');
        self.len += int_len(int);
    }

    /// Writes a float, which must be finite.
    pub fn float(&mut self, float: f64) -> Result<(), NotStorable> {
        if !float.is_finite() {
            return Err(if float.is_nan() {
                "nan is not storable"
            } else {
                "an infinite float is not storable"
            });
        }
        // No float takes more; writing to a slice that is long enough cannot fail.
        let mut digits = [0; FLOAT_BYTES_MAX];
        let mut rest = &mut digits[..];
        _ = CompactFormatter.write_f64(&mut rest, float);
        let end = FLOAT_BYTES_MAX - rest.len();
        self.out.push_str(std::str::from_utf8(&digits[..end]).unwrap_or_default());
        self.out.push(',');
        self.len += 9;
        Ok(())
    }

    /// Writes a string.
    pub fn text(&mut self, text: &str) -> Result<(), NotStorable> {
        self.bounded(text.len())?;
        self.out.push('"');
        escape::push(&mut self.out, text);
        self.out.push_str("\",");
        self.len += text_len(text);
        Ok(())
    }

    /// The int key of the entry whose value comes next.
    pub fn key_int(&mut self, int: i64) {
        self.out.push_str("\"#");
        self.digits(int);
        self.out.push_str("\":");
        self.len += int_len(int);
    }

    /// The string key of the entry whose value comes next.
    pub fn key_text(&mut self, text: &str) -> Result<(), NotStorable> {
        self.bounded(text.len())?;
        self.out.push('"');
        if text.as_bytes().first() == Some(&b'#') {
            self.out.push('#');
        }
        escape::push(&mut self.out, text);
        self.out.push_str("\":");
        self.len += text_len(text);
        Ok(())
    }

    /// Starts a list; its items come next.
    pub fn open_list(&mut self) -> Result<(), NotStorable> {
        self.open('[')
    }

    /// Ends the list that was opened last, which got `count` items.
    pub fn close_list(&mut self, count: usize) {
        self.close(']', count);
    }

    /// Starts a dict; a key and a value come next, by turns.
    pub fn open_map(&mut self) -> Result<(), NotStorable> {
        self.open('{')
    }

    /// Ends the dict that was opened last, which got `count` entries.
    pub fn close_map(&mut self, count: usize) {
        self.close('}', count);
    }

    /// The present end.
    pub const fn mark(&self) -> EncoderMark {
        EncoderMark { out: self.out.len(), len: self.len, depth: self.depth }
    }

    /// Takes back everything written after the mark.
    pub fn rewind(&mut self, mark: EncoderMark) {
        self.out.truncate(mark.out);
        self.len = mark.len;
        self.depth = mark.depth;
    }

    /// What was written after the mark.
    pub fn since(&self, mark: EncoderMark) -> &str {
        self.out.get(mark.out..).unwrap_or_default()
    }

    /// The value.
    pub fn finish(mut self) -> Value {
        self.out.pop();
        Value { json: self.out.into(), len: self.len }
    }

    fn open(&mut self, bracket: char) -> Result<(), NotStorable> {
        if self.depth == DEPTH_MAX {
            return Err("nested deeper than 100 (does it contain itself?)");
        }
        self.bounded(1)?;
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: char, count: usize) {
        if self.out.ends_with(',') {
            self.out.pop();
        }
        self.out.push(bracket);
        self.out.push(',');
        self.depth = self.depth.saturating_sub(1);
        self.len += header_len(count);
    }

    const fn bounded(&self, more: usize) -> Result<(), NotStorable> {
        if self.out.len().saturating_add(more) > JSON_BYTES_MAX { Err("longer than 256 MiB") } else { Ok(()) }
    }

    fn digits(&mut self, int: i64) {
        if int < 0 {
            self.out.push('-');
        }
        self.pairs(int.unsigned_abs());
    }

    /// Two digits at a time, because each push costs as much.
    fn pairs(&mut self, number: u64) {
        const PAIRS: &str = "\
     00010203040506070809101112131415161718192021222324\
     25262728293031323334353637383940414243444546474849\
     50515253545556575859606162636465666768697071727374\
     75767778798081828384858687888990919293949596979899";
        if number >= 100 {
            self.pairs(number / 100);
        }
        let at = (number % 100) as usize * 2;
        // Lengths known to the compiler: copying them is no call.
        if number >= 10 {
            self.out.push_str(&PAIRS[at..at + 2]);
        } else {
            self.out.push_str(&PAIRS[at + 1..at + 2]);
        }
    }
}

/// A key as it was before it was escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredKey<'a> {
    /// An int key.
    Int(i64),
    /// A string key.
    Text(&'a str),
}

/// Takes the escape off a key of the stored text; `None` if it is an escape that we do not write.
pub fn unescaped(key: &str) -> Option<StoredKey<'_>> {
    match key.strip_prefix('#') {
        None => Some(StoredKey::Text(key)),
        Some(text) if text.starts_with('#') => Some(StoredKey::Text(text)),
        Some(digits) => digits.parse().ok().map(StoredKey::Int),
    }
}

/// The error for a stored text that cloudvars does not write.
pub(crate) fn unreadable(error: &impl fmt::Display) -> Error {
    Reason::Damaged.error(format!("the store holds a value that cannot be read: {error}"))
}
