//! `score`: the calls that belong to no single kind. Each kind adds its own in its file.

mod bulk;
mod commit_many;
mod keyed;

pub(super) use bulk::Bulk;
pub(super) use keyed::{Asked, Keyed};

use super::args::{Fields, Given, id};
use super::committer::{self, Committer};
use super::enter::{at_once, due, enter};
use super::exit::running;
use super::reply;
use super::room::Room;
use super::value;
use crate::error::{self, Error, Refused};
use crate::interrupt;
use crate::room::Room as Core;
use pyo3::PyTraverseError;
use pyo3::exceptions::PyBlockingIOError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList};

/// The cloud variables of one room: ``room.score``.
///
/// Most calls take one mapping, as in the lobby, or the same fields as keywords: ``score.get(user_id=7, key="hp")``.
/// They return a ``Reply``, which is ``(error_code, data, err_msg)``. What depends on stored data or on the quota is a
/// code in it (see ``cloudvars.codes``); a malformed argument raises ``CloudValueError`` (G-1 to G-4).
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Score {
    pub(super) room: Py<Room>,
    /// Whether its reads by key wait for nothing, and raise `BlockingIOError` where they would have to.
    pub(super) at_once: bool,
}

impl Score {
    /// Makes a call that reads a row by its key: from memory, or as one that may wait.
    pub(super) fn read<T: Send + 'static>(
        &self,
        py: Python<'_>,
        call: impl Fn(&Core) -> error::Result<T> + Send + 'static,
    ) -> PyResult<Result<T, Refused>> {
        let room = &self.room.get().core;
        match at_once(py, || interrupt::at_once(|| call(room)))? {
            Some(answer) => Ok(answer),
            None => self.wait(py, call),
        }
    }

    /// Makes a call that memory could not answer, if this score may wait.
    fn wait<T: Send + 'static>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&Core) -> error::Result<T> + Send + 'static,
    ) -> PyResult<Result<T, Refused>> {
        if self.at_once {
            return Err(PyBlockingIOError::new_err("the answer is not in memory"));
        }
        enter(py, &self.room.get().core, call)
    }

    /// The end of every call: the Reply is built, then what is ready is delivered.
    pub(super) fn answer<'py, T>(
        &self,
        py: Python<'py>,
        answer: Result<T, Refused>,
        data: impl FnOnce(T) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let reply = reply::of(py, answer, data)?;
        self.room.get().deliver_after(py);
        Ok(reply)
    }
}

#[pymethods]
impl Score {
    /// Return a committer: its operations take effect together, at ``commit()``.
    ///
    /// Nobody sees any of the operations before ``commit()`` has returned code 0; then everybody sees all of them.
    /// Clause C-1.
    fn get_commit(&self, py: Python<'_>) -> PyResult<Committer> {
        due()?;
        committer::Committer::for_room(py, &self.room)
    }

