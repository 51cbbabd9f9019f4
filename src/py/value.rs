//! Python objects to cloud values: checked, encoded and measured in one pass.

mod decode;

pub(crate) use decode::{decode, key, plain};

use super::exceptions;
use crate::error::{Error, Result};
use crate::value::{Encoder, NotStorable, Value};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use pyo3::{Borrowed, PyTypeInfo};
use rustc_hash::FxHashSet;

/// A dict, a list or a tuple (clause V-4).
pub(crate) fn is_container(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyDict>()
        || object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
}

/// Checks and encodes an object (clauses V-1 to V-3); a refusal names the path, which starts with `field`.
pub(crate) fn encode(object: &Bound<'_, PyAny>, field: &str) -> Result<Value> {
    let mut writer = Writer(Encoder::new());
    match writer.any(object) {
        Ok(()) => Ok(writer.0.finish()),
        Err(refused) => Err(Error::value(refused.message(field))),
    }
}

const CHANGED: &str = "a dict that changes while it is read is not storable";
const SURROGATE: &str = "a str with a lone surrogate is not storable";
const SURROGATE_KEY: &str = "a key with a lone surrogate is not storable";

/// Walks an object. Exact types come first, and on them no Python code runs.
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
            self.list(list)
        } else if let Some(bool) = exact::<PyBool>(object) {
            self.0.bool(bool.is_true());
            Ok(())
        } else if object.is_none() {
            self.0.null();
            Ok(())
        } else if let Some(tuple) = exact::<PyTuple>(object) {
            self.items(tuple.iter_borrowed())
        } else {
            self.derived(object)
        }
    }

    /// Subclasses, and objects with `__index__`.
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
            self.list(list)
        } else if let Ok(tuple) = object.cast::<PyTuple>() {
            self.items(tuple.iter_borrowed())
        } else {
            // Also a subclass of int.
            self.0.int(int64(object)?);
            Ok(())
        }
    }

    fn text(&mut self, text: &Bound<'_, PyString>) -> Written {
        Ok(self.0.text(text.to_str().map_err(|_| SURROGATE)?)?)
    }

    fn list(&mut self, list: &Bound<'_, PyList>) -> Written {
        // Walking a tuple takes one call per item, walking a list four.
        self.items(list.to_tuple().iter_borrowed())
    }

    fn items<'a, 'py: 'a>(&mut self, items: impl Iterator<Item = Borrowed<'a, 'py, PyAny>>) -> Written {
        self.0.open_list()?;
        let mut count = 0;
        for item in items {
            self.any(&item).map_err(|refused| refused.under(|| format!("[{count}]")))?;
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
            // An `__index__` further down may change the dict; the iterator would panic where this refuses.
            if dict.len() != count {
                return Err(CHANGED.into());
            }
            let (key, value) = entries.next().ok_or(CHANGED)?;
            if let Some(text) = exact::<PyString>(&key) {
                self.0.key_text(text.to_str().map_err(|_| SURROGATE_KEY)?)?;
            } else if let Some(int) = exact::<PyInt>(&key) {
                self.0.key_int(int64(int).map_err(NotStorableAt::of_key)?);
            } else {
                self.0.rewind(start);
                return self.derived_dict(dict);
            }
            self.any(&value).map_err(|refused| refused.under(|| step(&key)))?;
        }
        self.0.close_map(count);
        Ok(())
    }

    /// An open dict of a subclass (its order is what its `items()` says), or with keys of a subclass (two of them
    /// may mean the same).
    #[cold]
    fn derived_dict(&mut self, dict: &Bound<'_, PyDict>) -> Written {
        let items = dict.as_mapping().items();
        let items =
            items.map_err(|error| NotStorableAt::new(format!("not storable: its items() raises {error}")))?;
        let mut seen = FxHashSet::default();
        for item in &items {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                item.extract().map_err(|_| "not storable: its items() are not pairs")?;
            let before = self.0.mark();
            self.derived_key(&key)?;
            if !seen.insert(self.0.since(before).to_owned()) {
                return Err(NotStorableAt::new(format!("not storable: two keys mean {}", step(&key))));
            }
            self.any(&value).map_err(|refused| refused.under(|| step(&key)))?;
        }
        self.0.close_map(seen.len());
        Ok(())
    }

    fn derived_key(&mut self, key: &Bound<'_, PyAny>) -> Written {
        if let Ok(text) = key.cast::<PyString>() {
            return Ok(self.0.key_text(text.to_str().map_err(|_| SURROGATE_KEY)?)?);
        }
        if key.is_instance_of::<PyBool>() {
            return Err(NotStorableAt::new("bool is not storable").of_key());
        }
        self.0.key_int(int64(key).map_err(NotStorableAt::of_key)?);
        Ok(())
    }
}

