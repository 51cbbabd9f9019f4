//! Python objects to cloud values and back.

use super::exceptions;
use crate::error::{Error, Result};
use crate::value::{Encoder, Key, Refusal, Value, unescaped, unreadable};
use pyo3::PyTypeInfo;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use rustc_hash::{FxHashSet, FxHasher};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::hash::Hasher;
use std::sync::{Mutex, PoisonError, TryLockError};

/// A dict, a list or a tuple (clause V-4).
pub(crate) fn is_container(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyDict>()
        || object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
}

/// Checks and encodes an object (clauses V-1 to V-3); a refusal names the path that starts with `field`.
pub(crate) fn encode(object: &Bound<'_, PyAny>, field: &str) -> Result<Value> {
    let mut writer = Writer(Encoder::new());
    match writer.any(object) {
        Ok(()) => writer.0.finish(),
        Err(refused) => Err(Error::value(refused.message(field))),
    }
}

/// What is wrong, and the steps from the bad part outwards.
struct Refused {
    reason: String,
    steps: Vec<String>,
}

impl Refused {
    fn new(reason: impl Into<String>) -> Box<Self> {
        Box::new(Self { reason: reason.into(), steps: Vec::new() })
    }

    fn as_key(mut self: Box<Self>) -> Box<Self> {
        self.reason.push_str(" as a key; str and int are");
        self
    }

    #[cold]
    fn under_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.steps.push(format!("[{index}]"));
        self
    }

    #[cold]
    fn under_key(mut self: Box<Self>, key: &Bound<'_, PyAny>) -> Box<Self> {
        self.steps.push(step(key));
        self
    }

    fn message(&self, field: &str) -> String {
        const SHOWN: usize = 16;
        let path: String = self.steps.iter().rev().take(SHOWN).map(String::as_str).collect();
        let more = if self.steps.len() > SHOWN { "…" } else { "" };
        format!("{field}{path}{more}: {}", self.reason)
    }
}

impl From<Refusal> for Box<Refused> {
    #[cold]
    fn from(refusal: Refusal) -> Self {
        Refused::new(refusal)
    }
}

type Written<T = ()> = Result<T, Box<Refused>>;

/// How a key reads in a path: `.owner`, `["a b"]` or `[3]`.
fn step(key: &Bound<'_, PyAny>) -> String {
    const CHARS_MAX: usize = 40;
    let Ok(text) = key.cast::<PyString>() else {
        return key.extract::<i64>().map_or_else(|_| "[?]".into(), |int| format!("[{int}]"));
    };
    let text = text.to_string_lossy();
    let mut shown: String = text.chars().take(CHARS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let word = !shown.is_empty() && shown.chars().all(|c| c == '_' || c.is_alphanumeric());
    if word && !shown.starts_with(|c: char| c.is_numeric()) {
        format!(".{shown}")
    } else {
        format!("[{shown:?}]")
    }
}

/// `set`, `numpy.bool`: the type's name, with its module unless that is `builtins`.
fn type_name(object: &Bound<'_, PyAny>) -> String {
    object
        .get_type()
        .fully_qualified_name()
        .map_or_else(|_| "object".into(), |name| name.to_string_lossy().into_owned())
}

fn exact<'a, 'py, T: PyTypeInfo + 'a>(object: &'a Bound<'py, PyAny>) -> Option<&'a Bound<'py, T>> {
    object.cast_exact().ok()
}

/// An int, or an object with `__index__`, as an int64.
fn int64(object: &Bound<'_, PyAny>) -> Written<i64> {
    object.extract().map_err(|error| no_int(object, &error))
}

#[cold]
fn no_int(object: &Bound<'_, PyAny>, error: &PyErr) -> Box<Refused> {
    let py = object.py();
    if error.is_instance_of::<PyOverflowError>(py) {
        return Refused::new("an int outside int64 is not storable");
    }
    let name = type_name(object);
    if error.is_instance_of::<PyTypeError>(py) {
        return Refused::new(format!("{name} is not storable"));
    }
    Refused::new(format!("{name} is not storable: its __index__ raises {error}"))
}

const CHANGED: &str = "a dict that changes while it is read is not storable";
const SURROGATE_KEY: &str = "a key with a lone surrogate is not storable";
const SURROGATE: &str = "a str with a lone surrogate is not storable";

