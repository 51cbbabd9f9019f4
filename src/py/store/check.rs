//! What `cloudvars info` and `cloudvars check` ask of a store. The names are private.

use super::Store;
use crate::py::enter::enter_or_raise;
use crate::py::exit::running;
use pyo3::prelude::*;

#[pymethods]
impl Store {
    /// The version of the store's format, and how many bytes it takes.
    fn _facts(&self, py: Python<'_>) -> PyResult<(i64, i64)> {
        let _running = running(py);
        let facts = enter_or_raise(py, &self.core, |store| store.read(|snapshot| snapshot.facts()))?;
        Ok((facts.version, facts.bytes))
    }

    /// What is wrong with the store, a sentence each.
    fn _problems(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let _running = running(py);
        enter_or_raise(py, &self.core, crate::store::Store::problems)
    }

    /// Where the data lies, as it was opened, without secrets.
    fn _target(&self) -> &str {
        self.core.target()
    }
}
