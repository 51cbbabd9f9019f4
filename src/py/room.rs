//! `Room`: one running game session as Python sees it.

mod callback;
mod closing;
mod delivery;

use super::achievement::Achievement;
use super::args::id;
use super::callback::Callback;
use super::context::{both, leave};
use super::enter::{due, enter_or_raise};
use super::exit::running;
use super::hooks::Hooks;
use super::kept::Kept;
use super::log::logged;
use super::moment;
use super::part::Part;
use super::score::Score;
use super::shared::Shared;
use super::storage::Storage;
use super::store::Store;
use super::structured::built;
use super::turn::Turn;
use super::warning::resource_warning;
use crate::{quota, room};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, MutexGuard, OnceLock};

/// When callbacks run (clause D-1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Inline,
    Tick,
}

/// One running game session. Made by ``store.room``; callbacks run on the thread that uses it (D-1).
#[pyclass(frozen, weakref, module = "cloudvars")]
pub(super) struct Room {
    pub(super) core: Part<room::Room>,
    pub(super) store: Py<Store>,
    pub(super) mode: Mode,
    pub(super) shared: Arc<Shared>,
    pub(super) hooks: Hooks,
    pub(super) turn: Turn,
    /// The turn is held for a coroutine that the event loop awaits.
    pub(super) awaiting: AtomicBool,
    /// What callbacks raised during calls that have a Reply.
    pub(super) kept: Kept,
    /// Whether a callback closed the room, or the store.
    pub(super) ending: AtomicU8,
    /// The `AsyncScore` of this room, once `score.aio` was used.
    pub(super) aio: OnceLock<Py<PyAny>>,
}

impl Room {
    pub(super) fn new(core: room::Room, store: Py<Store>, mode: Mode) -> Self {
        Self {
            core: Part::new(Arc::new(core)),
            store,
            mode,
            shared: Arc::default(),
            hooks: Hooks::default(),
            turn: Turn::default(),
            awaiting: AtomicBool::new(false),
            kept: Kept::default(),
            ending: AtomicU8::new(0),
            aio: OnceLock::new(),
        }
    }

    pub(super) fn callbacks(&self) -> MutexGuard<'_, FxHashMap<u64, Callback>> {
        self.shared.callbacks()
    }

    /// Forgets the callbacks of these subscriptions and requests.
    pub(super) fn forget(&self, tokens: &[u64]) {
        for token in tokens {
            self.shared.remove(*token);
        }
    }
}

/// What `budget()` returns; `resets_in` in seconds.
#[derive(Serialize)]
struct Budget {
    reads: u32,
    writes: u32,
    bytes: u64,
    resets_in: f64,
}

#[pymethods]
impl Room {
    /// The cloud variables of this room.
    #[getter]
    fn score(slf: Bound<'_, Self>) -> Score {
        Score { room: slf.unbind(), at_once: false }
    }

    /// The achievement component of this room.
    #[getter]
    fn achievement(slf: Bound<'_, Self>) -> Achievement {
        Achievement { room: slf.unbind() }
    }

    /// The lobby storage as this room reaches it.
    #[getter]
    fn storage(slf: Bound<'_, Self>) -> Storage {
        Storage { room: slf.unbind() }
    }

    /// The room's name, for people.
    #[getter]
    fn name(&self) -> &str {
        self.core.name()
    }

    /// The name of the room's game: the store's, unless the room names another.
    #[getter]
    fn game(&self) -> &str {
        self.core.game_name()
    }

    /// Deliver what others sent, and in tick mode everything; returns how many callbacks ran.
    ///
    /// In tick mode this sends the requests that wait, calls getters and callbacks, and runs the retries that they ask
    /// for; what callbacks request waits for the next tick. In inline mode calls deliver as well, and ``tick`` delivers
    /// what other rooms and processes sent meanwhile. Callbacks are never nested.
    /// Raises what callbacks raised, now and during calls that have a Reply: the first exception, with the others as
    /// its ``__context__``. A room whose event loop runs delivers there: on another thread, this returns 0.
    /// Clause D-1.
    fn tick(&self, py: Python<'_>) -> PyResult<usize> {
        let _running = running(py);
        self.core.check_open().map_err(|error| super::exceptions::raised(py, error))?;
        self.deliver_tick(py)
    }