/// Walks an object. Exact types come first; no step on them runs Python code, so nothing moves meanwhile.
struct Writer(Encoder);

impl Writer {
    fn any(&mut self, object: &Bound<'_, PyAny>) -> Written {
        if let Some(text) = exact::<PyString>(object) {
            self.text(text)
        } else if let Some(int) = exact::<PyInt>(object) {
            self.0.int(int64(int)?);
            Ok(())
        } else if let Some(float) = exact::<PyFloat>(object) {
            Ok(self.0.float(float.value())?)
        } else if let Some(dict) = exact::<PyDict>(object) {
            self.dict(dict)
        } else if let Some(list) = exact::<PyList>(object) {
            self.list(list.iter())
        } else if let Some(bool) = exact::<PyBool>(object) {
            self.0.bool(bool.is_true());
            Ok(())
        } else if object.is_none() {
            self.0.null();
            Ok(())
        } else if let Some(tuple) = exact::<PyTuple>(object) {
            self.list(tuple.iter())
        } else {
            self.derived(object)
        }
    }

    /// Subclasses and objects with `__index__`.
    #[cold]
    fn derived(&mut self, object: &Bound<'_, PyAny>) -> Written {
        if let Ok(text) = object.cast::<PyString>() {
            self.text(text)
        } else if let Ok(float) = object.cast::<PyFloat>() {
            Ok(self.0.float(float.value())?)
        } else if let Ok(dict) = object.cast::<PyDict>() {
            self.0.open_map()?;
            self.derived_dict(dict)
        } else if let Ok(list) = object.cast::<PyList>() {
            self.list(list.iter())
        } else if let Ok(tuple) = object.cast::<PyTuple>() {
            self.list(tuple.iter())
        } else {
            // Also a subclass of int.
            self.0.int(int64(object)?);
            Ok(())
        }
    }

    fn text(&mut self, text: &Bound<'_, PyString>) -> Written {
        Ok(self.0.text(text.to_str().map_err(|_| SURROGATE)?)?)
    }

    fn list<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> Written {
        self.0.open_list()?;
        let mut count = 0;
        for item in items {
            self.any(&item).map_err(|refused| refused.under_index(count))?;
            count += 1;
        }
        self.0.close_list(count);
        Ok(())
    }

    fn dict(&mut self, dict: &Bound<'_, PyDict>) -> Written {
        self.0.open_map()?;
        let start = self.0.mark();
        let count = dict.len();
        let mut entries = dict.iter();
        for _ in 0..count {
            // The iterator panics where these two checks refuse: an `__index__` further down may change the dict.
            if dict.len() != count {
                return Err(CHANGED.into());
            }
            let (key, value) = entries.next().ok_or(CHANGED)?;
            if let Some(text) = exact::<PyString>(&key) {
                self.0.key_text(text.to_str().map_err(|_| SURROGATE_KEY)?)?;
            } else if let Some(int) = exact::<PyInt>(&key) {
                self.0.key_int(int64(int).map_err(Refused::as_key)?);
            } else {
                self.0.rewind(start);
                return self.derived_dict(dict);
            }
            self.any(&value).map_err(|refused| refused.under_key(&key))?;
        }
        self.0.close_map(count);
        Ok(())
    }

    /// A dict of a subclass (its order is what its `items()` says), or one with keys of a subclass: two of those
    /// may mean the same key.
    #[cold]
    fn derived_dict(&mut self, dict: &Bound<'_, PyDict>) -> Written {
        let items = dict.as_mapping().items().map_err(|error| format!("its items() raises {error}"));
        let items = items.map_err(Refused::new)?;
        let mut seen = FxHashSet::default();
        let mut count = 0;
        for item in items.iter() {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                item.extract().map_err(|_| Refused::new("its items() gives no pairs"))?;
            let before = self.0.mark();
            self.key(&key)?;
            if !seen.insert(self.0.since(before).to_vec()) {
                return Err(Refused::new(format!("two keys mean {}", step(&key))));
            }
            self.any(&value).map_err(|refused| refused.under_key(&key))?;
            count += 1;
        }
        self.0.close_map(count);
        Ok(())
    }