fn exact<'a, 'py, T: PyTypeInfo>(object: &'a Bound<'py, PyAny>) -> Option<&'a Bound<'py, T>> {
    // A cast that fails is not free: it takes hold of the type.
    if object.is_exact_instance_of::<T>() { object.cast_exact().ok() } else { None }
}

/// An int, or an object with `__index__`, as an int64.
fn int64(object: &Bound<'_, PyAny>) -> Written<i64> {
    object.extract().map_err(|error| no_int64(object, &error))
}

#[cold]
fn no_int64(object: &Bound<'_, PyAny>, error: &PyErr) -> NotStorableAt {
    let py = object.py();
    if error.is_instance_of::<PyOverflowError>(py) {
        return NotStorableAt::new("an int outside int64 is not storable");
    }
    let name =
        object.get_type().fully_qualified_name().map_or_else(|_| "object".into(), |name| name.to_string());
    if error.is_instance_of::<PyTypeError>(py) {
        return NotStorableAt::new(format!("{name} is not storable"));
    }
    NotStorableAt::new(format!("{name} is not storable: its __index__ raises {error}"))
}

type Written<T = ()> = Result<T, NotStorableAt>;

/// What is wrong, and the steps from the bad part outwards. In a box, so that success is cheap to hand back.
struct NotStorableAt(Box<(String, Vec<String>)>);

impl NotStorableAt {
    fn new(reason: impl Into<String>) -> Self {
        Self(Box::new((reason.into(), Vec::new())))
    }

    fn of_key(mut self) -> Self {
        self.0.0.push_str(" as a key; str and int64 are");
        self
    }

    #[cold]
    fn under(mut self, step: impl FnOnce() -> String) -> Self {
        self.0.1.push(step());
        self
    }

    fn message(&self, field: &str) -> String {
        const STEPS_MAX: usize = 16;
        let (reason, steps) = &*self.0;
        let path: String = steps.iter().rev().take(STEPS_MAX).map(String::as_str).collect();
        let more = if steps.len() > STEPS_MAX { "…" } else { "" };
        format!("{field}{path}{more}: {reason}")
    }
}

impl From<NotStorable> for NotStorableAt {
    #[cold]
    fn from(refusal: NotStorable) -> Self {
        Self::new(refusal)
    }
}

/// How a key reads in a path: `.owner`, `["a b"]` or `[3]`.
fn step(key: &Bound<'_, PyAny>) -> String {
    const CHARS_MAX: usize = 40;
    let Ok(text) = key.cast::<PyString>() else {
        return key.extract::<i64>().map_or_else(|_| "[?]".into(), |int| format!("[{int}]"));
    };
    let text = text.to_string_lossy();
    let mut shown: String = text.chars().take(CHARS_MAX).collect();
    let word = text.chars().all(|c| c == '_' || c.is_alphanumeric());
    let word = word && text.chars().next().is_some_and(|c| !c.is_numeric());
    if shown.len() < text.len() {
        shown.push('…');
    }
    if word { format!(".{shown}") } else { format!("[{shown:?}]") }
}
