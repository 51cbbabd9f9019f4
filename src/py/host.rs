//! What the host of a mod (whoever plays the engine around it) asks of `room.achievement`. The names are private.

use super::achievement::Achievement;
use super::args::{id, int_from, key};
use super::enter::enter_or_raise;
use super::exit::running;
use super::node::{ENGINE, optional};
use super::value;
use crate::lock::locked;
use crate::room;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

/// What the host left with a room.
#[derive(Default)]
pub(super) struct Hooks {
    completed: Mutex<Option<Py<PyAny>>>,
    forbidden: AtomicBool,
}

impl Hooks {
    pub(super) fn is_forbidden(&self) -> bool {
        self.forbidden.load(Ordering::Acquire)
    }

    pub(super) fn completed(&self) -> MutexGuard<'_, Option<Py<PyAny>>> {
        locked(&self.completed)
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(completed) = self.completed.try_lock() else { return Ok(()) };
        completed.as_ref().map_or(Ok(()), |hook| visit.call(hook))
    }

    pub(super) fn clear(&self) {
        if let Ok(mut completed) = self.completed.try_lock() {
            let gone = completed.take();
            drop(completed);
            drop(gone);
        }
    }
}

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Achievement {
    /// Calls ``fn(playerId, node)`` each time a custom node completes; None = nobody is called.
    fn _on_complete(&self, completed: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let completed = optional(completed, "fn")?;
        let before = std::mem::replace(&mut *self.room.get().hooks.completed(), completed);
        drop(before);
        Ok(())
    }

    /// Fetches a player's progress on all cloud nodes, as the engine does when their mods are loaded.
    fn _load_cloud(&self, py: Python<'_>, playerId: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let player = id(playerId, &"playerId")?;
        enter_or_raise(py, &self.room.get().core, move |room| room.load_cloud(player))
    }

    /// Every custom node's JSON by its id, in node order.
    fn _nodes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let _running = running(py);
        let dict = PyDict::new(py);
        for node in enter_or_raise(py, &self.room.get().core, room::Room::nodes)? {
            dict.set_item(&*node.id, value::decode(py, &node.value)?)?;
        }
        Ok(dict)
    }

    /// ``AddNodeProgress`` by the engine, for goals that count themselves: sent without callback and extra.
    fn _auto(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
        delta: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let delta = int_from(delta, &"delta", 1)?;
        self.advance(py, ENGINE, player, &node, Some(delta), (None, None))
    }

    /// While True, ``GetNodeDetailInfo`` raises ``RuntimeError``.
    fn _forbid(&self, forbidden: bool) {
        self.room.get().hooks.forbidden.store(forbidden, Ordering::Release);
    }

    /// A player's progress on a custom node, as far as this room knows; 0 for an unknown node.
    fn _progress(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
    ) -> PyResult<i64> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let Some(node) = self.node(py, &node)? else { return Ok(0) };
        enter_or_raise(py, &self.room.get().core, move |room| room.progress(player, &node))
    }
}
