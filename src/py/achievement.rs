//! Cloud achievements: `store.achievements` and `room.achievement` (clauses ).

use super::args::{id, int_from, key, not_accepted, shown, text, unread};
use super::callback::{self, is_async};
use super::enter::{Part, enter_or_raise};
use super::exceptions::{raised, type_error, value_error};
use super::exit::running;
use super::node::log_totals;
use super::room::Room;
use super::structured::built;
use crate::error::Code;
use crate::kinds::achievement::Progress;
use crate::kinds::node::Node;
use crate::names::{ACHIEVEMENT_GET, ACHIEVEMENT_SET};
use crate::node_files::{csv, package};
use crate::request::Step;
use crate::request::achievement::{AchievementAsk, AchievementReply, AchievementRequest};
use crate::store::Store;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyString};
use serde::Serialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The achievement nodes of a store's game: ``store.achievements``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Achievements {
    pub(super) store: Part<Store>,
}

/// A node's texts as stored JSON.
fn about(title: &str, description: &str, prepic: &str, finpic: &str, rank: i64) -> Arc<str> {
    let texts = [("title", title), ("description", description), ("prepic", prepic), ("finpic", finpic)];
    let mut map: serde_json::Map<String, serde_json::Value> =
        texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    map.insert("rank".to_owned(), rank.into());
    serde_json::Value::Object(map).to_string().into()
}

#[pymethods]
impl Achievements {
    /// Define a node, or change it. ``total``: the progress that completes it, int >= 1 (default 1).
    ///
    /// Nodes are kept in the store, for each game; a set on an unknown node fails.
    /// Clause A-1.
    #[pyo3(signature = (node_id, *, total = None, title = "", description = "", prepic = "", finpic = "", rank = None))]
    #[expect(clippy::too_many_arguments, reason = "the columns of the node table")]
    fn define(
        &self,
        py: Python<'_>,
        node_id: &Bound<'_, PyAny>,
        total: Option<&Bound<'_, PyAny>>,
        title: &str,
        description: &str,
        prepic: &str,
        finpic: &str,
        rank: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _running = running(py);
        let node = key(node_id, &"node_id")?;
        let total = total.map_or(Ok(1), |total| int_from(total, &"total", 1))?;
        let rank = rank.map_or(Ok(0), |rank| super::args::int(rank, &"rank"))?;
        let value = about(title, description, prepic, finpic, rank);
        let found = enter_or_raise(py, &self.store, {
            let node = node.clone();
            move |store| store.nodes(&[node])
        })?;
        if found.iter().any(|node| node.custom.is_some()) {
            let message = format!("node_id: '{node}' is a custom node; change its JSON file instead");
            return Err(value_error(py, &message, Code::BadValue));
        }
        let node = Node { id: node, total, value, custom: None };
        enter_or_raise(py, &self.store, move |store| store.define_nodes(vec![node]))
    }

    /// Define the nodes of a NodeSetting.csv (GBK); returns how many.
    ///
    /// GBK, or UTF-8 with a byte order mark; the columns in any order. A file that cannot be read raises the
    /// ``OSError``.
    /// Raises ``CloudValueError`` that lists every malformed line by number; then nothing is loaded. A custom node
    /// stays what its file says.
    /// Clause A-1.
    fn load_csv(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        let _running = running(py);
        let bytes = std::fs::read(&path).map_err(|error| unread(&path, error))?;
        let nodes = csv::parse(&bytes).map_err(|defects| nothing_loaded(py, &path, &defects))?;
        let mut listed = Vec::with_capacity(nodes.len());
        for node in nodes {
            let id = crate::ident::key(&node.node_id, "NodeId").map_err(|error| raised(py, error))?;
            let value = about(&node.title, &node.description, &node.prepic, &node.finpic, node.rank);
            listed.push(Node { id, total: node.total, value, custom: None });
        }
        let count = listed.len();
        let custom = enter_or_raise(py, &self.store, Store::custom_nodes)?;
        log_totals(py, &custom, &listed)?;
        enter_or_raise(py, &self.store, move |store| store.define_nodes(listed))?;
        Ok(count)
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Achievements of '{}'>", self.store.target())
    }
}

/// Why a file or a folder was refused: all of its defects.
pub(super) fn nothing_loaded(py: Python<'_>, path: &Path, defects: &[impl Display]) -> PyErr {
    let lines: Vec<String> = defects.iter().map(|defect| format!("\n  {defect}")).collect();
    let message = format!("{}: nothing was loaded:{}", path.display(), lines.concat());
    value_error(py, &message, Code::BadValue)
}

/// The achievement component of one room: ``room.achievement``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Achievement {
    pub(super) room: Py<Room>,
}

