//! JSON as mods write it: with `//` and `/* */` comments. Keys keep their order, and none may come twice.

use crate::value::{Encoder, NotStorable, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A parsed text.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after JSON's own kinds of values")]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// What it is, for a message.
    pub fn shown(&self) -> String {
        const CHARS_MAX: usize = 40;
        match self {
            Self::Null => "null".into(),
            Self::Bool(bool) => bool.to_string(),
            Self::Int(int) => int.to_string(),
            Self::Float(float) => format!("{float:?}"),
            Self::Text(text) if text.chars().count() > CHARS_MAX => {
                format!("'{}…'", text.chars().take(CHARS_MAX).collect::<String>())
            }
            Self::Text(text) => format!("'{text}'"),
            Self::List(_) => "a list".into(),
            Self::Object(_) => "an object".into(),
        }
    }

    /// The stored form.
    pub fn encoded(&self) -> Result<Value, NotStorable> {
        let mut encoder = Encoder::new();
        self.write(&mut encoder)?;
        Ok(encoder.finish())
    }

    fn write(&self, encoder: &mut Encoder) -> Result<(), NotStorable> {
        match self {
            Self::Null => encoder.null(),
            Self::Bool(bool) => encoder.bool(*bool),
            Self::Int(int) => encoder.int(*int),
            Self::Float(float) => encoder.float(*float)?,
            Self::Text(text) => encoder.text(text)?,
            Self::List(items) => {
                encoder.open_list()?;
                items.iter().try_for_each(|item| item.write(encoder))?;
                encoder.close_list(items.len());
            }
            Self::Object(fields) => {
                encoder.open_map()?;
                for (key, value) in fields {
                    encoder.key_text(key)?;
                    value.write(encoder)?;
                }
                encoder.close_map(fields.len());
            }
        }
        Ok(())
    }
}

/// Reads a file: UTF-8, with or without a byte order mark. The error says what is wrong, and where.
pub fn parse(bytes: &[u8]) -> Result<Json, String> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(body).map_err(|error| {
        let lines = body[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
        format!("line {lines}: not UTF-8")
    })?;
    serde_json::from_str(&uncommented(text)?).map_err(|error| error.to_string())
}

/// The text with a space for each character of a comment: the rest keeps its place.
fn uncommented(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let (length, comment) = if tail.starts_with("//") {
            (tail.find('\n').unwrap_or(tail.len()), true)
        } else if let Some(inside) = tail.strip_prefix("/*") {
            let end = inside.find("*/").ok_or_else(|| {
                let line = 1 + out.matches('\n').count();
                format!("line {line}: a comment is opened and never closed")
            })?;
            (end + "/**/".len(), true)
        } else if tail.starts_with('"') {
            (string_length(tail), false)
        } else {
            (1, false)
        };
        let (part, after) = tail.split_at(length);
        if comment {
            out.extend(part.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(part);
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The length of the string that the text starts with, both quotes included; all of it if none ends it.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonReader)
    }
}

struct JsonReader;

impl<'de> Visitor<'de> for JsonReader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Json, E> {
        Ok(Json::Bool(bool))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Json, E> {
        Ok(Json::Int(int))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Json, E> {
        i64::try_from(int).map(Json::Int).map_err(|_| E::custom(format_args!("{int} is outside int64")))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Json, E> {
        Ok(Json::Float(float))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let (mut fields, mut seen) = (Vec::new(), rustc_hash::FxHashSet::default());
        while let Some(key) = entries.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("the key '{key}' comes twice")));
            }
            fields.push((key, entries.next_value()?));
        }
        Ok(Json::Object(fields))
    }
}
