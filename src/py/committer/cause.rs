//! What `commit` answers for an operation that could not be queued.

use crate::error::{Code, Error, Reason, Refused};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;

/// The `code` of a Python `StoreError`.
const STORE_ERROR: i64 = -1;

fn reason_of(store_error: &Bound<'_, PyAny>) -> Reason {
    let word = store_error.getattr(intern!(store_error.py(), "reason"));
    word.and_then(|word| word.extract::<String>()).map_or(Reason::Other, |word| Reason::named(&word))
}

/// What `commit` will answer for an operation that raised this: its own code, or that of a malformed argument.
/// `None` if the operation did not fail, as after Ctrl-C: it may be called again.
pub(in crate::py) fn cause(py: Python<'_>, raised: &PyErr, name: &str) -> Option<Error> {
    if !raised.is_instance_of::<PyException>(py) {
        return None;
    }
    let value = raised.value(py);
    let message = value.to_string();
    // Some messages begin with the verb, and `at` adds it.
    let message = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&message);
    let code = value.getattr(intern!(py, "code")).and_then(|code| code.extract::<i64>()).unwrap_or(0);
    Some(match Code::failure(code) {
        None if code == STORE_ERROR => reason_of(value).error(message),
        code => Error::Refused(Refused::new(code.unwrap_or(Code::BadValue), message)),
    })
}