pub(super) fn callable(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Py<PyAny>> {
    if !given.is_callable() {
        return Err(not_accepted(given, field, "a function is accepted"));
    }
    if is_async(given)? {
        let message = format!("{field}: {} is async; a plain function is accepted (S-9)", shown(given));
        return Err(type_error(given.py(), &message));
    }
    Ok(given.clone().unbind())
}

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Achievement {
    /// Fetch a player's data for all nodes; the callback gets a dict, or None.
    ///
    /// One entry for each node that the player has data for, sorted by node; None if the request failed.
    /// ``{"code": 0, "message", "details", "entity": [{achievement_id, completed_at, extra, max_progress, progress,
    /// version}, ...]}``; ``completed_at`` in seconds since 1970, 0 = not complete.
    /// Clause A-2.
    fn LobbyGetAchievementStorage(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        playerId: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let player = id(playerId, &"playerId")?;
        let called =
            callback::RequestCallbacks { callback: Some(callback), getter: None, name: ACHIEVEMENT_GET };
        self.room.get().ask(py, called, |room| {
            room.request_achievement(AchievementRequest::new(player, AchievementAsk::Get))
        })
    }

    /// Add ``delta`` (int > 0) to a player's progress; the callback gets a dict, or None.
    ///
    /// Progress stops at the total; on a complete node the callback gets None. Without a getter the set cannot
    /// conflict. An exception of a callback is logged, and raised by the next ``tick()``, call without a Reply, or
    /// ``close()``.
    /// ``{"code", "message", "details", "entity": {completed_at, extra, progress, version}}``: the data before.
    /// With ``getExtraData`` (no arguments, returns str) another room's set in between is a conflict: the callback gets
    /// code 5 and the latest data, and answers True to send again, with the extra of another call of the getter.
    /// A custom node with ``auto_sent_cloud`` is refused: the callback gets None.
    /// Clauses.
    #[pyo3(signature = (callback, playerId, nodeId, delta, getExtraData = None))]
    fn LobbySetAchievementStorage(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
        delta: &Bound<'_, PyAny>,
        getExtraData: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let player = id(playerId, &"playerId")?;
        let node = key(nodeId, &"nodeId")?;
        let delta = int_from(delta, &"delta", 1)?;
        let getter = getExtraData.map(|getter| callable(getter, "getExtraData")).transpose()?;
        let ask = AchievementAsk::Set { node, delta, with_extra: getter.is_some(), direct: true };
        let called = callback::RequestCallbacks { callback: Some(callback), getter, name: ACHIEVEMENT_SET };
        self.room.get().ask(py, called, |room| room.request_achievement(AchievementRequest::new(player, ask)))
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Achievement of room '{}'>", self.room.get().core.name())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.room)
    }
}

impl Room {
    /// Gives one step of an achievement request to the mod; returns how many callbacks ran.
    pub(super) fn give_achievement(&self, py: Python<'_>, step: Step<AchievementReply>) -> PyResult<usize> {
        match step {
            Step::Getter(number) => self
                .call_getter(py, number, extra, |extra| self.core.achievement_brought(number, extra))
                .map(|()| 0),
            Step::Callback(number, reply) => {
                let failed =
                    if let AchievementReply::Failed(reason) = &reply { Some(&**reason) } else { None };
                self.call_back(py, number, answer(py, &reply), failed, |returned| {
                    // Only True itself means "again" (clause A-6).
                    let again = returned.and_then(|returned| returned.cast::<PyBool>().ok());
                    self.core.achievement_answered(number, again.is_some_and(PyBoolMethods::is_true))
                })
            }
        }
    }
}

/// What a getter returned: a str (clause A-5).
fn extra(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Arc<str>> {
    let field = callback::getter_name(name);
    let given = given.cast::<PyString>().map_err(|_| {
        let type_name = given.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        let message = format!("{name}: {field} returned {type_name}; a str is accepted");
        value_error(given.py(), &message, Code::BadValue)
    })?;
    text(given, &field).map(Into::into)
}

/// What the callback gets, but for None.
#[derive(Serialize)]
struct Answer<T> {
    code: i64,
    message: &'static str,
    details: &'static str,
    entity: T,
}

/// A player's data for one node, as a get shows it.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    progress: &'a Progress,
    achievement_id: &'a str,
    max_progress: i64,
}

/// What the callback gets: None, or the code with its text and the data.
pub(super) fn answer<'py>(py: Python<'py>, reply: &AchievementReply) -> PyResult<Bound<'py, PyAny>> {
    const DONE: &str = "正常返回";
    match reply {
        AchievementReply::Failed(_) => Ok(py.None().into_bound(py)),
        AchievementReply::Stored(entity) => {
            built(py, &Answer { code: 0, message: DONE, details: "", entity })
        }
        AchievementReply::Conflict(entity) => {
            built(py, &Answer { code: 5, message: "操作冲突", details: "", entity })
        }
        AchievementReply::Data(nodes) => {
            let data = nodes.iter().map(|(node, progress, total)| Data {
                progress,
                achievement_id: node,
                max_progress: *total,
            });
            let entity = data.collect::<Vec<_>>();
            built(py, &Answer { code: 0, message: DONE, details: "", entity })
        }
    }
}

/// A row of a node table for the command line: (line, `PrePic`, `FinPic`).
type Pictures = (u64, String, String);

/// All that a NodeSetting.csv says about pictures, and all that the platform would refuse: (line, message).
#[pyfunction]
#[pyo3(name = "_examine_nodes")]
pub(super) fn examine_nodes(data: &[u8]) -> (Vec<Pictures>, Vec<(u64, String)>) {
    let examined = package::examine(data);
    let rows = examined.nodes.into_iter().map(|(line, node)| (line, node.prepic, node.finpic));
    (rows.collect(), examined.defects.into_iter().map(|defect| (defect.line, defect.message)).collect())
}
