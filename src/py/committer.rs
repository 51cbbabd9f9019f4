//! `Committer`: operations are queued in call order and applied by `commit`, all or none (clauses C-1 to C-8).

mod cause;
mod queue;

pub(super) use cause::cause;
pub(super) use queue::{Queue, Queued};

use self::queue::used;
use super::args::Fields;
use super::enter::{enter, enter_here};
use super::exceptions::{commit_error, raised};
use super::exit::running;
use super::reply;
use super::room::Room;
use super::score::Score;
use super::warning::resource_warning;
use crate::error::{Error, Result};
use crate::lock::locked;
use crate::op::Op;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Mutex, MutexGuard};

/// One atomic commit in the making: ``score.get_commit()``.
///
/// Each operation takes one mapping, as in the lobby, or the same fields as keywords. Operations are queued in the
/// order of the calls. A malformed one raises; then further operations raise too, and ``commit()`` answers its code and
/// writes nothing (C-3). A committer is used once (C-5). ``with score.get_commit() as c:`` commits when the block ends,
/// raises ``CommitError`` on failure, and writes nothing if the block raises (C-8).
#[pyclass(frozen, subclass, module = "cloudvars")]
pub(super) struct Committer {
    pub(super) room: Py<Room>,
    queue: Mutex<Queue>,
}

impl Committer {
    pub(super) fn for_room(py: Python<'_>, room: &Py<Room>) -> PyResult<Self> {
        room.get().core.check_open().map_err(|error| raised(py, error))?;
        Ok(Self { room: room.clone_ref(py), queue: Mutex::default() })
    }

    fn held(&self) -> MutexGuard<'_, Queue> {
        locked(&self.queue)
    }

    /// Why nothing can be queued. The lock is not held while the exception is made: that may run any Python code.
    fn check(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let refused = self.held().refused(name);
        refused.map_or(Ok(()), |error| Err(to_raise(py, error)))
    }

    /// Queues one operation; one that could not be read, or got no uuid, poisons the committer (clause C-3).
    ///
    /// Reading the fields may run any Python code (`__index__`, a mapping's `__getitem__`), and lets other threads
    /// run. Whatever was queued meanwhile comes before; if the committer was committed meanwhile, this is refused.
    pub(super) fn queue<'py>(
        &self,
        py: Python<'py>,
        name: &'static str,
        accepted: &'static [&'static str],
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
        parse: impl FnOnce(&Fields<'py>) -> PyResult<Queued>,
    ) -> PyResult<()> {
        let _running = running(py);
        self.check(py, name)?;
        match Fields::new(py, name, accepted, fields, keywords).and_then(|fields| parse(&fields)) {
            Ok(queued) => {
                let refused = self.held().push(name, queued);
                refused.map_or(Ok(()), |error| Err(to_raise(py, error)))
            }
            Err(error) => {
                if let Some(cause) = cause(py, &error, name) {
                    self.held().poison(name, cause);
                }
                Err(error)
            }
        }
    }

    /// Whether it was committed or discarded.
    pub(super) fn is_used(&self) -> bool {
        self.held().used
    }

    /// Takes out what was queued since it was made or drained; it may be used again.
    pub(super) fn drain(&self) -> Result<(Vec<Op>, u64)> {
        let queue = std::mem::take(&mut *self.held());
        queue.into_ended()
    }

    /// Ends the committer: what is to be committed, or what was wrong with it.
    pub(super) fn take(&self, py: Python<'_>) -> PyResult<Result<(Vec<Op>, u64)>> {
        let taken = self.held().take();
        taken.ok_or_else(|| to_raise(py, used("commit")))
    }
}

/// A refusal of a committer, as it is raised.
fn to_raise(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Refused(refused) => commit_error(py, &refused.message, refused.code, refused.op),
        error => raised(py, error),
    }
}

#[pymethods]
impl Committer {
    #[new]
    fn new(py: Python<'_>, score: &Bound<'_, Score>) -> PyResult<Self> {
        Self::for_room(py, &score.get().room)
    }

    /// Apply all operations or none: ``(0, {}, None)`` once durable.
    ///
    /// All operations take effect together or none does. With ``durability="full"`` the commit survives a crash of the
    /// process and a power cut once this returns.
    /// On failure ``data`` is ``{"op": index from 0, "name": verb}``. Raises ``CommitError`` when used twice,
    /// ``StoreError`` when the disk fails.
    /// Clauses C-1, C-2, C-6.
    fn commit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let room = self.room.get();
        let answer = match self.take(py)? {
            Ok((ops, bytes)) => enter(py, &room.core, move |room| room.commit(ops, bytes))?,
            Err(error) => enter_here(py, || room.core.refused(error))?,
        };
        let reply = reply::of_commit(py, &answer)?;
        room.deliver_after(py);
        Ok(reply)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    /// Commit when the block ends; raise ``CommitError`` if that fails. An exception discards everything (C-8).
    fn __exit__(
        &self,
        py: Python<'_>,
        exception: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        // An explicit commit inside the block was the commit.
        let Some(taken) = self.held().take() else { return Ok(()) };
        if !exception.is_none() {
            return Ok(());
        }
        let room = self.room.get();
        let answer = match taken {
            Ok((ops, bytes)) => enter(py, &room.core, move |room| room.commit(ops, bytes))?,
            Err(error) => return Err(to_raise(py, error)),
        };
        if let Err(refused) = answer {
            return Err(commit_error(py, &refused.message, refused.code, refused.op));
        }
        // What a callback raises must not look as if the commit had failed.
        room.deliver_after(py);
        Ok(())
    }

    fn __repr__(&self) -> String {
        let queue = self.held();
        let what = match (&queue.poison, queue.used) {
            (_, true) => "committed",
            (Some(_), _) => "refused",
            _ => "open",
        };
        format!("<cloudvars.Committer {what}, {} operations>", queue.calls)
    }

    fn _used(&self) -> bool {
        self.is_used()
    }

    /// Ends the committer without a commit.
    fn _discard(&self) {
        self.held().used = true;
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.room)
    }

    /// Hands the commit to the serving thread under this number; a Reply if it was refused before.
    fn _enqueue<'py>(&self, py: Python<'py>, number: u64) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _running = running(py);
        let room = self.room.get();
        let answer = match self.take(py)? {
            Ok((ops, bytes)) => enter_here(py, || {
                room.core.count_write(bytes)?;
                room.core.store().enqueue(number, vec![ops])
            })?,
            Err(error) => enter_here(py, || room.core.refused(error).map(drop))?,
        };
        if answer.is_ok() { Ok(None) } else { reply::of_commit(py, &answer).map(Some) }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        let queue = self.held();
        let count = if queue.used || queue.poison.is_some() { 0 } else { queue.ops.len() };
        drop(queue);
        if count > 0 && self.room.get().core.check_open().is_ok() {
            let name = self.room.get().core.name();
            let ops = if count == 1 { "1 operation".to_owned() } else { format!("{count} operations") };
            resource_warning(&format!(
                "a committer of room '{name}' was dropped without commit(): its {ops} had no effect"
            ));
        }
    }
}
