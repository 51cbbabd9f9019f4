//! What a table does not have, and people look for who know frames: the errors say how it is done here.

use super::Table;
use crate::py::exit::running;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

#[pymethods]
impl Table {
    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        // Protocols of libraries ask for these, often.
        let text = name.to_string();
        if text.starts_with('_') {
            let message = format!("'cloudvars.Table' object has no attribute '{text}'");
            return Err(PyAttributeError::new_err(message));
        }
        Self::call(slf, "foreign", "no_attribute", [name])
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        Self::call(slf, "foreign", "no_item", [key])
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        Self::call(slf, "foreign", "no_pickle", [])
    }
}
