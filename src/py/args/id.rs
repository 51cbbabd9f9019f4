//! Ids: of users, and of what was stored.

use super::number::whole;
use super::refusal::not_accepted;
use crate::number;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// An id: an int64, or a string that is one (clause G-2).
pub(in crate::py) fn id(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let found = match what.cast::<PyString>() {
        Ok(text) => text.to_cow().ok().and_then(|text| number::integer_text(&text)),
        Err(_) => whole(what)?,
    };
    found.ok_or_else(|| not_accepted(what, field, "an int within int64, or a str that is one, is accepted"))
}

/// A uuid or objectId: a positive id.
pub(in crate::py) fn uuid(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let found = id(what, field)?;
    if found > 0 { Ok(found) } else { Err(not_accepted(what, field, "a positive int64 is accepted")) }
}
