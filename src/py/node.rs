//! Custom nodes: their part of `room.achievement` (clause A-9).

use super::achievement::Achievement;
use super::args::{id, int_from, key, optional_callable};
use super::callback;
use super::enter::enter_or_raise;
use super::exit::running;
use super::log::logger;
use super::value;
use crate::kinds::node::Node;
use crate::request::achievement::{AchievementAsk, AchievementRequest};
use crate::room::{Advance, By, NodeRefusal};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Arc;

impl Achievement {
    pub(super) fn node(&self, py: Python<'_>, node: &Arc<str>) -> PyResult<Option<Node>> {
        let node = node.clone();
        enter_or_raise(py, &self.room.get().core, move |room| {
            room.check_open()?;
            room.node(&node)
        })
    }

    /// Progress by `delta`, None = to the end; the calls are callback and getter.
    pub(super) fn advance(
        &self,
        py: Python<'_>,
        name: &'static str,
        player: i64,
        node: &Arc<str>,
        delta: Option<i64>,
        (callback, getter): (Option<Py<PyAny>>, Option<Py<PyAny>>),
    ) -> PyResult<bool> {
        let room = self.room.get();
        let by = if name == ENGINE { By::Engine } else { By::Mod { callback: callback.is_some() } };
        let of = node.clone();
        match enter_or_raise(py, &room.core, move |room| room.advance(player, &of, delta, by))? {
            Advance::Refused(refusal) => {
                log_refusal(py, name, player, node, &refusal)?;
                return Ok(false);
            }
            Advance::Counted => room.deliver(py)?,
            Advance::Send(mut ask) => {
                if let AchievementAsk::Set { with_extra, .. } = &mut ask {
                    *with_extra = getter.is_some();
                }
                room.ask(py, callback::RequestCallbacks { callback, getter, name }, |room| {
                    room.request_achievement(AchievementRequest::new(player, ask))
                })?;
            }
        }
        Ok(true)
    }
}

/// What the log calls progress that the engine counts.
pub(super) const ENGINE: &str = "the engine's count";

fn log_refusal(py: Python<'_>, name: &str, player: i64, node: &str, refusal: &NodeRefusal) -> PyResult<()> {
    let level = if refusal.is_mistake() { intern!(py, "warning") } else { intern!(py, "info") };
    let text = "%s: node '%s' of player %s: %s";
    logger(py)?.call_method1(level, (text, name, node, player, refusal.to_string()))?;
    Ok(())
}

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Achievement {
    /// Add ``delta`` (int > 0) to a player's progress on a custom node.
    ///
    /// Returns whether it was counted or sent; False for an unknown node (or one that no file defines), a complete one,
    /// one that waits for its parent (``depend_parent``), and a cloud node without ``callback``; the log says why.
    /// A node with ``is_cloud`` and ``auto_sent_cloud`` is sent: ``callback`` gets None or the dict of
    /// ``LobbySetAchievementStorage``, and answers code 5 as there; ``getExtra`` (no arguments, returns str) brings the
    /// extra. Any other node counts in this room, until it is closed, and calls neither.
    /// Clause A-9.
    #[pyo3(signature = (playerId, nodeId, delta, callback = None, getExtra = None))]
    fn AddNodeProgress(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
        delta: &Bound<'_, PyAny>,
        callback: Option<&Bound<'_, PyAny>>,
        getExtra: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let delta = int_from(delta, &"delta", 1)?;
        let calls = (optional_callable(callback, "callback")?, optional_callable(getExtra, "getExtra")?);
        self.advance(py, "AddNodeProgress", player, &node, Some(delta), calls)
    }

    /// Complete a custom node for a player: ``AddNodeProgress`` by what is missing.
    ///
    /// On a complete node it does nothing: False in the room, callback None from the cloud.
    /// Clause A-9.
    #[pyo3(signature = (playerId, nodeId, callback = None, getExtra = None))]
    fn SetNodeFinish(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
        callback: Option<&Bound<'_, PyAny>>,
        getExtra: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let calls = (optional_callable(callback, "callback")?, optional_callable(getExtra, "getExtra")?);
        self.advance(py, "SetNodeFinish", player, &node, None, calls)
    }

    /// Return what a custom node's file says, and the player's ``progress``; None for an unknown node.
    ///
    /// Only the fields that the file has. ``progress`` of a cloud node is what this room knows of it: from the cloud,
    /// when the player's data was last read, and from its own sets.
    /// Clause A-9.
    fn GetNodeDetailInfo<'py>(
        &self,
        py: Python<'py>,
        playerId: &Bound<'py, PyAny>,
        nodeId: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _running = running(py);
        let room = self.room.get();
        if room.hooks.is_forbidden() {
            return Err(PyRuntimeError::new_err(
                "GetNodeDetailInfo: not allowed inside AddServerPlayerEvent and ClientLoadAddonsFinishServerEvent",
            ));
        }
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let Some(node) = self.node(py, &node)? else { return Ok(None) };
        let info = value::decode(py, &node.value)?;
        let progress = enter_or_raise(py, &room.core, move |room| room.progress(player, &node))?;
        info.set_item(intern!(py, "progress"), progress)?;
        Ok(Some(info))
    }

    /// Return the ids of the nodes right below, in node order; [] for a leaf, None for an unknown node.
    ///
    /// Clause A-9.
    fn GetChildrenNode<'py>(
        &self,
        py: Python<'py>,
        nodeId: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let _running = running(py);
        let node = key(nodeId, &"nodeId")?;
        let children = enter_or_raise(py, &self.room.get().core, move |room| room.children(&node))?;
        children.map(|ids| PyList::new(py, ids.iter().map(|id| &**id))).transpose()
    }
}
