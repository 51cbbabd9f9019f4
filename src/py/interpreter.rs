//! Only one interpreter of a process may use the package. Python's classes are remembered for the whole process, so in
//! a second interpreter the exceptions would not be those that `except` names there.

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;

/// The `sys` of the interpreter that came first: each has its own, and this one is kept, so that no other can have its
/// address.
static FIRST: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

/// Refuses every interpreter of this process but the first that came.
pub(super) fn only_one(py: Python<'_>) -> PyResult<()> {
    // Without `intern!`, whose strings are remembered for the process too.
    let sys = PyModule::import(py, "sys")?;
    if FIRST.get_or_init(py, || sys.clone().unbind()).is(&sys) {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "cloudvars is in use in another interpreter of this process, and works in one only: use it in the main \
         interpreter (mod_wsgi: WSGIApplicationGroup %{GLOBAL}), or in processes of their own",
    ))
}
