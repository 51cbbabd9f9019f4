//! How long a value is: its MessagePack length with strings as bin (clause V-3).

use super::{StoredKey, unescaped, unreadable};
use crate::error::Result;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

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
                    Some(StoredKey::Int(int)) => Ok(KeyLength(int_len(int))),
                    Some(StoredKey::Text(text)) => Ok(KeyLength(text_len(text))),
                    None => Err(E::invalid_value(serde::de::Unexpected::Str(key), &self)),
                }
            }
        }
        deserializer.deserialize_str(Counting)
    }
}
