//! Functions that a mod hands over to be called.

use super::refusal::{not_accepted, shown};
use crate::py::exceptions::type_error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyCFunction};

/// A plain function. An async one is refused, because nothing would await it (clause S-9).
pub(in crate::py) fn callable(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Py<PyAny>> {
    if !given.is_callable() {
        return Err(not_accepted(given, field, "a function is accepted"));
    }
    if is_async(given)? {
        let message = format!("{field}: {} is async; a plain function is accepted (S-9)", shown(given));
        return Err(type_error(given.py(), &message));
    }
    Ok(given.clone().unbind())
}

/// The same, where it may be left out.
pub(in crate::py) fn optional_callable(
    given: Option<&Bound<'_, PyAny>>,
    field: &str,
) -> PyResult<Option<Py<PyAny>>> {
    given.map(|given| callable(given, field)).transpose()
}

/// What is told how far long work is: a function, or a bar of the package if it is ``True``; ``what`` names the work.
pub(in crate::py) fn progress(given: Option<&Bound<'_, PyAny>>, what: &str) -> PyResult<Option<Py<PyAny>>> {
    let Some(given) = given else { return Ok(None) };
    let Ok(wanted) = given.cast::<PyBool>() else {
        let accepted = "a function, or True for a bar, is accepted";
        return if given.is_callable() {
            callable(given, "progress").map(Some)
        } else {
            Err(not_accepted(given, "progress", accepted))
        };
    };
    if !wanted.is_true() {
        return Ok(None);
    }
    let module = given.py().import("cloudvars._progress")?;
    Ok(Some(module.call_method1("bar", (what,))?.unbind()))
}

/// Whether a call of it only makes something to await or to iterate, and does no work yet (clause S-9).
pub(in crate::py) fn is_async(callback: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CHECK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = callback.py();
    if callback.is_exact_instance_of::<PyCFunction>() {
        return Ok(false);
    }
    let check = CHECK.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("cloudvars._callbacks")?.getattr("is_async")?.unbind())
    })?;
    check.bind(py).call1((callback,))?.extract()
}