    /// Return what is left of the minute: ``{reads, writes, bytes, resets_in}``, the last in seconds.
    ///
    /// A minute begins with the first counted call: 300 reads, 300 writes, 48 MiB. ``resets_in`` is 60 when none has
    /// begun. With ``limits=False`` it always shows a full minute.
    /// Clause Q-3.
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        self.core.store().check_here().map_err(|error| super::exceptions::raised(py, error))?;
        moment::refresh(py)?;
        let quota::Budget { reads, writes, bytes, resets_in_ms } = self.core.budget();
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        built(py, &Budget { reads, writes, bytes, resets_in: resets_in_ms as f64 / 1000.0 })
    }

    /// Record that the user plays this room's game.
    ///
    /// ``is_old_player`` in rooms of other games is True from then on, also after the store is reopened.
    /// Clause O-1.
    fn player_join(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let user = id(user_id, &"user_id")?;
        enter_or_raise(py, &self.core, move |room| room.player_join(user))?;
        self.deliver(py)
    }

    /// End the user's channel subscriptions.
    ///
    /// Messages to the user wait for the next subscription.
    /// Clause S-5.
    fn player_leave(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let user = id(user_id, &"user_id")?;
        let ended = enter_or_raise(py, &self.core, move |room| room.player_leave(user))?;
        self.forget(&ended);
        self.deliver(py)
    }

    /// Send what waits, call the callbacks, end the room and its subscriptions. Closing twice is fine.
    ///
    /// Achievement and storage sets that wait for their second go at once; a code 5 is asked as usual, at most
    /// 100 times for one set. Raises what callbacks raised; the room is closed all the same. Inside a callback, the
    /// room ends when the callback has ended. A room that is dropped while requests wait warns (``ResourceWarning``).
    /// Clauses S-5, Q-4, A-8.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        if self.core.store().check_here().is_err() {
            return Ok(());
        }
        let before = due();
        let closed = self.shut(py, false).map(drop);
        both(py, before, self.kept.raise(py, closed))
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _running = running(py);
        leave(py, self.close(py), exception)
    }

    fn __repr__(&self) -> String {
        let closed = if self.core.check_open().is_err() { ", closed" } else { "" };
        format!("<cloudvars.Room '{}' of game '{}'{closed}>", self.core.name(), self.core.game_name())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _running = running(py);
        let core = &slf.get().core;
        let state = if core.check_open().is_err() { "closed" } else { "open" };
        let shown = (slf, core.name(), core.game_name(), state);
        py.import(intern!(py, "cloudvars._html"))?.call_method1(intern!(py, "room"), shown)
    }

    /// The store that the room belongs to.
    #[getter]
    fn store(&self, py: Python<'_>) -> Py<Store> {
        self.store.clone_ref(py)
    }

    /// Delivers a part of what is ready (for asyncio): what is to be done next, exceptions, a coroutine to await.
    fn _slice<'py>(&self, py: Python<'py>, most: usize) -> PyResult<delivery::Slice<'py>> {
        let _running = running(py);
        self.slice(py, most)
    }

    /// Sends one request, on a helper thread of asyncio; False: none can go.
    fn _send(&self, py: Python<'_>) -> PyResult<bool> {
        self.send_aside(py)
    }

    /// The coroutine was awaited; with what it raised, which is logged.
    #[pyo3(signature = (error = None))]
    fn _awaited(&self, py: Python<'_>, error: Option<Bound<'_, PyAny>>) {
        let _running = running(py);
        if let Some(error) = error {
            drop(logged(py, "a channel's callback", PyErr::from_value(error)));
        }
        if self.awaiting.swap(false, Ordering::AcqRel) {
            self.end_turn(py);
        }
    }

    /// Whether a coroutine function is subscribed (for asyncio).
    fn _needs_loop(&self) -> bool {
        self.needs_loop()
    }

    /// Whether calls are written down or made to fail (asyncio then takes the way that does both).
    fn _is_watched(&self) -> bool {
        self.core.is_watched()
    }

    /// Whether something may have to be delivered later (for asyncio).
    fn _may_deliver(&self) -> bool {
        self.core.check_open().is_ok() && self.may_deliver()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.store)?;
        visit.call(self.aio.get())?;
        if let Some(callbacks) = self.shared.try_callbacks() {
            for callback in callbacks.values() {
                callback.traverse(&visit)?;
            }
        }
        self.kept.traverse(&visit)?;
        self.hooks.traverse(&visit)
    }

    fn __clear__(&self) {
        let gone = self.shared.try_callbacks().map(|mut callbacks| std::mem::take(&mut *callbacks));
        drop(gone);
        self.kept.clear();
        self.hooks.clear();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.core.check_open().is_err() {
            return;
        }
        let waiting = self.core.waiting();
        if waiting > 0 {
            let name = self.core.name();
            resource_warning(&format!(
                "room '{name}' was dropped without close(): {waiting} requests that waited were not done"
            ));
        }
    }
}
