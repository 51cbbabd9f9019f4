//! Reads the fields of a call: one mapping, or the same fields as keywords (clauses G-2 to G-4).

use super::exceptions::{raised, type_error, value_error};
use super::exit::{Running, running};
use super::spelling;
use crate::error::{Code, Error};
use crate::ident::{self, Number};
use crate::kinds::PAIRS_MAX;
use crate::value::JSON_BYTES_MAX;
use pyo3::exceptions::{PyException, PyOSError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple,
};
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

/// The fields of one call.
pub(crate) struct Fields<'py> {
    call: &'static str,
    accepted: &'static [&'static str],
    dict: Bound<'py, PyDict>,
    seen: Cell<usize>,
    _running: Running,
}

impl<'py> Fields<'py> {
    /// From a mapping or from keywords, not both.
    pub(crate) fn new(
        py: Python<'py>,
        call: &'static str,
        accepted: &'static [&'static str],
        mapping: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let running = running(py);
        let dict = match (mapping, keywords) {
            (None, None) => PyDict::new(py),
            (None, Some(keywords)) => keywords.clone(),
            (Some(_), Some(keywords)) if !keywords.is_empty() => {
                let message = format!("{call}: takes one mapping or keywords, not both");
                return Err(type_error(py, &message));
            }
            (Some(mapping), _) => match mapping.cast::<PyDict>() {
                Ok(dict) => dict.clone(),
                Err(_) if mapping.cast::<PyMapping>().is_ok() => {
                    py.get_type::<PyDict>().call1((mapping,))?.cast_into::<PyDict>()?
                }
                Err(_) => {
                    let message = format!("{call}: takes one mapping or keywords, not {}", shown(mapping));
                    return Err(type_error(py, &message));
                }
            },
        };
        Ok(Self { call, accepted, dict, seen: Cell::new(0), _running: running })
    }

    /// The field as given, an explicit None included.
    pub(crate) fn given(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = self.dict.get_item(name)?;
        if value.is_some() {
            self.seen.set(self.seen.get() + 1);
        }
        Ok(value)
    }

    /// An optional field; None = left out.
    pub(crate) fn optional(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.given(name)?.filter(|value| !value.is_none()))
    }

    /// A field that must be there.
    pub(crate) fn required(&self, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        self.given(name)?.ok_or_else(|| self.missing(&format!("'{name}'")))
    }

    /// An error that says which field is missing, and which was there instead (clause G-3).
    pub(crate) fn missing(&self, what: &str) -> PyErr {
        let missing = format!("{}: the field {what} is missing", self.call);
        let message =
            self.unknown().map_or_else(|| missing.clone(), |unknown| format!("{missing}; {unknown}"));
        type_error(self.dict.py(), &message)
    }

    /// Refuses what nobody asked for (clause G-3).
    pub(crate) fn done(&self) -> PyResult<()> {
        if self.seen.get() == self.dict.len() {
            return Ok(());
        }
        let unknown = self.unknown().unwrap_or_else(|| "the fields changed while they were read".into());
        Err(type_error(self.dict.py(), &format!("{}: {unknown}", self.call)))
    }

    /// The fields that this call does not know, each with the one that may have been meant; `None` if it knows all.
    fn unknown(&self) -> Option<String> {
        let names = self.dict.keys();
        let given: Vec<String> = names.iter().filter_map(|name| name.extract().ok()).collect();
        let absent = || self.accepted.iter().copied().filter(|name| !given.iter().any(|given| given == name));
        let unknown: Vec<String> = names
            .iter()
            .filter_map(|name| {
                let text = name.extract::<String>().ok();
                if text.as_ref().is_some_and(|text| self.accepted.contains(&text.as_str())) {
                    return None;
                }
                let meant = text.and_then(|text| spelling::nearest(&text, absent()));
                let hint = meant.map(|meant| format!(" (did you mean '{meant}'?)")).unwrap_or_default();
                Some(format!("{}{hint}", shown(&name)))
            })
            .collect();
        let fields = if unknown.len() == 1 { "field" } else { "fields" };
        let accepted = self.accepted.join(", ");
        (!unknown.is_empty())
            .then(|| format!("unknown {fields} {}; accepted are {accepted}", unknown.join(", ")))
    }

    /// `user_id` (or another id field) as int64.
    pub(crate) fn id(&self, name: &Bound<'py, PyString>) -> PyResult<i64> {
        id(&self.required(name)?, name)
    }

    /// A key or name.
    pub(crate) fn key(&self, name: &Bound<'py, PyString>) -> PyResult<Arc<str>> {
        key(&self.required(name)?, name)
    }
}

