//! The log `cloudvars` of Python's `logging`.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

pub(super) fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import(intern!(py, "logging"))?.call_method1(intern!(py, "getLogger"), (intern!(py, "cloudvars"),))
}

/// Logs an exception of the mod with its traceback, and gives it back.
pub(super) fn logged(py: Python<'_>, what: &str, error: PyErr) -> PyErr {
    let log = || -> PyResult<()> {
        let kwargs = PyDict::new(py);
        // Fetched errors carry their traceback beside the value.
        kwargs.set_item("exc_info", (error.get_type(py), error.value(py), error.traceback(py)))?;
        logger(py)?.call_method(intern!(py, "error"), ("%s raised", what), Some(&kwargs))?;
        Ok(())
    };
    log().err().unwrap_or(error)
}
