//! `open` and `Store`.

use super::achievement::Achievements;
use super::args::{any_text, not_accepted, text, unread};
use super::clock;
use super::closing;
use super::enter::{Part, due, enter_apart, enter_briefly, enter_here_or_raise, enter_or_raise};
use super::exceptions::{raised, store_error, unopened, value_error};
use super::exit::running;
use super::faults::Faults;
use super::reply;
use super::room::{Mode, Room};
use super::storage::StorageSettings;
use super::structured::built;
use crate::backend::{TARGETS, is_open, is_remote};
use crate::backup::Backup;
use crate::combine::Answers;
use crate::error::{Code, Error};
use crate::lock::{locked, try_locked};
use crate::room::RoomOptions;
use crate::store::{self, Durability, Options};
use crate::whole;
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyException, PyUserWarning};
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyTuple, PyWeakrefMethods, PyWeakrefReference};
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A store remembers at least so many rooms before it looks which of them are gone.
const ROOMS_MIN: usize = 64;

/// All data of one service. Made by ``open``; threads may share it.
#[pyclass(frozen, weakref, module = "cloudvars")]
pub(super) struct Store {
    pub(super) core: Part<store::Store>,
    clock: Py<PyAny>,
    /// Its rooms, as far as somebody has them: closing ends them.
    rooms: Mutex<Rooms>,
}

#[derive(Default)]
struct Rooms {
    made: Vec<Py<PyWeakrefReference>>,
    /// When there are so many, those that are gone are forgotten.
    most: usize,
}

impl Store {
    fn new(core: Arc<store::Store>, clock: Py<PyAny>) -> Self {
        Self { core: Part::new(core), clock, rooms: Mutex::default() }
    }

    /// Remembers a room, weakly.
    fn note(&self, room: &Bound<'_, Room>) -> PyResult<()> {
        let py = room.py();
        let weak = PyWeakrefReference::new(room)?.unbind();
        let mut rooms = locked(&self.rooms);
        rooms.made.push(weak);
        let mut gone = Vec::new();
        if rooms.made.len() > rooms.most {
            let all = std::mem::take(&mut rooms.made);
            (rooms.made, gone) = all.into_iter().partition(|weak| weak.bind(py).upgrade().is_some());
            rooms.most = (2 * rooms.made.len()).max(ROOMS_MIN);
        }
        drop(rooms);
        drop(gone);
        Ok(())
    }

    /// The rooms that somebody has, in the order in which they were opened.
    pub(super) fn open_rooms(&self, py: Python<'_>) -> Vec<Py<Room>> {
        let made: Vec<_> = locked(&self.rooms).made.iter().map(|weak| weak.clone_ref(py)).collect();
        let rooms = made.iter().filter_map(|weak| weak.bind(py).upgrade()?.cast_into::<Room>().ok());
        rooms.map(Bound::unbind).collect()
    }
}

impl Drop for Store {
    /// Nobody has the store or a room of it any more: its helper threads end.
    fn drop(&mut self) {
        self.core.retire();
    }
}

/// What a helper thread works on: it keeps the data open, and lets the store go.
#[pyclass(frozen, name = "_Core", module = "cloudvars")]
pub(super) struct Core {
    core: Part<store::Store>,
}

#[pymethods]
impl Core {
    /// Waits for news that are not `seen` (-1: does not wait): their number; None = closed, or somebody must look.
    fn await_news(&self, py: Python<'_>, seen: i64) -> PyResult<Option<i64>> {
        enter_or_raise(py, &self.core, move |store| Ok(store.await_news(seen)))
    }

    /// How many calls that are no commit may run side by side.
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

    /// Waits for answers of enqueued commits: a list of (number, list of Reply or exception); empty = closed, or nobody
    /// has the store any more.
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

/// An argument that was given, None included, or left out.
pub(super) struct Given<'py>(Option<Bound<'py, PyAny>>);

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(Some(given.to_owned())))
    }
}

