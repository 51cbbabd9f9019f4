//! `Room`: one running game session as Python sees it.

use super::achievement::Achievement;
use super::args::id;
use super::clock;
use super::delivery::Callback;
use super::enter::enter_or_raise;
use super::host::Hooks;
use super::score::Score;
use super::storage::Storage;
use super::store::Store;
use crate::lock::locked;
use crate::room;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use rustc_hash::FxHashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard};

/// When callbacks run (clause D-1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Inline,
    Tick,
}

/// One running game session.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Room {
    pub(super) core: Arc<room::Room>,
    store: Py<Store>,
    pub(super) mode: Mode,
    pub(super) callbacks: Mutex<FxHashMap<u64, Callback>>,
    pub(super) hooks: Hooks,
    pub(super) delivering: AtomicBool,
    pub(super) missed: AtomicBool,
    /// The `AsyncScore` of this room, once `score.aio` was used.
    pub(super) aio: PyOnceLock<Py<PyAny>>,
}

impl Room {
    pub(super) fn new(core: room::Room, store: Py<Store>, mode: Mode) -> Self {
        Self {
            core: Arc::new(core),
            store,
            mode,
            callbacks: Mutex::default(),
            hooks: Hooks::default(),
            delivering: AtomicBool::new(false),
            missed: AtomicBool::new(false),
            aio: PyOnceLock::new(),
        }
    }

    pub(super) fn callbacks(&self) -> MutexGuard<'_, FxHashMap<u64, Callback>> {
        locked(&self.callbacks)
    }

    /// Forgets the callbacks of these subscriptions; they are dropped after the lock is.
    pub(super) fn forget(&self, tokens: &[u64]) {
        let gone: Vec<_> = tokens.iter().filter_map(|token| self.callbacks().remove(token)).collect();
        drop(gone);
    }
}

#[pymethods]
impl Room {
    /// The cloud variables of this room.
    #[getter]
    fn score(slf: Bound<'_, Self>) -> Score {
        Score { room: slf.unbind() }
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

    /// Deliver what others sent, and in tick mode everything; returns how many callbacks ran. Clause D-1.
    fn tick(&self, py: Python<'_>) -> PyResult<usize> {
        self.core.check_open().map_err(|error| super::exceptions::raised(py, error))?;
        self.deliver_tick(py)
    }

    /// What is left of the window: ``{reads, writes, bytes, resets_in}``, the last in seconds. Clause Q-3.
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        clock::refresh(py)?;
        let budget = self.core.budget();
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "reads"), budget.reads)?;
        dict.set_item(intern!(py, "writes"), budget.writes)?;
        dict.set_item(intern!(py, "bytes"), budget.bytes)?;
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        dict.set_item(intern!(py, "resets_in"), budget.resets_in_ms as f64 / 1000.0)?;
        Ok(dict)
    }

    /// Note that the user plays this room's game. Clause O-1.
    fn player_join(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<()> {
        let user = id(user_id, &"user_id")?;
        enter_or_raise(py, || self.core.player_join(user))?;
        self.deliver(py)
    }

    /// End the user's channel subscriptions. Clause S-5.
    fn player_leave(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<()> {
        let user = id(user_id, &"user_id")?;
        let ended = enter_or_raise(py, || self.core.player_leave(user))?;
        self.forget(&ended);
        self.deliver(py)
    }

    /// End the room and its subscriptions; closing twice is fine. Clause S-5.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        enter_or_raise(py, || {
            self.core.close();
            Ok(())
        })?;
        let gone = (std::mem::take(&mut *self.callbacks()), self.hooks.completed().take());
        drop(gone);
        Ok(())
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        let closed = if self.core.check_open().is_err() { ", closed" } else { "" };
        format!("<cloudvars.Room '{}' of game '{}'{closed}>", self.core.name(), self.core.game_name())
    }

    /// The store that the room belongs to.
    #[getter]
    fn store(&self, py: Python<'_>) -> Py<Store> {
        self.store.clone_ref(py)
    }

    /// Delivers whatever is ready (for asyncio); returns how many callbacks ran.
    fn _deliver(&self, py: Python<'_>) -> PyResult<usize> {
        self.deliver_ready(py)
    }

    /// Whether calls are written down or made to fail (asyncio then takes the way that does both).
    fn _is_watched(&self) -> bool {
        let store = self.core.store();
        store.faults().is_active() || store.journal().is_on()
    }

    /// Whether something may have to be delivered later (for asyncio).
    fn _may_deliver(&self) -> bool {
        self.core.check_open().is_ok() && self.core.may_deliver()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(callbacks) = self.callbacks.try_lock() {
            for callback in callbacks.values() {
                callback.traverse(&visit)?;
            }
        }
        self.hooks.traverse(&visit)
    }

    fn __clear__(&self) {
        if let Ok(mut callbacks) = self.callbacks.try_lock() {
            let gone = std::mem::take(&mut *callbacks);
            drop(callbacks);
            drop(gone);
        }
        self.hooks.clear();
    }
}
