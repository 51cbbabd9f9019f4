//! Calls the core at forks: `os.fork`, `multiprocessing`, and whatever else runs the hooks of `os`.

use super::enter::released;
use crate::backend;
use crate::fork;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

#[pyfunction]
fn before_fork(py: Python<'_>) {
    released(py, fork::before);
}

#[pyfunction]
fn after_fork_in_parent() {
    fork::after_in_parent();
}

#[pyfunction]
fn after_fork_in_child() {
    backend::after_fork_in_child();
    super::main_thread::after_fork();
    super::exit::after_fork();
}

/// Registers the hooks, where the system has forks.
pub(super) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let os = py.import(intern!(py, "os"))?;
    if let Some(register) = os.getattr_opt(intern!(py, "register_at_fork"))? {
        let hooks = PyDict::new(py);
        hooks.set_item(intern!(py, "before"), wrap_pyfunction!(before_fork, module)?)?;
        hooks.set_item(intern!(py, "after_in_parent"), wrap_pyfunction!(after_fork_in_parent, module)?)?;
        hooks.set_item(intern!(py, "after_in_child"), wrap_pyfunction!(after_fork_in_child, module)?)?;
        register.call((), Some(&hooks))?;
    }
    Ok(())
}