impl Given<'_> {
    fn text(&self, field: &str, default: &str) -> PyResult<String> {
        self.0.as_ref().map_or_else(|| Ok(default.to_owned()), |given| text(given, &field))
    }

    fn bool(&self, field: &str, default: bool) -> PyResult<bool> {
        let Some(given) = &self.0 else { return Ok(default) };
        let flag =
            given.cast::<PyBool>().map_err(|_| not_accepted(given, field, "True or False is accepted"))?;
        Ok(flag.is_true())
    }
}

/// A path as text.
pub(super) fn path(target: &Bound<'_, PyAny>, field: &str, accepted: &str) -> PyResult<String> {
    let path = target.py().import("os")?.call_method1("fspath", (target,));
    let path = path.map_err(|_| not_accepted(target, field, accepted))?;
    text(&path, &field)
}

pub(super) fn durability(py: Python<'_>, given: &Given<'_>) -> PyResult<Durability> {
    match given.text("durability", "full")?.as_str() {
        "full" => Ok(Durability::Full),
        "normal" => Ok(Durability::Normal),
        "off" => Ok(Durability::Off),
        other => {
            let message = format!("durability: '{other}'; 'full', 'normal' or 'off' is accepted");
            Err(value_error(py, &message, Code::BadValue))
        }
    }
}

/// Warns of what keeps an engine from a promise.
pub(super) fn warn(py: Python<'_>, warnings: &[String]) -> PyResult<()> {
    for warning in warnings {
        let warning = CString::new(warning.as_str())?;
        PyErr::warn(py, &py.get_type::<PyUserWarning>(), &warning, 1)?;
    }
    Ok(())
}

/// Open a store: a path, ":memory:" (the default), or a server's URL.
///
/// ``"mysql://user:password@host:3306,host2:3306/database?timeout=20"`` is one store for several machines, on MariaDB,
/// Galera, MySQL or TiDB; the first host that works is taken. Options: ``connect-timeout``, ``read-timeout``,
/// ``lock-timeout``, ``timeout`` (seconds), ``ssl-mode``, ``ssl-ca``, ``ssl-cert``, ``ssl-key``, ``socket``, ``bus``
/// and ``bus-ca`` (a Redis that carries hints of news); docs/cluster.md explains them.
/// Warns (``UserWarning``) of what such a server cannot hold.
///
/// ``durability``: what an acknowledged commit survives: "full" a power cut, "normal" the end of the process (after a
/// power cut the file is sound, the last commits may be gone), "off" the end of the process only (C-6). On a file
/// "off" is the same as "normal": what others were promised with "full" is in the same file. On a server: "full"
/// refuses one whose settings may lose acknowledged commits.
/// ``clock``: where time comes from ("python": what ``time.time_ns()`` says, replaced or not);
/// ``timezone``: an IANA name; windows of counters end, and times are printed, in this zone (T-5);
/// ``game``: what rooms belong to that name no other.
/// ``readonly=True``: nothing is written and no file is made, neither on a medium that cannot be written nor beside a
/// process that writes, whose commits are seen at once; what writes raises ``StoreError``, and so does a file that
/// cannot be read without writing beside it.
///
/// Raises ``StoreError`` (no store, a newer schema, no permission, no server that can be used) and ``CloudValueError``.
#[pyfunction]
#[pyo3(
    signature = (target = Given(None), *, durability = Given(None), clock = None, timezone = Given(None), game = Given(None), readonly = Given(None)),
    text_signature = "(target=':memory:', *, durability='full', clock=None, timezone='Asia/Shanghai', game='default', readonly=False)"
)]
pub(super) fn open(
    py: Python<'_>,
    target: Given<'_>,
    durability: Given<'_>,
    clock: Option<Bound<'_, PyAny>>,
    timezone: Given<'_>,
    game: Given<'_>,
    readonly: Given<'_>,
) -> PyResult<Store> {
    let _running = running(py);
    let target = match &target.0 {
        None => ":memory:".to_owned(),
        Some(target) => path(target, "target", TARGETS)?,
    };
    let durability = self::durability(py, &durability)?;
    let clock = clock.map(clock::named).transpose()?;
    let options = Options {
        target,
        durability,
        clock: clock::given(clock.as_ref())?,
        timezone: timezone.text("timezone", "Asia/Shanghai")?,
        game: game.text("game", "default")?,
        readonly: readonly.bool("readonly", false)?,
    };
    let is_remote = is_remote(&options.target);
    let opened = enter_apart(py, is_remote, move || store::Store::open(&options))?;
    let core = opened.map_err(|refused| unopened(py, &refused))?;
    warn(py, &core.warnings())?;
    let clock = match clock {
        Some(clock) => clock.unbind(),
        None => Py::new(py, clock::SystemClock)?.into_any(),
    };
    Ok(Store::new(core, clock))
}

