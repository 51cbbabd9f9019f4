//! What the test kit asks of a store. The names are private.

use super::Store;
use crate::py::enter::enter_or_raise;
use crate::py::exceptions::raised;
use crate::py::structured::built;
use pyo3::prelude::*;

#[pymethods]
impl Store {
    /// From now on uuids and objectIds are 1, 2, 3, … (for the test kit, in memory).
    fn _count_ids(&self) {
        self.core.count_ids();
    }

    /// Keeps the newest calls of this store's rooms (for the test kit); 0 = none.
    fn _keep_calls(&self, calls_max: usize) {
        if self.core.check_here().is_err() {
            return;
        }
        self.core.journal().keep(calls_max);
    }

    /// The calls that were kept: (room, call, users and keys, code or None, what else was answered).
    fn _calls<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.core.check_here().map_err(|error| raised(py, error))?;
        let lines = self.core.journal().lines().into_iter();
        built(
            py,
            &lines.map(|line| (line.room, line.op, line.about, line.code, line.told)).collect::<Vec<_>>(),
        )
    }

    /// Drops what was left behind before this moment (ms since 1970), as the store does by itself every minute.
    fn _sweep(&self, py: Python<'_>, before_ms: i64) -> PyResult<()> {
        enter_or_raise(py, &self.core, move |store| store.sweep(before_ms))
    }
}