/// `what` as it is shown in an error: its repr, cut short.
pub(crate) fn shown(what: &Bound<'_, PyAny>) -> String {
    let text = what.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string_lossy().into_owned());
    if text.chars().count() <= 60 {
        return text;
    }
    format!("{}…", text.chars().take(60).collect::<String>())
}

fn refused(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display, accepted: &str) -> PyErr {
    let type_name = what.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    value_error(what.py(), &format!("{field}: {} ({type_name}); {accepted}", shown(what)), Code::BadValue)
}

/// An int, an object with `__index__` or a whole float, within int64; never a bool.
fn whole(what: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if what.is_exact_instance_of::<PyInt>() {
        return Ok(what.extract().ok());
    }
    if what.is_instance_of::<PyBool>() || what.is_instance_of::<PyString>() {
        return Ok(None);
    }
    if let Ok(real) = what.cast::<PyFloat>() {
        return Ok(ident::whole_of(real.value()));
    }
    let py = what.py();
    let found = what.hasattr(intern!(py, "__index__")).and_then(|is_there| {
        if !is_there {
            return Ok(None);
        }
        let index = what.call_method0(intern!(py, "__index__"))?;
        Ok(index.cast::<PyInt>().ok().and_then(|int| int.extract().ok()))
    });
    // An object that fails is no number; Ctrl-C is no failure of the object.
    found.or_else(|error| if error.is_instance_of::<PyException>(py) { Ok(None) } else { Err(error) })
}

/// An int64 argument.
pub(crate) fn int(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    whole(what)?.ok_or_else(|| refused(what, field, "an int within int64 is accepted"))
}

/// An int64 argument that must be at least `least`.
pub(crate) fn int_from(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display, least: i64) -> PyResult<i64> {
    whole(what)?
        .filter(|int| *int >= least)
        .ok_or_else(|| refused(what, field, &format!("an int of at least {least} is accepted")))
}

/// An id: an int64, or a string that is one (clause G-2).
pub(crate) fn id(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let found = match what.cast::<PyString>() {
        Ok(text) => text.to_cow().ok().and_then(|text| ident::integer_text(&text)),
        Err(_) => whole(what)?,
    };
    found.ok_or_else(|| refused(what, field, "an int within int64, or a str that is one, is accepted"))
}

/// A uuid or objectId: a positive id.
pub(crate) fn uuid(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let found = id(what, field)?;
    if found > 0 { Ok(found) } else { Err(refused(what, field, "a positive int64 is accepted")) }
}

