//! The only door from Python into the core: it lets go of the interpreter and sorts the failures.
#![expect(clippy::disallowed_methods, reason = "this file is the door")]

use super::{clock, exceptions};
use crate::error::{Error, Fault, Result};
use pyo3::exceptions::PyResourceWarning;
use pyo3::prelude::*;

/// Runs core code without holding the interpreter. A fault is an answer; every other error is raised.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send,
) -> PyResult<Result<T, Fault>> {
    clock::refresh(py)?;
    match py.detach(call) {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Fault(fault)) => Ok(Err(fault)),
        Err(error) => Err(exceptions::raised(py, error)),
    }
}

/// The same for calls that have no Reply: a fault is raised too.
pub(crate) fn enter_or_raise<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    clock::refresh(py)?;
    py.detach(call).map_err(|error| exceptions::raised(py, error))
}

/// Warns of something that is dropped before it did its work. Where that is no news, nothing is said: while an exception
/// is on its way, and at the end of the interpreter.
pub(crate) fn resource_warning(message: &str) {
    Python::try_attach(|py| {
        if PyErr::occurred(py) {
            return;
        }
        let ending = py.import("sys").and_then(|sys| sys.call_method0("is_finalizing")?.extract::<bool>());
        let (Ok(false), Ok(message)) = (ending, std::ffi::CString::new(message)) else { return };
        if let Err(error) = PyErr::warn(py, &py.get_type::<PyResourceWarning>(), &message, 1) {
            error.write_unraisable(py, None);
        }
    });
}
