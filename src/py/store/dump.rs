//! `store.dump`, `store.load` and `store.fork`: all of a store at once (clause F-7).

use super::Store;
use crate::backend::is_open;
use crate::py::args::{self, any_text, not_accepted};
use crate::py::clock;
use crate::py::enter::enter_or_raise;
use crate::py::exceptions::unread;
use crate::py::exit::running;
use crate::py::told::told;
use crate::py::value;
use crate::whole;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

#[pymethods]
impl Store {
    /// Return all data as a dict, as ``json`` reads it; with ``path``, also write it there as text.
    ///
    /// The file is written as a whole, or what was there stays (``StoreError``: the disk is full, no permission); a new
    /// one is readable by its owner only.
    ///
    /// The same data gives the same text: a line for each row, in a fixed order. Int keys of values are written
    /// ``"#5"``. It leaves out subscriptions, faults, published values, and how many sets the running second had.
    ///
    /// ``progress(done, total)``: called with how far it is, in rows, and the number of all rows; the last call,
    /// ``(total, total)``, comes when the dict, and the file, are there. An exception that it raises before that ends
    /// the work, and changes no file. ``progress=True`` shows a bar.
    /// Clause F-7, R-8.
    #[pyo3(signature = (path = None, progress = None))]
    fn dump<'py>(
        &self,
        py: Python<'py>,
        path: Option<PathBuf>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let write = move |text: String| {
            path.map_or(Ok(()), |path| whole::write(&path, text.as_bytes(), is_open)).map(|()| text)
        };
        let Some(progress) = args::progress(progress.as_ref(), "dump")? else {
            let text = enter_or_raise(py, &self.core, |store| store.dump(None).and_then(write))?;
            return value::plain(py, &text);
        };
        let store = Arc::clone(&self.core);
        let (text, rows) = told(py, &progress, move |far| {
            let rows = Cell::new(0);
            let text = store.dump(Some(&|done, total| {
                rows.set(total);
                far.at(done, total);
            }))?;
            far.ends()?;
            Ok((write(text)?, rows.get()))
        })?;
        let dumped = value::plain(py, &text)?;
        progress.call1(py, (rows, rows))?;
        Ok(dumped)
    }

    /// Fill this store with what ``dump`` gave: the dict, or the path of the text.
    ///
    /// Ids, versions and times stay; ids that were handed out before are not used again.
    /// Raises ``StoreError`` if the store holds data already, ``CloudValueError`` for anything that is not a dump;
    /// then nothing is loaded. Nobody else may write meanwhile.
    /// Clause F-7.
    fn load(&self, py: Python<'_>, source: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let text = if source.is_instance_of::<PyDict>() {
            let dumped =
                py.import(intern!(py, "cloudvars._dump"))?.call_method1(intern!(py, "text"), (source,));
            let refused = |error: PyErr| {
                let wrong = error.is_instance_of::<PyException>(py);
                if wrong { not_accepted(source, "source", "what dump() gave is accepted") } else { error }
            };
            any_text(&dumped.map_err(refused)?, &"source")?
        } else {
            let path = py.import(intern!(py, "os"))?.call_method1(intern!(py, "fspath"), (source,));
            let path = path.map_err(|_| not_accepted(source, "source", "a dict or a path is accepted"))?;
            let path = path.extract::<PathBuf>()?;
            std::fs::read_to_string(&path).map_err(|error| unread(&path, error))?
        };
        enter_or_raise(py, &self.core, move |store| store.load(&text))
    }

    /// Return a copy of all data, in memory, that shares nothing with this store, ``ManualClock`` included.
    ///
    /// Rooms and faults are not copied.
    /// Clause F-7.
    fn fork(&self, py: Python<'_>) -> PyResult<Self> {
        let _running = running(py);
        let clock = clock::twin(self.clock.bind(py))?;
        let given = clock::given(Some(&clock))?;
        let core = enter_or_raise(py, &self.core, |store| store.fork(given))?;
        Ok(Self::new(core, clock.unbind()))
    }
}
