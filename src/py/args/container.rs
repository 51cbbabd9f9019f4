//! Values that are a dict or a list.

use super::refusal::{checked, not_accepted};
use crate::py::value::{encode, is_container};
use crate::value::Value;
use pyo3::prelude::*;

/// A dict or a list (clause V-4).
pub(in crate::py) fn container(given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if !is_container(given) {
        return Err(not_accepted(given, "value", "a dict or a list is accepted"));
    }
    checked(given.py(), encode(given, "value"))
}
