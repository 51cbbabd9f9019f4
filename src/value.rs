//! A cloud value: checked, encoded once, and from then on only bytes.
//!
//! The text is JSON, so that every database tool can read it. Two things JSON cannot say are escaped in object
//! keys: an int key `5` is written `"#5"`, and a string key that starts with `#` gets one more `#` in front.
//! A number with a `.` or an exponent is a float, any other an int.

use crate::error::{Error, Result};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::ser::{CompactFormatter, Formatter};
use std::fmt;
use std::sync::Arc;

/// Containers may be nested this deep (clause V-1).
pub const DEPTH_MAX: usize = 100;

/// A text stops growing here. Without a limit, a small value that holds the same list twice at each of 100
/// levels would fill the machine; the limit is far above the 32 MiB of clause Q-2.
pub const JSON_BYTES_MAX: usize = 256 << 20;

/// An encoded value. Whoever builds one has checked clause V-1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// JSON text with escaped keys.
    pub json: Arc<str>,
    /// Its MessagePack length with strings as bin (clause V-3).
    pub len: u64,
}

/// Why a part of a value is not storable; whoever walks the value knows the path to it.
pub type Refusal = &'static str;

/// Writes the text and counts the length in one pass.
///
/// Invariant: every finished value ends in a comma, which closing the container, or [`Encoder::finish`], takes
/// back. So no call needs to know whether it is the first.
#[derive(Debug, Default)]
pub struct Encoder {
    out: Vec<u8>,
    len: u64,
    depth: usize,
}

/// A place in an [`Encoder`] to go back to.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    out: usize,
    len: u64,
    depth: usize,
}

impl Encoder {
    /// An encoder with nothing in it.
    pub fn new() -> Self {
        Self { out: Vec::with_capacity(256), len: 0, depth: 0 }
    }

    /// None.
    pub fn null(&mut self) {
        self.out.extend_from_slice(b"null,");
        self.len += 1;
    }

    /// A bool.
    pub fn bool(&mut self, bool: bool) {
        self.out.extend_from_slice(if bool { b"true," } else { b"false," });
        self.len += 1;
    }

    /// An int.
    pub fn int(&mut self, int: i64) {
        self.digits(int);
        self.out.push(b',');
        self.len += int_len(int);
    }

    /// A float, which must be finite.
    pub fn float(&mut self, float: f64) -> Result<(), Refusal> {
        if !float.is_finite() {
            return Err(if float.is_nan() {
                "nan is not storable"
            } else {
                "an infinite float is not storable"
            });
        }
        // Writing to a Vec cannot fail.
        _ = CompactFormatter.write_f64(&mut self.out, float);
        self.out.push(b',');
        self.len += 9;
        Ok(())
    }

    /// A string.
    pub fn text(&mut self, text: &str) -> Result<(), Refusal> {
        self.bounded(text.len())?;
        self.out.push(b'"');
        self.escaped(text);
        self.out.extend_from_slice(b"\",");
        self.len += text_len(text);
        Ok(())
    }

    /// The int key of the entry whose value comes next.
    pub fn key_int(&mut self, int: i64) {
        self.out.extend_from_slice(b"\"#");
        self.digits(int);
        self.out.extend_from_slice(b"\":");
        self.len += int_len(int);
    }

    /// The string key of the entry whose value comes next.
    pub fn key_text(&mut self, text: &str) -> Result<(), Refusal> {
        self.bounded(text.len())?;
        self.out.push(b'"');
        if text.as_bytes().first() == Some(&b'#') {
            self.out.push(b'#');
        }
        self.escaped(text);
        self.out.extend_from_slice(b"\":");
        self.len += text_len(text);
        Ok(())
    }

    /// Starts a list; its items come next.
    pub fn open_list(&mut self) -> Result<(), Refusal> {
        self.open(b'[')
    }

    /// Ends the list that was opened last, which got `count` items.
    pub fn close_list(&mut self, count: usize) {
        self.close(b']', count);
    }

    /// Starts a dict; a key and a value come next, by turns.
    pub fn open_map(&mut self) -> Result<(), Refusal> {
        self.open(b'{')
    }

    /// Ends the dict that was opened last, which got `count` entries.
    pub fn close_map(&mut self, count: usize) {
        self.close(b'}', count);
    }

    /// The present end.
    pub const fn mark(&self) -> Mark {
        Mark { out: self.out.len(), len: self.len, depth: self.depth }
    }

    /// Takes back everything written after the mark.
    pub fn rewind(&mut self, mark: Mark) {
        self.out.truncate(mark.out);
        self.len = mark.len;
        self.depth = mark.depth;
    }

    /// What was written after the mark.
    pub fn since(&self, mark: Mark) -> &[u8] {
        self.out.get(mark.out..).unwrap_or_default()
    }

    /// The value.
    pub fn finish(mut self) -> Result<Value> {
        self.out.pop();
        match std::str::from_utf8(&self.out) {
            Ok(json) => Ok(Value { json: json.into(), len: self.len }),
            Err(_) => Err(Error::store("the encoder wrote no UTF-8")),
        }
    }

    fn open(&mut self, bracket: u8) -> Result<(), Refusal> {
        if self.depth == DEPTH_MAX {
            return Err("nested deeper than 100 (does it contain itself?)");
        }
        self.bounded(1)?;
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8, count: usize) {
        match self.out.last_mut() {
            Some(last) if *last == b',' => *last = bracket,
            _ => self.out.push(bracket),
        }
        self.out.push(b',');
        self.depth -= 1;
        self.len += header_len(count);
    }

