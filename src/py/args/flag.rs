//! Flags.

use super::number::whole;
use super::refusal::not_accepted;
use pyo3::prelude::*;
use pyo3::types::PyBool;

/// 0 or 1, or a bool.
pub(in crate::py) fn flag(what: Option<&Bound<'_, PyAny>>, field: &dyn std::fmt::Display) -> PyResult<bool> {
    let Some(what) = what else { return Ok(false) };
    if let Ok(flag) = what.cast::<PyBool>() {
        return Ok(flag.is_true());
    }
    match whole(what)? {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err(not_accepted(what, field, "0 or 1 is accepted")),
    }
}