/// The text of a str; a lone surrogate is refused, and what is longer than any value may be.
pub(crate) fn text(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<String> {
    let characters = what.cast::<PyString>().map_or(0, |text| text.len().unwrap_or(0));
    if characters > JSON_BYTES_MAX {
        let message =
            format!("{field}: a str of {characters} characters; at most {JSON_BYTES_MAX} are accepted");
        return Err(value_error(what.py(), &message, Code::TooLong));
    }
    any_text(what, field)
}

/// The text of a str of any length.
pub(crate) fn any_text(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<String> {
    let text = what.cast::<PyString>().map_err(|_| refused(what, field, "a str is accepted"))?;
    let text =
        text.to_cow().map_err(|_| refused(what, field, "a str without lone surrogates is accepted"))?;
    Ok(text.into_owned())
}

/// A key or name: 1 to 180 characters (clause G-7).
pub(crate) fn key(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<Arc<str>> {
    key_of(what, field, ident::KEY_CHARS_MAX)
}

/// A key of 1 to so many characters.
pub(crate) fn key_of(
    what: &Bound<'_, PyAny>,
    field: &dyn std::fmt::Display,
    chars_max: usize,
) -> PyResult<Arc<str>> {
    let text = what.cast::<PyString>().map_err(|_| refused(what, field, "a str is accepted"))?;
    let text =
        text.to_cow().map_err(|_| refused(what, field, "a str without lone surrogates is accepted"))?;
    ident::key_within(&text, &field.to_string(), chars_max).map_err(|error| raised(what.py(), error))
}

/// `i_value` or an amount for it: rounded as the lobby rounds, refused in its words (clause K-2).
pub(crate) fn number(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let py = what.py();
    let number = if what.is_instance_of::<PyBool>() {
        None
    } else if let Ok(text) = what.cast::<PyString>() {
        text.to_cow().ok().and_then(|text| ident::number_text(&text))
    } else if let Ok(real) = what.cast::<PyFloat>() {
        Some(Number::Real(real.value()))
    } else if what.is_instance_of::<PyInt>() || what.hasattr(intern!(py, "__index__"))? {
        return int(what, field);
    } else {
        None
    };
    let number = number.ok_or_else(|| {
        let accepted = "an int, a float or a numeric str is accepted";
        let message = format!("attempt to add a '{}' with a 'number'", lua_type(what));
        value_error(py, &format!("{field}: {message}: {}; {accepted}", shown(what)), Code::BadValue)
    })?;
    let rounded = match number {
        Number::Whole(whole) => Some(whole),
        Number::Real(real) => ident::round(real),
    };
    rounded.ok_or_else(|| refused(what, field, "a finite number within int64 is accepted"))
}

/// What the lobby's scripts call the type.
fn lua_type(what: &Bound<'_, PyAny>) -> &'static str {
    if what.is_instance_of::<PyBool>() {
        "boolean"
    } else if what.is_instance_of::<PyString>() {
        "string"
    } else if what.is_none() {
        "nil"
    } else if what.is_callable() {
        "function"
    } else if super::value::is_container(what) {
        "table"
    } else {
        "userdata"
    }
}

/// A scalar, or the items of an array (clause G-5).
pub(crate) fn scalar_or_array<T>(
    what: &Bound<'_, PyAny>,
    field: &dyn std::fmt::Display,
    item: impl Fn(&Bound<'_, PyAny>, &dyn std::fmt::Display) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let at = |index: usize| format!("{field}[{index}]");
    let too_many = || {
        let message =
            format!("{field}: more than {PAIRS_MAX} items; at most {PAIRS_MAX} in one call are accepted");
        value_error(what.py(), &message, Code::TooLong)
    };
    if let Ok(list) = what.cast::<PyList>() {
        if list.len() > PAIRS_MAX {
            return Err(too_many());
        }
        return list.iter().enumerate().map(|(index, one)| item(&one, &at(index))).collect();
    }
    if let Ok(tuple) = what.cast::<PyTuple>() {
        if tuple.len() > PAIRS_MAX {
            return Err(too_many());
        }
        return tuple.iter().enumerate().map(|(index, one)| item(&one, &at(index))).collect();
    }
    // A pandas column or a numpy array; but no text, no number, no mapping, no set (it has no order). Whether it is a
    // mapping is asked last: the answer runs Python code.
    let refused = what.is_exact_instance_of::<PyInt>()
        || what.is_instance_of::<PyString>()
        || what.is_instance_of::<PyBytes>()
        || what.is_instance_of::<PyByteArray>()
        || whole(what)?.is_some()
        || what.cast::<PyMapping>().is_ok();
    let py = what.py();
    if !refused && what.hasattr(intern!(py, "__len__"))? && what.hasattr(intern!(py, "__getitem__"))? {
        let mut items = Vec::new();
        for (index, one) in what.try_iter()?.enumerate() {
            // Its length says nothing about how many come.
            if index == PAIRS_MAX {
                return Err(too_many());
            }
            items.push(item(&one?, &at(index))?);
        }
        return Ok(items);
    }
    Ok(vec![item(what, field)?])
}

/// 0 or 1, or a bool.
pub(crate) fn flag(what: Option<&Bound<'_, PyAny>>, field: &dyn std::fmt::Display) -> PyResult<bool> {
    let Some(what) = what else { return Ok(false) };
    if let Ok(flag) = what.cast::<PyBool>() {
        return Ok(flag.is_true());
    }
    match whole(what)? {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err(refused(what, field, "0 or 1 is accepted")),
    }
}

/// A refusal of a value by what the field accepts.
pub(crate) fn not_accepted(what: &Bound<'_, PyAny>, field: &str, accepted: &str) -> PyErr {
    refused(what, &field, accepted)
}

/// A core check of an argument, raised as what it is.
pub(crate) fn checked<T>(py: Python<'_>, answer: Result<T, Error>) -> PyResult<T> {
    answer.map_err(|error| raised(py, error))
}

/// A file that cannot be read, as Python's own `open` says it: with the file's name.
pub(crate) fn unread(path: &Path, error: std::io::Error) -> PyErr {
    let Some(number) = error.raw_os_error() else { return error.into() };
    let said = error.to_string();
    let said = said.strip_suffix(&format!(" (os error {number})")).unwrap_or(&said).to_owned();
    PyOSError::new_err((number, said, path.as_os_str().to_owned()))
}
