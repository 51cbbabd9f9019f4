//! Why an argument is not accepted.

use crate::error::{Code, Error};
use crate::py::exceptions::{raised, value_error};
use pyo3::prelude::*;
use std::fmt::Display;

/// `what` as it is shown in an error: its repr, cut short.
pub(in crate::py) fn shown(what: &Bound<'_, PyAny>) -> String {
    let text = what.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string_lossy().into_owned());
    if text.chars().count() <= 60 {
        return text;
    }
    format!("{}…", text.chars().take(60).collect::<String>())
}

/// A refusal of a value: the field, the value with its type, and what the field accepts.
pub(in crate::py) fn not_accepted(
    what: &Bound<'_, PyAny>,
    field: &(impl Display + ?Sized),
    accepted: &str,
) -> PyErr {
    let type_name = what.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    value_error(what.py(), &format!("{field}: {} ({type_name}); {accepted}", shown(what)), Code::BadValue)
}

/// The result of a check in the core; its error is raised as the Python exception that it stands for.
pub(in crate::py) fn checked<T>(py: Python<'_>, answer: Result<T, Error>) -> PyResult<T> {
    answer.map_err(|error| raised(py, error))
}