    const fn bounded(&self, more: usize) -> Result<(), Refusal> {
        if self.out.len().saturating_add(more) > JSON_BYTES_MAX { Err("longer than 256 MiB") } else { Ok(()) }
    }

    fn digits(&mut self, int: i64) {
        // Writing to a Vec cannot fail.
        _ = CompactFormatter.write_i64(&mut self.out, int);
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let Some(at) = escape_at(rest) {
            let (plain, tail) = rest.split_at(at);
            self.out.extend_from_slice(plain);
            self.escape(tail[0]);
            rest = &tail[1..];
        }
        self.out.extend_from_slice(rest);
    }

    #[cold]
    fn escape(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                return self.out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }
}

/// Where the first byte stands that JSON does not take as it is.
fn escape_at(bytes: &[u8]) -> Option<usize> {
    const fn special(byte: u8) -> bool {
        byte < b' ' || byte == b'"' || byte == b'\\'
    }
    // A whole block without branches: the compiler makes vector instructions of it.
    const BLOCK: usize = 32;
    let mut at = 0;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(false, |found, &byte| found | special(byte)) {
            break;
        }
        at += BLOCK;
    }
    bytes[at..].iter().position(|&byte| special(byte)).map(|more| at + more)
}

/// The V-3 length of a string.
pub const fn text_len(text: &str) -> u64 {
    let bytes = text.len() as u64;
    bytes
        + match bytes {
            0..=0xff => 2,
            0x100..=0xffff => 3,
            _ => 5,
        }
}

/// The V-3 length of an int.
pub const fn int_len(int: i64) -> u64 {
    match int {
        -0x20..=0x7f => 1,
        -0x80..=0xff => 2,
        -0x8000..=0xffff => 3,
        -0x8000_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// The V-3 length of a container's head.
pub const fn header_len(count: usize) -> u64 {
    match count {
        0..=0xf => 1,
        0x10..=0xffff => 3,
        _ => 5,
    }
}

/// A key as it was before it was escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// An int key.
    Int(i64),
    /// A string key.
    Text(&'a str),
}

/// Takes the escape off a key of the stored text; `None` if the escape is none of ours.
pub fn unescaped(key: &str) -> Option<Key<'_>> {
    match key.strip_prefix('#') {
        None => Some(Key::Text(key)),
        Some(text) if text.starts_with('#') => Some(Key::Text(text)),
        Some(digits) => digits.parse().ok().map(Key::Int),
    }
}

/// The V-3 length of a stored text.
pub fn json_len(json: &str) -> Result<u64> {
    serde_json::from_str(json).map(|Length(len)| len).map_err(|error| unreadable(&error))
}

/// No stored text of `json_bytes` bytes has a V-3 length above this: callers scan only when it matters.
///
/// A value of n characters takes at most 5/2·(n+1) bytes. The widest scalar is a float: 9 bytes for `0.0`, with
/// its comma 4 characters; a string of n characters with its quotes takes at most n+3. A container's items
/// take at most 5/2 of their characters and commas (the closing bracket stands for the last comma), and the
/// opening bracket and the container's own comma pay for the head: at most 5 bytes.
pub const fn json_len_max(json_bytes: usize) -> u64 {
    (json_bytes as u64).saturating_add(1).saturating_mul(5) / 2
}

/// A stored text that is none of ours.
pub(crate) fn unreadable(error: &impl fmt::Display) -> Error {
    Error::store(format!("the store holds a value that cannot be read: {error}"))
}

/// Reads a text only to count its length.
struct Length(u64);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Counting)
    }
}

struct Counting;

impl<'de> Visitor<'de> for Counting {
    type Value = Length;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cloud value")
    }

    fn visit_unit<E>(self) -> Result<Length, E> {
        Ok(Length(1))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Length, E> {
        Ok(Length(1))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Length, E> {
        Ok(Length(int_len(int)))
    }

    fn visit_u64<E: serde::de::Error>(self, int: u64) -> Result<Length, E> {
        i64::try_from(int).map(|int| Length(int_len(int))).map_err(E::custom)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Length, E> {
        Ok(Length(9))
    }

    fn visit_str<E>(self, text: &str) -> Result<Length, E> {
        Ok(Length(text_len(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Length, A::Error> {
        let (mut count, mut sum) = (0, 0);
        while let Some(Length(item)) = items.next_element()? {
            count += 1;
            sum += item;
        }
        Ok(Length(sum + header_len(count)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Length, A::Error> {
        let (mut count, mut sum) = (0, 0);
        while let Some((KeyLength(key), Length(value))) = entries.next_entry()? {
            count += 1;
            sum += key + value;
        }
        Ok(Length(sum + header_len(count)))
    }
}

struct KeyLength(u64);

impl<'de> Deserialize<'de> for KeyLength {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counting;
        impl Visitor<'_> for Counting {
            type Value = KeyLength;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key of a cloud value")
            }

            fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<KeyLength, E> {
                match unescaped(key) {
                    Some(Key::Int(int)) => Ok(KeyLength(int_len(int))),
                    Some(Key::Text(text)) => Ok(KeyLength(text_len(text))),
                    None => Err(E::invalid_value(serde::de::Unexpected::Str(key), &self)),
                }
            }
        }
        deserializer.deserialize_str(Counting)
    }
}
