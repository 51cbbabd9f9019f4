//! Builds `Reply(error_code, data, err_msg)` (clause G-1).

use super::structured::built;
use crate::error::Refused;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};
use serde::Serialize;

/// `tuple.__new__(Reply, …)`: a named tuple's own `__new__` is a Python function, twice as slow.
fn build<'py>(py: Python<'py>, fields: Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.import(py, "cloudvars.reply", "Reply")?;
    let new = NEW.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.get_type::<PyTuple>().getattr(intern!(py, "__new__"))?.unbind())
    })?;
    new.bind(py).call1((class, fields))
}

/// `(0, data, None)`
pub(crate) fn success<'py>(py: Python<'py>, data: impl IntoPyObject<'py>) -> PyResult<Bound<'py, PyAny>> {
    build(py, (0, data, py.None()).into_pyobject(py)?)
}

/// `(code, detail-or-None, message)`; the detail of a commit says which operation failed (clause C-2).
pub(crate) fn failure<'py>(
    py: Python<'py>,
    refused: &Refused,
    detail: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    build(py, (refused.code.number(), detail, &refused.message).into_pyobject(py)?)
}

/// The Reply of a commit that met a `StoreError`, among the Replies of others.
pub(crate) fn of_store_error<'py>(py: Python<'py>, message: &str) -> PyResult<Bound<'py, PyAny>> {
    build(py, (-1, py.None(), message).into_pyobject(py)?)
}

/// The answer of a call that is not a commit.
pub(crate) fn of<'py, T>(
    py: Python<'py>,
    answer: Result<T, Refused>,
    data: impl FnOnce(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    match answer {
        Ok(answer) => success(py, data(answer)?),
        Err(refused) => failure(py, &refused, None),
    }
}

/// Which operation of a commit failed.
#[derive(Serialize)]
struct Detail {
    op: usize,
    name: &'static str,
}

/// The answer of a commit.
pub(crate) fn of_commit<'py, T>(py: Python<'py>, answer: &Result<T, Refused>) -> PyResult<Bound<'py, PyAny>> {
    match answer {
        Ok(_) => success(py, PyDict::new(py)),
        Err(refused) => {
            let detail = match refused.op {
                None => None,
                Some((op, name)) => Some(built(py, &Detail { op, name })?),
            };
            failure(py, refused, detail)
        }
    }
}
