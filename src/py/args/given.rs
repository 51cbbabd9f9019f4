//! Arguments with a default, for which None is not the same as left out.

use super::number::int_from;
use super::refusal::not_accepted;
use super::text::text;
use pyo3::prelude::*;
use pyo3::types::PyBool;

/// An argument that was given, None included, or left out.
pub(in crate::py) struct Given<'py>(pub(in crate::py) Option<Bound<'py, PyAny>>);

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(Some(given.to_owned())))
    }
}

impl Given<'_> {
    pub(in crate::py) fn text(&self, field: &str, default: &str) -> PyResult<String> {
        self.0.as_ref().map_or_else(|| Ok(default.to_owned()), |given| text(given, &field))
    }

    pub(in crate::py) fn bool(&self, field: &str, default: bool) -> PyResult<bool> {
        let Some(given) = &self.0 else { return Ok(default) };
        let flag =
            given.cast::<PyBool>().map_err(|_| not_accepted(given, field, "True or False is accepted"))?;
        Ok(flag.is_true())
    }

    /// An int of at least 0.
    pub(in crate::py) fn bytes(&self, field: &str, default: u64) -> PyResult<u64> {
        self.0.as_ref().map_or(Ok(default), |given| int_from(given, &field, 0).map(i64::unsigned_abs))
    }

    /// An int of at least 1; an explicit None is `None`.
    pub(in crate::py) fn count(&self, field: &str, default: u64) -> PyResult<Option<u64>> {
        match &self.0 {
            None => Ok(Some(default)),
            Some(given) if given.is_none() => Ok(None),
            Some(given) => int_from(given, &field, 1).map(|count| Some(count.unsigned_abs())),
        }
    }
}
