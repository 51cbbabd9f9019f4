//! World data and world lists (clauses W-1 and W-2).

use super::args::{Fields, container, int, uuid};
use super::committer::{Committer, Queued};
use super::enter::enter;
use super::rows;
use super::score::Score;
use super::value;
use crate::calendar::iso_utc;
use crate::kinds::{Entry, list, world};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

fn world_id(fields: &Fields<'_>, py: Python<'_>) -> PyResult<i64> {
    int(&fields.required(intern!(py, "world_id"))?, &"world_id")
}

/// `{user_id, key, value}`
fn data_row<'py>(py: Python<'py>, (key, row): &Entry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "user_id"), key.owner)?;
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    if let Some(json) = &row.value {
        dict.set_item(intern!(py, "value"), value::decode(py, json)?)?;
    }
    Ok(dict)
}

/// A list's row with its world, and the creation time as ISO 8601 in UTC.
fn list_row<'py>(py: Python<'py>, entry: &Entry) -> PyResult<Bound<'py, PyDict>> {
    let dict = rows::item(py, entry)?;
    dict.set_item(intern!(py, "world_id"), entry.0.world)?;
    dict.set_item(intern!(py, "updatedAt"), iso_utc(entry.1.created))?;
    Ok(dict)
}

#[pymethods]
impl Committer {
    /// Queue: set a world's data; without ``value`` nothing changes.
    ///
    /// Without ``value`` no row is made either.
    /// Fields: ``user_id``, ``key``, ``world_id`` (int), ``value`` (dict or list).
    /// Clause W-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., world_id=..., value=...)"
    )]
    fn world_data_set<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(
            py,
            "world_data_set",
            &["user_id", "key", "value", "world_id"],
            fields,
            keywords,
            |fields| {
                let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
                let world = world_id(fields, py)?;
                let given = fields.optional(intern!(py, "value"))?;
                fields.done()?;
                let value = given.map(|given| container(&given)).transpose()?;
                let bytes = value.as_ref().map_or(0, |value| value.len);
                Ok(Queued { op: world::set(world::key(game, user, key, world), value).into(), bytes })
            },
        )
    }

    /// Queue a new world list item; returns its uuid at once.
    ///
    /// As ``list_add``, with ``world_id``: the uuid is an int64 above 0 and is never handed out twice.
    /// Fields: ``user_id``, ``key``, ``world_id`` (int), ``value`` (dict or list).
    /// Clauses W-1, L-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., world_id=..., value=...)"
    )]
    fn world_list_add<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<i64> {
        let mut uuid = 0;
        self.queue(
            py,
            "world_list_add",
            &["user_id", "key", "value", "world_id"],
            fields,
            keywords,
            |fields| {
                let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
                let world = world_id(fields, py)?;
                let value = container(&fields.required(intern!(py, "value"))?)?;
                fields.done()?;
                uuid = self.new_uuid(py)?;
                let bytes = value.len;
                Ok(Queued { op: list::add(self.list(true), user, key, world, uuid, value).into(), bytes })
            },
        )?;
        Ok(uuid)
    }

    /// Queue: replace the value of a world list item; returns its uuid.
    ///
    /// An unknown uuid has no effect, and neither has one of a plain list.
    /// Fields: ``uuid``, ``value`` (dict or list).
    /// Clauses W-1, L-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=..., value=...)"
    )]
    fn world_list_modify<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<i64> {
        self.queue_modify(py, "world_list_modify", true, fields, keywords)
    }

    /// Queue: delete a world list item.
    ///
    /// An unknown uuid has no effect.
    /// Fields: ``uuid``.
    /// Clause W-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=...)"
    )]
    fn world_list_delete<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        self.queue(py, "world_list_delete", &["uuid"], fields, keywords, |fields| {
            self.parse_delete(fields, py, true)
        })
    }
}

#[pymethods]
impl Score {
    /// Read a world's data: ``(0, [{user_id, key, value}] or [], None)``.
    ///
    /// ``[]`` if nothing was set under this user, key and world.
    /// Fields: ``user_id``, ``key``, ``world_id`` (int).
    /// Clause W-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., world_id=...)"
    )]
    fn world_data_get<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "world_data_get", &["user_id", "key", "world_id"], fields, keywords)?;
        let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
        let world = world_id(&fields, py)?;
        fields.done()?;
        let room = &self.room.get().core;
        let at = world::key(room.game(), user, key, world);
        let answer = self.read(py, move |room| room.world_data_get(&at))?;
        self.answer(py, answer, |rows| rows::list(py, &rows, data_row))
    }

    /// Read a world list, the item that changed last first, at most 1000 rows.
    ///
    /// As ``list_query``, with ``world_id``; lists and world lists do not see each other's uuids.
    /// Fields: ``user_id``, ``key``, ``world_id`` (int).
    /// Returns rows ``{uuid, user_id, key, world_id, value, updatedAt}``; ``updatedAt`` is the creation time, ISO 8601
    /// in UTC.
    /// Clause W-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., world_id=...)"
    )]
    fn world_list_query<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "world_list_query", &["user_id", "key", "world_id"], fields, keywords)?;
        let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
        let world = world_id(&fields, py)?;
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.world_list_query(user, &key, world))?;
        self.answer(py, answer, |rows| rows::list(py, &rows, list_row))
    }

    /// Read one world list item: ``(0, [row] or [], None)``.
    ///
    /// ``[]`` if no item of a world list has this uuid.
    /// Fields: ``uuid``.
    /// Clause W-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, uuid=...)"
    )]
    fn world_list_query_by_uuid<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "world_list_query_by_uuid", &["uuid"], fields, keywords)?;
        let uuid = uuid(&fields.required(intern!(py, "uuid"))?, &"uuid")?;
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.list_by_uuid(true, uuid))?;
        self.answer(py, answer, |rows| rows::list(py, &rows, list_row))
    }
}