    fn key(&mut self, key: &Bound<'_, PyAny>) -> Written {
        if let Ok(text) = key.cast::<PyString>() {
            return Ok(self.0.key_text(text.to_str().map_err(|_| SURROGATE_KEY)?)?);
        }
        if key.is_instance_of::<PyBool>() {
            return Err(Refused::new("bool is not storable as a key; str and int are"));
        }
        self.0.key_int(int64(key).map_err(Refused::as_key)?);
        Ok(())
    }
}

/// Rebuilds the object from stored text. The text is not trusted: whatever it holds, the worst is an error.
pub(crate) fn decode<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    let mut cache = KEYS.try_lock().ok();
    let mut reader = serde_json::Deserializer::from_str(json);
    let mut python_error = None;
    let seed = Reader { py, keys: cache.as_deref_mut(), error: &mut python_error };
    let read = seed.deserialize(&mut reader).and_then(|object| reader.end().map(|()| object));
    read.map_err(|error| python_error.unwrap_or_else(|| exceptions::raised(py, unreadable(&error))))
}
static KEYS: Mutex<Keys> = Mutex::new(Keys(Vec::new()));

struct Keys(Vec<Option<(Box<str>, Py<PyString>)>>);
impl Keys {
    fn get<'py>(&mut self, py: Python<'py>, text: &str) -> Bound<'py, PyString> {
        const SLOTS: usize = 1024;
        if text.len() > 32 {
            return PyString::new(py, text);
        }
        if self.0.is_empty() {
            self.0.resize_with(SLOTS, || None);
        }
        let mut h = FxHasher::default();
        h.write(text.as_bytes());
        let slot = &mut self.0[h.finish() as usize % SLOTS];
        match slot {
            Some((t, s)) if **t == *text => s.bind(py).clone(),
            _ => {
                let s = PyString::new(py, text);
                *slot = Some((text.into(), s.clone().unbind()));
                s
            }
        }
    }
}
struct Reader<'a, 'py> {
    py: Python<'py>,
    keys: Option<&'a mut Keys>,
    error: &'a mut Option<PyErr>,
}
impl<'de, 'py> DeserializeSeed<'de> for Reader<'_, 'py> {
    type Value = Bound<'py, PyAny>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_any(self)
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
    fn visit_bool<E>(self, b: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.py, b).to_owned().into_any())
    }
    fn visit_i64<E>(self, b: i64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, b).into_any())
    }
    fn visit_u64<E>(self, b: u64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, b as i64).into_any())
    }
    fn visit_f64<E>(self, b: f64) -> Result<Self::Value, E> {
        Ok(PyFloat::new(self.py, b).into_any())
    }
    fn visit_str<E>(self, b: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.py, b).into_any())
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut v = Vec::new();
        while let Some(i) = items.next_element_seed(Reader {
            py: self.py,
            keys: self.keys.as_deref_mut(),
            error: self.error,
        })? {
            v.push(i);
        }
        Ok(PyList::new(self.py, v).unwrap().into_any())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let d = PyDict::new(self.py);
        while let Some(k) = items.next_key_seed(KeyR(self.py, self.keys.as_deref_mut()))? {
            let i = items.next_value_seed(Reader {
                py: self.py,
                keys: self.keys.as_deref_mut(),
                error: self.error,
            })?;
            d.set_item(k, i).unwrap();
        }
        Ok(d.into_any())
    }
}
struct KeyR<'a, 'py>(Python<'py>, Option<&'a mut Keys>);
impl<'de, 'py> DeserializeSeed<'de> for KeyR<'_, 'py> {
    type Value = Bound<'py, PyAny>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_str(self)
    }
}
impl<'de, 'py> Visitor<'de> for KeyR<'_, 'py> {
    type Value = Bound<'py, PyAny>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cloud key")
    }
    fn visit_str<E: serde::de::Error>(self, b: &str) -> Result<Self::Value, E> {
        match unescaped(b) {
            Some(Key::Text(t)) => Ok(match self.1 {
                Some(k) => k.get(self.0, t),
                None => PyString::new(self.0, t),
            }
            .into_any()),
            Some(Key::Int(i)) => Ok(PyInt::new(self.0, i).into_any()),
            None => Err(E::custom("bad key")),
        }
    }
}