    /// Commit independent committers, made durable together; each counts as one write.
    ///
    /// Returns a Reply for each, in order; each commit is all or nothing on its own. All are checked first: if one is
    /// of another room, was committed, or is not a committer, nothing is stored. If a commit meets a ``StoreError``,
    /// that is raised; its ``replies`` holds the Reply of each, with code -1 for those that met it.
    fn commit_many<'py>(
        &self,
        py: Python<'py>,
        committers: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let _running = running(py);
        commit_many::commit_many(py, &self.room, committers)
    }

    /// Make one operation of each row: ``score.bulk("money_add", frame)``. Each row is a commit of its own.
    ///
    /// ``verb``: an operation of a committer; ``rows``: mappings, a pandas or polars frame, an Arrow stream, or a table
    /// of ``store.tables``. The columns are the verb's fields. None, NaN, ``NaT`` and NA are fields left out. A column
    /// that the verb does not know is ignored in a table of ``store.tables``; other rows that have one fail.
    /// ``chunk``: so many rows are made durable together and count as one write of the room's quota.
    /// ``atomic=True``: all rows are one commit, or nothing is stored and every row fails.
    /// ``progress(done, total)``: called after each chunk with the number of rows that are dealt with, and of all
    /// rows, or None if that is not known. ``progress=True`` shows a bar.
    /// Returns a ``BulkReport``: ``done``, how many rows were stored; ``failed``, a list of ``(index, Reply)``;
    /// ``uuids``, of ``list_add`` and ``world_list_add``. A malformed row fails, and the others go on. What ends it,
    /// such as a ``StoreError`` or an exception of the rows, has the report so far as its ``report``.
    /// Clauses B-1 to B-4.
    #[pyo3(signature = (verb, rows, *, chunk = None, atomic = Given(None), progress = None),
        text_signature = "($self, verb, rows, *, chunk=1000, atomic=False, progress=None)")]
    fn bulk<'py>(
        &self,
        py: Python<'py>,
        verb: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
        chunk: Option<&Bound<'py, PyAny>>,
        atomic: Given<'py>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let report = Bulk::begin(py, &self.room, verb, rows, (chunk, &atomic, progress))?.run(py)?;
        self.room.get().deliver_after(py);
        Ok(report)
    }

    /// The same in parts (for asyncio).
    #[pyo3(signature = (verb, rows, *, chunk = None, atomic = Given(None), progress = None),
        text_signature = "($self, verb, rows, *, chunk=1000, atomic=False, progress=None)")]
    fn _bulk<'py>(
        &self,
        py: Python<'py>,
        verb: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
        chunk: Option<&Bound<'py, PyAny>>,
        atomic: Given<'py>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bulk> {
        let _running = running(py);
        Bulk::begin(py, &self.room, verb, rows, (chunk, &atomic, progress))
    }

    /// Hands the commits to the serving thread (for asyncio).
    fn _enqueue_many<'py>(
        &self,
        py: Python<'py>,
        number: u64,
        committers: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let _running = running(py);
        commit_many::enqueue_many(py, &self.room, number, committers)
    }

    /// Tell whether ``value`` can be stored: ``(0, length, None)``, or ``(code, None, reason)``.
    ///
    /// Storable are None, bool, int64, finite floats, str, lists, tuples, and dicts with str or int keys, up to 100
    /// containers deep.
    /// ``length`` is in bytes, as MessagePack with strings as bin. Never raises for a value; counts as nothing.
    /// Clause V-3.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, value=...)"
    )]
    fn test_cloud_value<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "test_cloud_value", &["value"], fields, keywords)?;
        let given = fields.given(intern!(py, "value"))?.unwrap_or_else(|| py.None().into_bound(py));
        fields.done()?;
        match value::encode(&given, "value") {
            Ok(value) => reply::success(py, value.len),
            Err(Error::Value { code, message }) => reply::failure(py, &Refused::new(code, message), None),
            Err(error) => Err(super::exceptions::raised(py, error)),
        }
    }

    /// Tell whether the user has joined a room of another game: ``(0, True or False, None)``.
    ///
    /// A user has played a game when ``room.player_join`` said so. All games of one store count as games of one author.
    /// Fields: ``user_id``.
    /// Clause O-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=...)"
    )]
    fn is_old_player<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "is_old_player", &["user_id"], fields, keywords)?;
        let user = id(&fields.required(intern!(py, "user_id"))?, &"user_id")?;
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.is_old_player(user))?;
        self.answer(py, answer, |old| Ok(PyBool::new(py, old).to_owned().into_any()))
    }

    /// The same, of which only the reads by key are called: they wait for nothing, and raise ``BlockingIOError`` where
    /// they would have to (for asyncio). None: this store never answers so.
    fn _at_once(&self, py: Python<'_>) -> Option<Self> {
        let room = &self.room;
        (!room.get().core.store().is_remote()).then(|| Self { room: room.clone_ref(py), at_once: true })
    }

    /// The same names, awaitable.
    #[getter]
    fn aio(slf: Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let _running = running(py);
        let room = slf.get().room.clone_ref(py);
        let known = &room.get().aio;
        let made = if let Some(made) = known.get() {
            made
        } else {
            let module = py.import(intern!(py, "cloudvars.aio"))?;
            let made = module.getattr(intern!(py, "AsyncScore"))?.call1((slf, &room))?.unbind();
            // If two threads make one, both get the first. It is made before, because a thread that waits in here may
            // hold the interpreter that the other one needs.
            known.get_or_init(|| made)
        };
        Ok(made.clone_ref(py))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.room)
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Score of room '{}'>", self.room.get().core.name())
    }
}
