//! Python warnings.

use super::exit::running;
use pyo3::exceptions::{PyResourceWarning, PyUserWarning};
use pyo3::prelude::*;
use std::ffi::CString;

/// Warns of promises that a server cannot keep.
pub(super) fn warn(py: Python<'_>, warnings: &[String]) -> PyResult<()> {
    for warning in warnings {
        let warning = CString::new(warning.as_str())?;
        PyErr::warn(py, &py.get_type::<PyUserWarning>(), &warning, 1)?;
    }
    Ok(())
}

/// Warns that something was dropped before it did its work. Not while an exception is on its way, nor at the end of the
/// interpreter: then that is expected.
pub(super) fn resource_warning(message: &str) {
    Python::try_attach(|py| {
        let _running = running(py);
        if PyErr::occurred(py) {
            return;
        }
        let ending = py.import("sys").and_then(|sys| sys.call_method0("is_finalizing")?.extract::<bool>());
        let (Ok(false), Ok(message)) = (ending, CString::new(message)) else { return };
        if let Err(error) = PyErr::warn(py, &py.get_type::<PyResourceWarning>(), &message, 1) {
            error.write_unraisable(py, None);
        }
    });
}
