//! What the helper threads of a store work on.

use crate::combine::Answers;
use crate::error::Error;
use crate::py::enter::enter_or_raise;
use crate::py::exceptions::store_error;
use crate::py::exit::running;
use crate::py::part::Part;
use crate::py::reply;
use crate::store;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// What a helper thread works on. It keeps the data open, but does not keep the `Store` alive.
#[pyclass(frozen, name = "_Core", module = "cloudvars")]
pub(in crate::py) struct Core {
    pub(super) core: Part<store::Store>,
}

#[pymethods]
impl Core {
    /// Waits for news that are not `seen` (-1: does not wait): their number; None = closed, or somebody must look.
    fn await_news(&self, py: Python<'_>, seen: i64) -> PyResult<Option<i64>> {
        enter_or_raise(py, &self.core, move |store| Ok(store.await_news(seen)))
    }

    /// How many calls other than commits may run side by side.
    fn readers(&self) -> usize {
        self.core.readers()
    }

    /// How many threads may serve side by side.
    fn writers(&self) -> usize {
        self.core.writers()
    }

    /// Has the serving thread fetch ids, if there are none.
    fn fetch_ids(&self) {
        self.core.fetch_ids();
    }

    /// Waits for answers of enqueued commits: a list of (number, list of Reply or exception); empty = the store was
    /// closed, or is no longer used.
    fn serve<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let _running = running(py);
        let answered = enter_or_raise(py, &self.core, |store| Ok(store.serve()))?;
        let list = PyList::empty(py);
        for (number, answers) in answered {
            list.append((number, replies(py, answers)?))?;
        }
        Ok(list)
    }
}

fn replies(py: Python<'_>, answers: Answers) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for answer in answers {
        match answer {
            Err(Error::Refused(refused)) => list.append(reply::of_commit(py, &Err::<(), _>(refused))?)?,
            Ok(_) => list.append(reply::of_commit(py, &Ok(()))?)?,
            Err(error) => list.append(store_error(py, &error.into_unable()).into_value(py))?,
        }
    }
    Ok(list)
}
