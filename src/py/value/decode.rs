//! Stored text back to Python objects.

use super::exceptions;
use crate::py::breath::breathe;
use crate::value::{StoredKey, unescaped, unreadable};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use rustc_hash::FxHasher;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use std::fmt;
use std::hash::Hasher;
use std::sync::Mutex;

/// Rebuilds the object from stored text. The text is not trusted: whatever it holds, the worst is an error.
pub(crate) fn decode<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    read(py, json, Form::Stored)
}

/// Any JSON as Python's own `json` reads it, but for numbers outside int64. Other threads run meanwhile.
pub(crate) fn plain<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    read(py, json, Form::Plain)
}

/// The str of a row's key, which is often one that was answered before.
pub(crate) fn key<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyString> {
    match KEYS.try_lock() {
        Ok(mut keys) => keys.string(py, text),
        Err(_) => PyString::new(py, text),
    }
}

static KEYS: Mutex<Keys> = Mutex::new(Keys(Vec::new()));

fn read<'py>(py: Python<'py>, json: &str, form: Form) -> PyResult<Bound<'py, PyAny>> {
    // Never wait here: the holder may wait for the interpreter, which this thread holds.
    let mut shared = KEYS.try_lock().ok().filter(|_| matches!(form, Form::Stored));
    let mut own = Keys(Vec::new());
    let keys = shared.as_deref_mut().unwrap_or(&mut own);
    let mut text = serde_json::Deserializer::from_str(json);
    let mut long = Long::default();
    let object = Reader { py, keys, form, long: &mut long }.deserialize(&mut text);
    match object.and_then(|object| text.end().map(|()| object)) {
        Ok(object) => Ok(object),
        Err(error) => Err(long.stopped.unwrap_or_else(|| exceptions::raised(py, unreadable(&error)))),
    }
}

/// Other threads may run after this number of items of a value, at the earliest.
const ITEMS: usize = 32;

/// How keys are written.
#[derive(Clone, Copy)]
enum Form {
    /// An int key as `"#5"`.
    Stored,
    /// As they are.
    Plain,
}

/// Keys that were read before: a dict's keys are few and come again and again, in this value and in the next.
/// A known one costs no new string and brings its hash along.
struct Keys(Vec<Option<(Box<str>, Py<PyString>)>>);

impl Keys {
    const SLOTS: usize = 1024;
    const BYTES_MAX: usize = 32;

    fn string<'py>(&mut self, py: Python<'py>, text: &str) -> Bound<'py, PyString> {
        if text.len() > Self::BYTES_MAX {
            return PyString::new(py, text);
        }
        if self.0.is_empty() {
            self.0.resize_with(Self::SLOTS, || None);
        }
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let slot = &mut self.0[hasher.finish() as usize % Self::SLOTS];
        match slot {
            Some((known, string)) if **known == *text => string.bind(py).clone(),
            _ => {
                let string = PyString::new(py, text);
                *slot = Some((text.into(), string.clone().unbind()));
                string
            }
        }
    }
}

/// Reads one value. `serde_json` bounds the depth (at 128).
struct Reader<'a, 'py> {
    py: Python<'py>,
    keys: &'a mut Keys,
    form: Form,
    long: &'a mut Long,
}

/// A value that may have many items.
#[derive(Default)]
struct Long {
    /// How many were read since other threads could run.
    items: usize,
    /// What a signal's handler raised.
    stopped: Option<PyErr>,
}

impl<'py> Reader<'_, 'py> {
    fn again(&mut self) -> Reader<'_, 'py> {
        Reader { py: self.py, keys: self.keys, form: self.form, long: self.long }
    }

    /// After each item: other threads may run, and signals are handled. Most values have only a few.
    fn breathe<E: Error>(&mut self) -> Result<(), E> {
        self.long.items += 1;
        if self.long.items < ITEMS {
            return Ok(());
        }
        breathe(self.py, std::mem::take(&mut self.long.items)).map_err(|error| {
            self.long.stopped = Some(error);
            E::custom("stopped")
        })
    }
}

impl<'de, 'py> DeserializeSeed<'de> for Reader<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Reader<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cloud value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.py, bool).to_owned().into_any())
    }

    fn visit_i64<E>(self, int: i64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, int).into_any())
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(int).map_err(E::custom)?)
    }

    fn visit_f64<E>(self, float: f64) -> Result<Self::Value, E> {
        Ok(PyFloat::new(self.py, float).into_any())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.py, text).into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(self.again())? {
            read.push(item);
            self.breathe()?;
        }
        Ok(PyList::new(self.py, read).map_err(A::Error::custom)?.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Self::Value, A::Error> {
        let dict = PyDict::new(self.py);
        while let Some(key) = entries.next_key_seed(KeyReader(self.again()))? {
            let value = entries.next_value_seed(self.again())?;
            dict.set_item(key, value).map_err(A::Error::custom)?;
            self.breathe()?;
        }
        Ok(dict.into_any())
    }
}

struct KeyReader<'a, 'py>(Reader<'a, 'py>);

impl<'de, 'py> DeserializeSeed<'de> for KeyReader<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'py> Visitor<'_> for KeyReader<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a cloud value")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        let py = self.0.py;
        if matches!(self.0.form, Form::Plain) {
            return Ok(self.0.keys.string(py, key).into_any());
        }
        match unescaped(key) {
            Some(StoredKey::Text(text)) => Ok(self.0.keys.string(py, text).into_any()),
            Some(StoredKey::Int(int)) => Ok(PyInt::new(py, int).into_any()),
            None => Err(E::invalid_value(Unexpected::Str(key), &self)),
        }
    }
}
