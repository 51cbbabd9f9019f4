//! Lists: `c.list_add`, `c.list_modify`, `c.list_delete`, `score.list_query`, `score.list_query_by_uuid` (clauses L-1
//! to L-5). World lists are in `world.rs`.

use super::args::{Fields, container, int_from, not_accepted, uuid};
use super::committer::{Committer, Queued};
use super::enter::{enter, enter_or_raise};
use super::rows;
use super::score::Score;
use crate::calendar::Zone;
use crate::kinds::list::List;
use crate::kinds::{Entry, list};
use crate::store;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// An item with the time at which it was made (clause L-4).
fn row<'py>(py: Python<'py>, entry: &Entry, zone: Option<&Zone>) -> PyResult<Bound<'py, PyDict>> {
    let dict = rows::item(py, entry)?;
    let created = entry.1.created;
    match zone {
        Some(zone) => dict.set_item(intern!(py, "updatedAt"), zone.local(created))?,
        None => dict.set_item(intern!(py, "updatedAt"), created.div_euclid(1000))?,
    }
    Ok(dict)
}

impl Committer {
    pub(super) fn list(&self, world: bool) -> List {
        List { game: self.room.get().core.game(), world }
    }

    /// The uuid is handed out before the operation is queued, and stays valid whatever happens to the commit.
    pub(super) fn new_uuid(&self, py: Python<'_>) -> PyResult<i64> {
        enter_or_raise(py, self.room.get().core.store(), store::Store::new_id)
    }

    /// Queues a change of an item; its uuid as an int, however it was given (clause L-2).
    pub(super) fn queue_modify<'py>(
        &self,
        py: Python<'py>,
        name: &'static str,
        world: bool,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<i64> {
        let mut changed = 0;
        self.queue(py, name, &["uuid", "value"], fields, keywords, |fields| {
            let uuid = uuid(&fields.required(intern!(py, "uuid"))?, &"uuid")?;
            let value = container(&fields.required(intern!(py, "value"))?)?;
            fields.done()?;
            changed = uuid;
            let bytes = value.len;
            Ok(Queued { op: list::modify(self.list(world), uuid, value).into(), bytes })
        })?;
        Ok(changed)
    }

    pub(super) fn parse_delete(&self, fields: &Fields<'_>, py: Python<'_>, world: bool) -> PyResult<Queued> {
        let uuid = uuid(&fields.required(intern!(py, "uuid"))?, &"uuid")?;
        fields.done()?;
        Ok(Queued::free(list::delete(self.list(world), uuid)))
    }
}

#[pymethods]
impl Committer {
    /// Queue a new list item; returns its uuid (int64 > 0, never handed out twice) at once.
    ///
    /// The same commit may use the uuid, for example in other values.
    /// Fields: ``user_id``, ``key``, ``value`` (dict or list).
    /// Clause L-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., value=...)"
    )]
    fn list_add<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<i64> {
        let mut uuid = 0;
        self.queue(py, "list_add", &["user_id", "key", "value"], fields, keywords, |fields| {
            let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
            let value = container(&fields.required(intern!(py, "value"))?)?;
            fields.done()?;
            uuid = self.new_uuid(py)?;
            let bytes = value.len;
            Ok(Queued { op: list::add(self.list(false), user, key, 0, uuid, value).into(), bytes })
        })?;
        Ok(uuid)
    }

    /// Queue: replace the value of a list item; returns its uuid. An unknown uuid has no effect.
    ///
    /// An unknown uuid, one of a world list, and one of another game have no effect and are not errors.
    /// Fields: ``uuid`` (int or numeric str), ``value`` (dict or list).
    /// Clause L-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=..., value=...)"
    )]
    fn list_modify<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<i64> {
        self.queue_modify(py, "list_modify", false, fields, keywords)
    }

    /// Queue: delete a list item; an unknown uuid has no effect.
    ///
    /// A uuid of a world list, or of another game, has no effect either.
    /// Fields: ``uuid`` (int or numeric str).
    /// Clause L-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=...)"
    )]
    fn list_delete<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        self.queue(py, "list_delete", &["uuid"], fields, keywords, |fields| {
            self.parse_delete(fields, py, false)
        })
    }
}

#[pymethods]
impl Score {
    /// Read a list, the item that changed last first.
    ///
    /// A creation counts as a change. The order is that of the commits, whatever the clock says. Without ``limit``
    /// every item comes; lists of several users and keys are merged.
    /// Fields: ``user_id``, ``key`` (scalar or array); may be left out: ``timetype`` ("stamp": ``updatedAt`` in
    /// seconds), ``limit`` (int >= 1).
    /// Returns ``(0, [{uuid, user_id, key, value, updatedAt}, ...], None)``; ``updatedAt`` is the creation time.
    /// Clauses L-3, L-4.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., timetype=..., limit=...)"
    )]
    fn list_query<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields =
            Fields::new(py, "list_query", &["user_id", "key", "timetype", "limit"], fields, keywords)?;
        let (users, keys) = fields.users_and_keys()?;
        let stamp = match fields.optional(intern!(py, "timetype"))? {
            None => false,
            Some(given) if given.cast::<PyString>().is_ok_and(|text| text == "stamp") => true,
            Some(given) => return Err(not_accepted(&given, "timetype", "'stamp' is accepted")),
        };
        let limit =
            fields.optional(intern!(py, "limit"))?.map(|given| int_from(&given, &"limit", 1)).transpose()?;
        fields.done()?;
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.list_query(&users, &keys, limit))?;
        let zone = if stamp { None } else { Some(room.store().zone()) };
        self.answer(py, answer, |rows| rows::list(py, &rows, |py, entry| row(py, entry, zone)))
    }

    /// Read one list item: ``(0, [row] or [], None)``.
    ///
    /// ``[]`` if no item has this uuid. The row is that of ``list_query``.
    /// Fields: ``uuid`` (int or numeric str).
    /// Clause L-5.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=...)"
    )]
    fn list_query_by_uuid<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "list_query_by_uuid", &["uuid"], fields, keywords)?;
        let uuid = uuid(&fields.required(intern!(py, "uuid"))?, &"uuid")?;
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.list_by_uuid(false, uuid))?;
        let zone = Some(room.store().zone());
        self.answer(py, answer, |rows| rows::list(py, &rows, |py, entry| row(py, entry, zone)))
    }
}
