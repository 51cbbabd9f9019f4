//! Two exceptions of one call: one is raised with the other as its context, so that neither hides the other.

use super::log::logged;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The most contexts that are followed.
const CHAIN_MAX: usize = 1000;

/// An exception, its context, the context of that, and so on.
fn chain<'py>(error: &Bound<'py, PyAny>) -> Vec<Bound<'py, PyAny>> {
    let context = |one: &Bound<'py, PyAny>| {
        let next = one.getattr(intern!(one.py(), "__context__")).ok()?;
        (!next.is_none()).then_some(next)
    };
    std::iter::successors(Some(error.clone()), context).take(CHAIN_MAX).collect()
}

/// The exception, with the other one at the end of its chain of contexts: neither hides the other.
pub(super) fn with_context(py: Python<'_>, error: PyErr, other: &Bound<'_, PyAny>) -> PyErr {
    let (front, back) = (chain(error.value(py)), chain(other));
    let apart = front.iter().all(|one| back.iter().all(|two| !one.is(two)));
    if let Some(last) = front.last().filter(|_| apart && front.len() < CHAIN_MAX) {
        // If it cannot be set, the log has the other exception.
        drop(last.setattr(intern!(py, "__context__"), other));
    }
    error
}

/// The results of two parts of one call; the second exception becomes a context of the first.
pub(super) fn both(py: Python<'_>, first: PyResult<()>, second: PyResult<()>) -> PyResult<()> {
    match (first, second) {
        (Err(first), Err(second)) => Err(with_context(py, first, second.value(py))),
        (first, second) => first.and(second),
    }
}

/// The end of a `with` block: raises what closing raised, with what the body raised as its context. An exception of the
/// body that ends the program goes first; then what closing raised is only logged.
pub(super) fn leave(py: Python<'_>, closed: PyResult<()>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Err(error) = closed else { return Ok(()) };
    let Some(body) = exception.get_item(1).ok().filter(|body| !body.is_none()) else { return Err(error) };
    if !body.is_instance_of::<PyException>() {
        drop(logged(py, "closing", error));
        return Ok(());
    }
    Err(with_context(py, error, &body))
}
