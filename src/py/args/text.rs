//! Texts, keys and names.

use super::refusal::not_accepted;
use crate::error::Code;
use crate::key;
use crate::py::exceptions::{raised, value_error};
use crate::value::JSON_BYTES_MAX;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::sync::Arc;

/// The text of a str. A lone surrogate is refused, and a text that is longer than any value may be.
pub(in crate::py) fn text(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<String> {
    let characters = what.cast::<PyString>().map_or(0, |text| text.len().unwrap_or(0));
    if characters > JSON_BYTES_MAX {
        let message =
            format!("{field}: a str of {characters} characters; at most {JSON_BYTES_MAX} are accepted");
        return Err(value_error(what.py(), &message, Code::TooLong));
    }
    any_text(what, field)
}

/// The text of a str of any length.
pub(in crate::py) fn any_text(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<String> {
    let text = what.cast::<PyString>().map_err(|_| not_accepted(what, field, "a str is accepted"))?;
    let text =
        text.to_cow().map_err(|_| not_accepted(what, field, "a str without lone surrogates is accepted"))?;
    Ok(text.into_owned())
}

/// A key or name: 1 to 180 characters (clause G-7).
pub(in crate::py) fn key(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<Arc<str>> {
    key_of(what, field, key::KEY_CHARS_MAX)
}

/// A key of 1 to `chars_max` characters.
pub(in crate::py) fn key_of(
    what: &Bound<'_, PyAny>,
    field: &dyn std::fmt::Display,
    chars_max: usize,
) -> PyResult<Arc<str>> {
    let text = what.cast::<PyString>().map_err(|_| not_accepted(what, field, "a str is accepted"))?;
    let text =
        text.to_cow().map_err(|_| not_accepted(what, field, "a str without lone surrogates is accepted"))?;
    key::key_within(&text, field, chars_max).map_err(|error| raised(what.py(), error))
}
