//! Structured answers, which are not hot: what a Rust value says by `serde`, as Python's dicts, lists and numbers.
//! Rows and values do not go this way, nor does anything with a value of the mod in it. Their codec ([`super::value`])
//! is five times faster, keeps integer keys, and reads objects that hold themselves without harm.

use pyo3::prelude::*;
use serde::Serialize;

pub(super) fn built<'py>(py: Python<'py>, answer: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize::pythonize(py, answer)?)
}
