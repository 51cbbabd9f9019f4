//! The end of a store: its rooms end first, and all of their callbacks are called (clauses Q-4, D-1).

use super::Store;
use crate::py::context::{both, leave, with_context};
use crate::py::enter::{due, enter_briefly, enter_or_raise};
use crate::py::exit::running;
use crate::store;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

#[pymethods]
impl Store {
    /// Write again after a disk failed: fresh connections, under the same rooms and subscriptions.
    ///
    /// What was acknowledged before is proved to be on the disk first.
    /// Not needed after a full disk: the next write tries again. After a flush that failed, the next write does the
    /// same as this. Raises ``StoreError`` as long as the disk takes no writes, and for a file that was deleted or
    /// replaced: then ``open`` what is there now. On a server: connects anew.
    /// Clause C-6.
    fn reopen(&self, py: Python<'_>) -> PyResult<()> {
        enter_or_raise(py, &self.core, store::Store::reopen)
    }

    /// Close the rooms, flush, and let go of the files; closing twice is fine. Later calls raise ``StoreError``.
    ///
    /// What waits in its rooms is sent at once, as ``room.close()`` does. Raises what callbacks raised; the store is
    /// closed all the same. Inside a callback of one of its rooms, it is closed when the callback has ended.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        if self.core.check_here().is_err() {
            return Ok(());
        }
        let before = due();
        both(py, before, self.shut(py))
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _running = running(py);
        leave(py, self.close(py), exception)
    }
}

impl Store {
    /// Closes the rooms, then the store; at the end of the running callback, if one of the store's rooms runs it here.
    pub(in crate::py) fn shut(&self, py: Python<'_>) -> PyResult<()> {
        let (mut raised, mut inside): (Option<PyErr>, bool) = (None, false);
        for room in self.rooms().opened(py) {
            let room = room.get();
            let ended = room.shut(py, true);
            // The rooms around it are closed now, and the store when the callback has ended.
            inside |= matches!(ended, Ok(false));
            if let Err(error) = room.kept.raise(py, ended) {
                raised = Some(match raised {
                    None => error,
                    Some(first) => with_context(py, first, error.value(py)),
                });
            }
        }
        let was_heard = raised.as_ref().is_some_and(|raised| !raised.is_instance_of::<PyException>(py));
        let closed = match (inside, was_heard) {
            (true, _) => Ok(()),
            (false, false) => enter_or_raise(py, &self.core, store::Store::close),
            (false, true) => {
                let core = Arc::clone(&self.core);
                enter_briefly(py, core.is_remote(), move || core.close()).map(drop)
            }
        };
        both(py, raised.map_or(Ok(()), Err), closed)
    }
}
