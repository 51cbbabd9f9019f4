//! Errors of the core as Python exceptions. The classes are in `python/cloudvars/errors.py`.

use super::exit::running;
use crate::error::{Code, Error, Reason, Refused, Unable};
use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use std::fmt::Display;
use std::path::Path;

const MODULE: &str = "cloudvars.errors";
/// The code of a `StoreError` that has no other.
const STORE: i64 = -1;

fn made(
    py: Python<'_>,
    class: PyResult<&Bound<'_, PyType>>,
    args: impl FnOnce(&Bound<'_, PyType>) -> PyResult<PyErr>,
) -> PyErr {
    let _running = running(py);
    class.and_then(args).unwrap_or_else(|error| {
        // The package itself is broken: raise why.
        error.set_cause(py, None);
        error
    })
}

fn instance(class: &Bound<'_, PyType>, args: impl for<'a> pyo3::call::PyCallArgs<'a>) -> PyResult<PyErr> {
    Ok(PyErr::from_value(class.call1(args)?))
}

/// The failure of a call that has no Reply.
pub(crate) fn cloud_error(py: Python<'_>, refused: &Refused) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(py, CLASS.import(py, MODULE, "CloudError"), |class| {
        instance(class, (&refused.message, refused.code.number()))
    })
}

/// A commit that failed, or a committer that must not be used any more.
pub(crate) fn commit_error(py: Python<'_>, message: &str, code: Code, op: Option<(usize, &str)>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let (index, name) = op.unzip();
    made(py, CLASS.import(py, MODULE, "CommitError"), |class| {
        instance(class, (message, code.number(), index, name))
    })
}

/// A store that cannot do its work.
pub(crate) fn store_error(py: Python<'_>, unable: &Unable) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(py, CLASS.import(py, MODULE, "StoreError"), |class| {
        instance(class, (&unable.message, STORE, unable.reason.word()))
    })
}

/// A store that could not be opened now, as its code says.
pub(crate) fn unopened(py: Python<'_>, refused: &Refused) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(py, CLASS.import(py, MODULE, "StoreError"), |class| {
        instance(class, (&refused.message, refused.code.number(), Reason::of_code(refused.code).word()))
    })
}

/// A field with a value that is not accepted.
pub(crate) fn value_error(py: Python<'_>, message: &str, code: Code) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(py, CLASS.import(py, MODULE, "CloudValueError"), |class| instance(class, (message, code.number())))
}

/// A call whose fields do not fit it: one is missing, unknown, or given twice.
pub(crate) fn type_error(py: Python<'_>, message: &str) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(py, CLASS.import(py, MODULE, "CloudTypeError"), |class| instance(class, (message,)))
}

/// Any error of the core.
pub(crate) fn raised(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Refused(refused) if refused.op.is_some() => {
            commit_error(py, &refused.message, refused.code, refused.op)
        }
        Error::Refused(refused) => cloud_error(py, &refused),
        Error::Value { code, message } => value_error(py, &message, code),
        Error::Store(unable) => store_error(py, &unable),
        Error::Interrupted { .. } => PyKeyboardInterrupt::new_err(error.to_string()),
    }
}

/// A file that cannot be read: the exception that Python's own `open` raises, with the file's name.
pub(crate) fn unread(path: &Path, error: std::io::Error) -> PyErr {
    let Some(number) = error.raw_os_error() else { return error.into() };
    let said = error.to_string();
    let said = said.strip_suffix(&format!(" (os error {number})")).unwrap_or(&said).to_owned();
    PyOSError::new_err((number, said, path.as_os_str().to_owned()))
}

/// Why a file or a folder was refused: all of its defects.
pub(crate) fn nothing_loaded(py: Python<'_>, path: &Path, defects: &[impl Display]) -> PyErr {
    let lines: Vec<String> = defects.iter().map(|defect| format!("\n  {defect}")).collect();
    let message = format!("{}: nothing was loaded:{}", path.display(), lines.concat());
    value_error(py, &message, Code::BadValue)
}
