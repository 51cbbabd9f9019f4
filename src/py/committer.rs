//! `Committer`: operations are queued in call order and applied by `commit`, all or none (clauses C-1 to C-8).

use super::args::Fields;
use super::enter::enter;
use super::exceptions::{commit_error, raised};
use super::reply;
use super::room::Room;
use super::score::Score;
use crate::error::{Code, Fault};
use crate::lock::locked;
use crate::op::Op;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Mutex, MutexGuard};

/// One atomic commit in the making.
#[pyclass(frozen, subclass, module = "cloudvars")]
pub(super) struct Committer {
    pub(super) room: Py<Room>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ops: Vec<Op>,
    bytes: u64,
    calls: usize,
    poison: Option<Fault>,
    used: bool,
}

/// An operation, and the bytes that it moves (clause Q-2).
pub(super) struct Queued {
    pub(super) op: Op,
    pub(super) bytes: u64,
}

impl Queued {
    pub(super) const fn free(op: Op) -> Self {
        Self { op, bytes: 0 }
    }
}

impl Committer {
    pub(super) fn for_room(py: Python<'_>, room: &Py<Room>) -> PyResult<Self> {
        room.get().core.check_open().map_err(|error| raised(py, error))?;
        Ok(Self { room: room.clone_ref(py), state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    fn refused(&self, py: Python<'_>, name: &str) -> Option<PyErr> {
        let state = self.state();
        if state.used {
            let message = format!("{name}: this committer was committed; get_commit() gives a new one");
            return Some(commit_error(py, &message, Code::BadValue, None));
        }
        let poison = state.poison.as_ref()?;
        let message = format!("{name}: an earlier operation was refused: {}", poison.message);
        Some(commit_error(py, &message, poison.code, poison.op))
    }

    /// Queues one operation; what it does not accept poisons the committer (clause C-3).
    pub(super) fn queue<'py>(
        &self,
        py: Python<'py>,
        name: &'static str,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
        parse: impl FnOnce(&Fields<'py>) -> PyResult<Queued>,
    ) -> PyResult<()> {
        if let Some(error) = self.refused(py, name) {
            return Err(error);
        }
        let queued = Fields::new(py, name, fields, keywords).and_then(|fields| parse(&fields));
        let mut state = self.state();
        let index = state.calls;
        state.calls += 1;
        match queued {
            Ok(queued) => {
                state.ops.push(queued.op);
                state.bytes += queued.bytes;
                Ok(())
            }
            Err(error) => {
                let code =
                    error.value(py).getattr(intern!(py, "code")).and_then(|code| code.extract::<i64>());
                let code = if code.is_ok_and(|code| code == Code::TooLong as i64) {
                    Code::TooLong
                } else {
                    Code::BadValue
                };
                let message = error.value(py).to_string();
                // Some messages begin with the verb, and `at` says it too.
                let message =
                    message.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&message);
                state.poison.get_or_insert(Fault::new(code, message).at(index, name));
                Err(error)
            }
        }
    }

    /// Whether it came to its end.
    pub(super) fn is_used(&self) -> bool {
        self.state().used
    }

    /// Ends the committer: what is to be committed, or what was wrong with it.
    pub(super) fn take(&self, py: Python<'_>) -> PyResult<Result<(Vec<Op>, u64), Fault>> {
        let mut state = self.state();
        if state.used {
            let message = "commit: this committer was committed; get_commit() gives a new one";
            return Err(commit_error(py, message, Code::BadValue, None));
        }
        state.used = true;
        match state.poison.take() {
            Some(fault) => Ok(Err(fault)),
            None => Ok(Ok((std::mem::take(&mut state.ops), state.bytes))),
        }
    }
}

#[pymethods]
impl Committer {
    #[new]
    fn new(py: Python<'_>, score: &Bound<'_, Score>) -> PyResult<Self> {
        Self::for_room(py, &score.get().room)
    }

    /// Apply all operations or none: ``(0, {}, None)`` once durable. Clauses C-1, C-2, C-6.
    ///
    /// On failure ``data`` is ``{"op": index from 0, "name": verb}``. Raises ``StoreError`` when the disk fails.
    fn commit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let room = self.room.get();
        let answer = match self.take(py)? {
            Ok((ops, bytes)) => enter(py, || room.core.commit(ops, bytes))?,
            Err(fault) => enter(py, || room.core.refused(fault))?,
        };
        let reply = reply::of_commit(py, &answer)?;
        room.deliver(py)?;
        Ok(reply)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    /// Commits on leaving; discards on an exception (clause C-8).
    fn __exit__(
        &self,
        py: Python<'_>,
        exception: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if self.state().used {
            return Ok(());
        }
        if !exception.is_none() {
            self.state().used = true;
            return Ok(());
        }
        let room = self.room.get();
        let answer = match self.take(py)? {
            Ok((ops, bytes)) => enter(py, || room.core.commit(ops, bytes))?,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = answer {
            return Err(commit_error(py, &fault.message, fault.code, fault.op));
        }
        room.deliver(py)
    }

    fn __repr__(&self) -> String {
        let state = self.state();
        let what = match (&state.poison, state.used) {
            (_, true) => "committed",
            (Some(_), _) => "refused",
            _ => "open",
        };
        format!("<cloudvars.Committer {what}, {} operations>", state.calls)
    }

    fn _used(&self) -> bool {
        self.is_used()
    }

    /// Hands the commit to the serving thread under this number; a Reply if it was refused before.
    fn _enqueue<'py>(&self, py: Python<'py>, number: u64) -> PyResult<Option<Bound<'py, PyAny>>> {
        let room = self.room.get();
        let answer = match self.take(py)? {
            Ok((ops, bytes)) => enter(py, || {
                room.core.count_write(bytes)?;
                room.core.store().enqueue(number, vec![ops])
            })?,
            Err(fault) => enter(py, || room.core.refused(fault).map(drop))?,
        };
        if answer.is_ok() { Ok(None) } else { reply::of_commit(py, &answer).map(Some) }
    }
}
