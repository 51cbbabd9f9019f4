//! Files that are written as a whole or not at all.

use super::enter::enter_here_or_raise;
use crate::backend::is_open;
use crate::whole;
use pyo3::prelude::*;
use std::path::PathBuf;

/// Writes a file as a whole or not at all: what was there stays if that fails, with ``StoreError``.
#[pyfunction]
#[pyo3(name = "_write_file")]
pub(super) fn write_file(py: Python<'_>, path: PathBuf, content: &[u8]) -> PyResult<()> {
    enter_here_or_raise(py, || whole::write(&path, content, is_open))
}
