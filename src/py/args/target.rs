//! Where a store is, and what its commits survive.

use super::given::Given;
use super::refusal::not_accepted;
use super::text::text;
use crate::error::Code;
use crate::py::exceptions::value_error;
use crate::store::Durability;
use pyo3::prelude::*;

/// A path as text.
pub(in crate::py) fn path(target: &Bound<'_, PyAny>, field: &str, accepted: &str) -> PyResult<String> {
    let path = target.py().import("os")?.call_method1("fspath", (target,));
    let path = path.map_err(|_| not_accepted(target, field, accepted))?;
    text(&path, &field)
}

/// What an acknowledged commit survives.
pub(in crate::py) fn durability(py: Python<'_>, given: &Given<'_>) -> PyResult<Durability> {
    match given.text("durability", "full")?.as_str() {
        "full" => Ok(Durability::Full),
        "normal" => Ok(Durability::Normal),
        "off" => Ok(Durability::Off),
        other => {
            let message = format!("durability: '{other}'; 'full', 'normal' or 'off' is accepted");
            Err(value_error(py, &message, Code::BadValue))
        }
    }
}
