//! `Committer`: operations are queued in call order and applied by `commit`, all or none (clauses C-1 to C-8).

use super::args::Fields;
use super::enter::{enter, enter_here, resource_warning};
use super::exceptions::{commit_error, raised};
use super::exit::running;
use super::reply;
use super::room::Room;
use super::score::Score;
use crate::error::{Code, Error, Reason, Refused, Result};
use crate::lock::locked;
use crate::op::Op;
use pyo3::PyTraverseError;
use pyo3::exceptions::PyException;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Mutex, MutexGuard};

/// One atomic commit in the making: ``score.get_commit()``.
///
/// Operations are queued in call order. A malformed one raises; then further operations raise too, and ``commit()``
/// answers its code and writes nothing (C-3). A committer is used once (C-5). ``with score.get_commit() as c:`` commits
/// on leaving, raises ``CommitError`` on failure, and discards on an exception (C-8).
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
    poison: Option<Error>,
    used: bool,
}

/// The `code` of a Python `StoreError`.
const STORE_ERROR: i64 = -1;

/// A commit has so many operations at most: about 1 GiB of memory while it runs.
const OPS_MAX: usize = 1 << 20;
/// And so many bytes of values, in a room without quotas too.
const BYTES_MAX: u64 = 512 << 20;

/// An operation, and the bytes that it moves (clause Q-2).
pub(super) struct Queued {
    pub(super) op: Op,
    pub(super) bytes: u64,
}

impl Queued {
    pub(super) fn free(op: impl Into<Op>) -> Self {
        Self { op: op.into(), bytes: 0 }
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

    /// Why nothing can be queued. The lock is not held while the exception is made: that may run any Python code.
    fn check(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let refused = self.state().refused(name);
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
                let refused = self.state().push(name, queued);
                refused.map_or(Ok(()), |error| Err(to_raise(py, error)))
            }
            Err(error) => {
                if let Some(cause) = cause(py, &error, name) {
                    self.state().poison(name, cause);
                }
                Err(error)
            }
        }
    }

    /// Whether it came to its end.
    pub(super) fn is_used(&self) -> bool {
        self.state().used
    }

    /// Ends the committer: what is to be committed, or what was wrong with it.
    pub(super) fn take(&self, py: Python<'_>) -> PyResult<Result<(Vec<Op>, u64)>> {
        let taken = self.state().take();
        taken.ok_or_else(|| to_raise(py, used("commit")))
    }
}

impl State {
    fn refused(&self, name: &str) -> Option<Error> {
        if self.used {
            return Some(used(name));
        }
        let earlier = |message: &str| format!("{name}: an earlier operation was refused: {message}");
        Some(match self.poison.as_ref()? {
            Error::Refused(refused) => {
                Error::Refused(Refused { message: earlier(&refused.message), ..refused.clone() })
            }
            error => {
                let unable = error.clone().into_unable();
                unable.reason.error(earlier(&unable.message))
            }
        })
    }

    /// Queues what was read, unless that is refused.
    fn push(&mut self, name: &'static str, queued: Queued) -> Option<Error> {
        let refused = self.refused(name);
        if refused.is_some() {
            return refused;
        }
        if let Some(message) = self.too_much(&queued) {
            self.poison(name, Refused::new(Code::TooLong, &*message).into());
            return Some(Error::Value { code: Code::TooLong, message: format!("{name}: {message}") });
        }
        self.calls += 1;
        self.ops.push(queued.op);
        self.bytes += queued.bytes;
        None
    }

    /// One commit is held in memory as a whole, whatever the quotas say.
    fn too_much(&self, queued: &Queued) -> Option<String> {
        let bytes = self.bytes.saturating_add(queued.bytes);
        if self.ops.len() >= OPS_MAX {
            Some(format!("the commit has {OPS_MAX} operations; more in one commit are not accepted"))
        } else if bytes > BYTES_MAX {
            Some(format!("with it the commit has {bytes} bytes; at most {BYTES_MAX} are accepted"))
        } else {
            None
        }
    }

    /// Nothing can be queued any more, and `commit` answers why. What was refused first is what counts.
    fn poison(&mut self, name: &'static str, cause: Error) {
        if self.used || self.poison.is_some() {
            return;
        }
        let index = self.calls;
        self.calls += 1;
        self.poison = Some(match cause {
            Error::Refused(refused) => Error::Refused(refused.at(index, name)),
            error => {
                let unable = error.into_unable();
                unable.reason.error(format!("op {index} ({name}): {unable}"))
            }
        });
    }

    fn take(&mut self) -> Option<Result<(Vec<Op>, u64)>> {
        if std::mem::replace(&mut self.used, true) {
            return None;
        }
        Some(match self.poison.take() {
            Some(error) => Err(error),
            None => Ok((std::mem::take(&mut self.ops), self.bytes)),
        })
    }
}

/// A refusal of a committer, as it is raised.
fn to_raise(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Refused(refused) => commit_error(py, &refused.message, refused.code, refused.op),
        error => raised(py, error),
    }
}

fn used(name: &str) -> Error {
    let message = format!("{name}: this committer was committed; get_commit() gives a new one");
    Error::Refused(Refused { code: Code::BadValue, message, op: None })
}

fn reason_of(store_error: &Bound<'_, PyAny>) -> Reason {
    let word = store_error.getattr(intern!(store_error.py(), "reason"));
    word.and_then(|word| word.extract::<String>()).map_or(Reason::Other, |word| Reason::named(&word))
}

/// What `commit` will answer for an operation that raised this: its own code, or that of a malformed argument.
/// `None` for what is no failure of the operation, such as Ctrl-C: it may be called again.
fn cause(py: Python<'_>, raised: &PyErr, name: &str) -> Option<Error> {
    if !raised.is_instance_of::<PyException>(py) {
        return None;
    }
    let value = raised.value(py);
    let message = value.to_string();
    // Some messages begin with the verb, and `at` says it too.
    let message = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&message);
    let code = value.getattr(intern!(py, "code")).and_then(|code| code.extract::<i64>()).unwrap_or(0);
    Some(match Code::failure(code) {
        None if code == STORE_ERROR => reason_of(value).error(message),
        code => Error::Refused(Refused::new(code.unwrap_or(Code::BadValue), message)),
    })
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
        let Some(taken) = self.state().take() else { return Ok(()) };
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

    /// Ends the committer without a commit.
    fn _discard(&self) {
        self.state().used = true;
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
        let state = self.state();
        let count = if state.used || state.poison.is_some() { 0 } else { state.ops.len() };
        drop(state);
        if count > 0 && self.room.get().core.check_open().is_ok() {
            let name = self.room.get().core.name();
            let ops = if count == 1 { "1 operation".to_owned() } else { format!("{count} operations") };
            resource_warning(&format!(
                "a committer of room '{name}' was dropped without commit(): its {ops} had no effect"
            ));
        }
    }
}
