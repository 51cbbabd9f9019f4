//! A cloud value out of JSON text that somebody else wrote: checked and encoded like any other.

use super::{DEPTH_MAX, Encoder, StoredKey, Value, unescaped};
use crate::interrupt;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};
use std::collections::HashSet;
use std::fmt;

/// A value read from JSON whose keys are escaped as in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recoded(pub Value);

impl<'de> Deserialize<'de> for Recoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        interrupt::row().map_err(D::Error::custom)?;
        let mut encoder = Encoder::new();
        Into(&mut encoder).deserialize(deserializer)?;
        Ok(Self(encoder.finish()))
    }
}

struct Into<'a>(&'a mut Encoder);

impl<'de> DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Into<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a storable value, nested at most {DEPTH_MAX} deep, with ints within int64")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_bool<E>(self, bool: bool) -> Result<(), E> {
        self.0.bool(bool);
        Ok(())
    }

    fn visit_i64<E>(self, int: i64) -> Result<(), E> {
        self.0.int(int);
        Ok(())
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<(), E> {
        let int = i64::try_from(int).map_err(|_| E::invalid_value(Unexpected::Unsigned(int), &self))?;
        self.0.int(int);
        Ok(())
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<(), E> {
        // An int outside int64 comes as a float, too: text cannot tell them apart here, and neither is stored.
        self.0.float(float).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.open_list().map_err(A::Error::custom)?;
        let mut count = 0;
        while items.next_element_seed(Into(self.0))?.is_some() {
            count += 1;
        }
        self.0.close_list(count);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.open_map().map_err(A::Error::custom)?;
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            match unescaped(&key) {
                Some(StoredKey::Int(int)) => self.0.key_int(int),
                Some(StoredKey::Text(text)) => self.0.key_text(text).map_err(A::Error::custom)?,
                None => {
                    return Err(A::Error::invalid_value(Unexpected::Str(&key), &"a key, or '#' and an int"));
                }
            }
            entries.next_value_seed(Into(self.0))?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format!("the key '{twice}' stands twice in one object")));
            }
        }
        self.0.close_map(seen.len());
        Ok(())
    }
}
