//! The achievements of one room: `room.achievement`, and what its callbacks get, with the texts of the codes 0 and 5
//! (clauses ).

use super::args::{callable, id, int_from, key, text};
use super::callback;
use super::exceptions::value_error;
use super::exit::running;
use super::room::Room;
use super::structured::built;
use super::value;
use crate::error::Code;
use crate::kinds::achievement::Progress;
use crate::names::{ACHIEVEMENT_GET, ACHIEVEMENT_SET};
use crate::request::Step;
use crate::request::achievement::{AchievementAsk, AchievementReply, AchievementRequest};
use crate::room::Room as Core;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBoolMethods, PyDict, PyList, PyString};
use serde::Serialize;
use std::sync::Arc;

/// The achievement component of one room: ``room.achievement``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Achievement {
    pub(super) room: Py<Room>,
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
        let (room, answered) = (self.room.get(), |nodes| answer(py, &AchievementReply::Data(nodes)));
        let find = |core: &Core| core.recall_achievements(player);
        if room.answer_at_once(callback.bind(py), ACHIEVEMENT_GET, find, answered)? {
            return Ok(());
        }
        let called =
            callback::RequestCallbacks { callback: Some(callback), getter: None, name: ACHIEVEMENT_GET };
        room.ask(py, called, |room| {
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

/// What the callback gets after a request that did not fail.
#[derive(Serialize)]
struct Answer<T> {
    code: i64,
    message: &'static str,
    details: &'static str,
    entity: T,
}

/// A player's data for one node, as a get shows it: mods get it often. To copy a dict that has the keys, and to set its
/// values, takes half as long as to make one.
fn data<'py>(py: Python<'py>, node: &str, progress: &Progress, total: i64) -> PyResult<Bound<'py, PyDict>> {
    static KEYS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let names = [
        intern!(py, "completed_at"),
        intern!(py, "extra"),
        intern!(py, "progress"),
        intern!(py, "version"),
        intern!(py, "achievement_id"),
        intern!(py, "max_progress"),
    ];
    let keys = KEYS.get_or_try_init(py, || {
        let keys = PyDict::new(py);
        names.iter().try_for_each(|name| keys.set_item(name, py.None())).map(|()| keys.unbind())
    })?;
    let data = keys.bind(py).copy()?;
    let [completed_at, extra, done, version, id, max] = names;
    data.set_item(completed_at, progress.completed_at)?;
    data.set_item(extra, &*progress.extra)?;
    data.set_item(done, progress.progress)?;
    data.set_item(version, progress.version)?;
    data.set_item(id, value::key(py, node))?;
    data.set_item(max, total)?;
    Ok(data)
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
            let one = |(node, progress, total): &(Arc<str>, Progress, i64)| data(py, node, progress, *total);
            let entity = PyList::new(py, nodes.iter().map(one).collect::<PyResult<Vec<_>>>()?)?;
            let answer = PyDict::new(py);
            answer.set_item(intern!(py, "code"), 0)?;
            answer.set_item(intern!(py, "message"), intern!(py, "正常返回"))?;
            answer.set_item(intern!(py, "details"), intern!(py, ""))?;
            answer.set_item(intern!(py, "entity"), entity)?;
            Ok(answer.into_any())
        }
    }
}
