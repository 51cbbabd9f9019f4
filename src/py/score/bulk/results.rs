//! What became of the rows of a bulk.

use crate::error::Refused;
use crate::py::reply;
use pyo3::intern;
use pyo3::prelude::*;

#[derive(Default)]
pub(super) struct Results {
    pub(super) stored: usize,
    failed: Vec<(usize, Py<PyAny>)>,
    uuids: Vec<Option<i64>>,
}

impl Results {
    /// The uuid of a row that is stored, or is to be stored.
    pub(super) fn note(&mut self, index: usize, uuid: Option<i64>) {
        if uuid.is_some() {
            self.uuids.resize(index, None);
            self.uuids.push(uuid);
        }
    }

    pub(super) fn fail(&mut self, py: Python<'_>, index: usize, refused: Refused) -> PyResult<()> {
        let reply = reply::of_commit(py, &Err::<(), _>(refused))?;
        self.failed.push((index, reply.unbind()));
        Ok(())
    }

    pub(super) fn fail_with(&mut self, index: usize, reply: Py<PyAny>) {
        self.failed.push((index, reply));
    }

    /// Nothing was stored: each of these rows fails with this Reply, unless it has failed by itself.
    pub(super) fn fail_all(&mut self, py: Python<'_>, rows: usize, reply: &Py<PyAny>) {
        let mut own = std::mem::take(&mut self.failed).into_iter().peekable();
        for index in 0..rows {
            let found = own.next_if(|(of, _)| *of == index);
            self.failed.push(found.unwrap_or_else(|| (index, reply.clone_ref(py))));
        }
    }

    /// The `BulkReport`. `uuids`: how many of them it has.
    pub(super) fn report<'py>(&self, py: Python<'py>, uuids: usize) -> PyResult<Bound<'py, PyAny>> {
        let failed = self.failed.iter().map(|(index, reply)| (*index, reply.clone_ref(py)));
        let mut failed: Vec<_> = failed.collect();
        failed.sort_unstable_by_key(|(index, _)| *index);
        // An atomic bulk that was ended by an exception has uuids of rows that are not stored.
        let mut all = if self.stored == 0 { Vec::new() } else { self.uuids.clone() };
        all.resize(uuids, None);
        let class = py.import(intern!(py, "cloudvars._bulk"))?.getattr(intern!(py, "BulkReport"))?;
        class.call1((self.stored, failed, all))
    }
}