/// Writes a file as a whole or not at all: what was there stays if that fails, with ``StoreError``.
#[pyfunction]
#[pyo3(name = "_write_file")]
pub(super) fn write_file(py: Python<'_>, path: PathBuf, content: &[u8]) -> PyResult<()> {
    enter_here_or_raise(py, || whole::write(&path, content, is_open))
}

#[pymethods]
impl Store {
    /// Open a room: one running game session, with its own quota and subscriptions.
    ///
    /// Without limits nothing is counted: no reads, writes or bytes a minute, no 50 sets a second.
    /// ``name``: for people; ``game``: another game than the store's;
    /// ``delivery``: "inline" (callbacks run before the call returns) or "tick" (only ``room.tick()`` runs them; D-1);
    /// ``limits=False`` switches the quotas off, that of sets per second too.
    #[pyo3(signature = (name = None, *, game = None, delivery = Given(None), limits = Given(None)),
        text_signature = "($self, name=None, *, game=None, delivery='inline', limits=True)")]
    fn room<'py>(
        slf: Bound<'py, Self>,
        py: Python<'py>,
        name: Option<&Bound<'py, PyAny>>,
        game: Option<&Bound<'py, PyAny>>,
        delivery: Given<'py>,
        limits: Given<'py>,
    ) -> PyResult<Bound<'py, Room>> {
        let _running = running(py);
        let name = name.map_or_else(|| Ok("room".to_owned()), |name| text(name, &"name"))?;
        let game = game.map(|game| text(game, &"game")).transpose()?;
        let mode = match delivery.text("delivery", "inline")?.as_str() {
            "inline" => Mode::Inline,
            "tick" => Mode::Tick,
            other => {
                let message = format!("delivery: '{other}'; 'inline' or 'tick' is accepted");
                return Err(value_error(py, &message, Code::BadValue));
            }
        };
        let limits = limits.bool("limits", true)?;
        let options = RoomOptions { game, limits };
        let store = &slf.get().core;
        let core = enter_or_raise(py, store, {
            let store = Arc::clone(store);
            move |_| store.room(&name, &options)
        })?;
        let room = Bound::new(py, Room::new(core, slf.clone().unbind(), mode))?;
        slf.get().note(&room)?;
        Ok(room)
    }

    /// The clock that the store was opened with.
    #[getter]
    fn clock(&self, py: Python<'_>) -> Py<PyAny> {
        self.clock.clone_ref(py)
    }

    /// The achievement nodes of the store's game.
    #[getter]
    fn achievements(&self) -> Achievements {
        Achievements { store: Part::new(self.core.clone()) }
    }

    /// The lobby storage of the store's game.
    #[getter]
    fn storage(&self) -> StorageSettings {
        StorageSettings { store: Part::new(self.core.clone()) }
    }

    /// What is to go wrong, for tests.
    ///
    /// The failures, delays, duplicates and conflicts that a test causes on purpose.
    /// Clauses F-1 to F-4.
    #[getter]
    fn faults(&self) -> Faults {
        Faults { store: Part::new(self.core.clone()) }
    }

    /// Return all data as a dict, as ``json`` reads it; with ``path``, also write it there as text.
    ///
    /// The file is written as a whole, or what was there stays (``StoreError``: the disk is full, no permission); a new
    /// one is readable by its owner only.
    ///
    /// The same data gives the same text: a line for each row, in a fixed order. Int keys of values are written
    /// ``"#5"``. Not in it: subscriptions, faults, values that were published, how many sets the running second had.
    /// Clause F-7.
    #[pyo3(signature = (path = None))]
    fn dump<'py>(&self, py: Python<'py>, path: Option<PathBuf>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let text = enter_or_raise(py, &self.core, |store| {
            let text = store.dump()?;
            path.map_or(Ok(()), |path| whole::write(&path, text.as_bytes(), is_open))?;
            Ok(text)
        })?;
        super::value::plain(py, &text)
    }

    /// Fill this store with what ``dump`` gave: the dict, or the path of the text.
    ///
    /// Ids, versions and times stay; ids that were handed out before are not used again.
    /// Raises ``StoreError`` if the store holds data already, ``CloudValueError`` for what is no dump; then nothing is
    /// loaded. Nobody else may write meanwhile.
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

    /// Copy the store, as it is at one moment, into a new SQLite file: others read and write meanwhile.
    ///
    /// From memory, a file or a server. ``path``: where nothing is. ``progress(done, total)``: called with the rows
    /// that are there, of how many; the last call, ``(total, total)``, comes when the file is complete and flushed.
    /// What it raises ends the backup, and nothing is left. Raises ``StoreError``.
    /// Clause C-6.
    #[pyo3(signature = (path, progress = None))]
    fn backup(&self, py: Python<'_>, path: PathBuf, progress: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let _running = running(py);
        if let Some(given) = progress.as_ref().filter(|progress| !progress.is_callable()) {
            return Err(not_accepted(given, "progress", "a function is accepted"));
        }
        let mut backup = enter_here_or_raise(py, || Backup::start(&self.core, &path))?;
        let ended = loop {
            let told = match enter_here_or_raise(py, || backup.step()) {
                Ok(None) => continue,
                Ok(Some(told)) => told,
                Err(error) => break Err(error),
            };
            let heard = progress
                .as_ref()
                .map_or(Ok(()), |progress| progress.call1((told.done, told.total)).map(drop));
            match heard {
                Err(error) => break Err(error),
                Ok(()) if told.ended => break Ok(()),
                Ok(()) => {}
            }
        };
        // Until its thread has ended, and taken away what it began.
        let ended = ended.map(|()| backup.keep());
        enter_briefly(py, self.core.is_remote(), || {
            drop(backup);
            Ok(())
        })?;
        ended
    }

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
        closing::both(py, before, self.shut(py))
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _running = running(py);
        closing::leave(py, self.close(py), exception)
    }

    fn __repr__(&self) -> String {
        let closed = if self.core.is_closed() { ", closed" } else { "" };
        format!("<cloudvars.Store '{}'{closed}>", self.core.target())
    }

    /// Drops what was left behind before this moment (ms since 1970), as the store does by itself every minute.
    fn _sweep(&self, py: Python<'_>, before_ms: i64) -> PyResult<()> {
        enter_or_raise(py, &self.core, move |store| store.sweep(before_ms))
    }

    /// What a helper thread works on.
    fn _core(&self) -> Core {
        Core { core: Part::new(self.core.clone()) }
    }

    /// The time of the caller, for `_at`; None unless a store goes by Python's.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn _moment(&self, py: Python<'_>) -> PyResult<Option<i64>> {
        let _running = running(py);
        clock::moment_now(py)
    }

    /// Calls a function on this thread for a caller whose time that was.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn _at<'py>(&self, moment: Option<i64>, call: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        clock::at_moment(moment, call)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.clock)?;
        let Some(rooms) = try_locked(&self.rooms) else { return Ok(()) };
        rooms.made.iter().try_for_each(|room| visit.call(room))
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
