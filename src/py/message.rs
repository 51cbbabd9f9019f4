//! Stored messages: `score.message_send`, `message_query`, `message_modify_read`, `message_delete` (clauses
//! S-1 to S-3).

use super::args::{Fields, checked, flag, id, int, not_accepted, uuid};
use super::enter::enter;
use super::rows;
use super::score::Score;
use super::value;
use crate::calendar::Zone;
use crate::kinds::Entry;
use crate::kinds::message::{self, Query};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A row of `message_query`: the flags are 0 or 1.
fn row<'py>(py: Python<'py>, (key, row): &Entry, zone: &Zone) -> PyResult<Bound<'py, PyDict>> {
    let dict = rows::message(py, key, row)?;
    dict.set_item(intern!(py, "objectId"), key.id)?;
    dict.set_item(intern!(py, "read"), i64::from(message::read(row)))?;
    dict.set_item(intern!(py, "deleted"), i64::from(message::deleted(row)))?;
    dict.set_item(intern!(py, "createAt"), zone.local(row.created))?;
    Ok(dict)
}

fn read_filter(fields: &Fields<'_>, py: Python<'_>) -> PyResult<Option<bool>> {
    let Some(given) = fields.optional(intern!(py, "read"))? else { return Ok(None) };
    match int(&given, &"read") {
        Ok(1) => Ok(Some(true)),
        Ok(0 | 2) => Ok(Some(false)),
        _ => Err(not_accepted(&given, "read", "1 (read), 2 or 0 (unread) is accepted")),
    }
}

impl Score {
    fn change<'py>(&self, py: Python<'py>, op: message::Op) -> PyResult<Bound<'py, PyAny>> {
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.commit(vec![op.into()], 0))?;
        self.answer(py, answer, |_| Ok(PyDict::new(py).into_any()))
    }
}

#[pymethods]
impl Score {
    /// Send a stored message; durable when it returns.
    ///
    /// The message is kept until ``message_delete``, and delivered to the rooms that have subscribed to the target's
    /// channel.
    /// Fields: ``src_user_id``, ``key``, ``target_user_id``, ``value`` (storable); may be left out: ``read`` (0),
    /// ``deleted`` (0). Returns ``(0, {"objectId": int}, None)``; counts as one write.
    /// Clause S-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, src_user_id=..., key=..., target_user_id=..., value=..., read=..., deleted=...)"
    )]
    fn message_send<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(
            py,
            "message_send",
            &["src_user_id", "key", "target_user_id", "value", "read", "deleted"],
            fields,
            keywords,
        )?;
        let src = fields.id(intern!(py, "src_user_id"))?;
        let key = fields.key(intern!(py, "key"))?;
        let target = fields.id(intern!(py, "target_user_id"))?;
        let given = fields.required(intern!(py, "value"))?;
        let read = flag(fields.optional(intern!(py, "read"))?.as_ref(), &"read")?;
        let deleted = flag(fields.optional(intern!(py, "deleted"))?.as_ref(), &"deleted")?;
        fields.done()?;
        let value = checked(py, value::encode(&given, "value"))?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.message_send(target, key, src, read, deleted, value))?;
        self.answer(py, answer, |id| {
            let dict = PyDict::new(py);
            dict.set_item(intern!(py, "objectId"), id)?;
            Ok(dict.into_any())
        })
    }

    /// Read messages, oldest first, deleted ones never.
    ///
    /// In the order in which they were sent; ``createAt`` is in the store's time zone. Without ``read`` both read and
    /// unread ones come. Counts as one read.
    /// Fields: ``key``; may be left out: ``src_user_id``, ``target_user_id``, ``read`` (1 read; 2 or 0 unread).
    /// Returns rows ``{objectId, key, src_user_id, target_user_id, read, deleted, createAt, value}``.
    /// Clause S-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, key=..., src_user_id=..., target_user_id=..., read=...)"
    )]
    fn message_query<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(
            py,
            "message_query",
            &["key", "src_user_id", "target_user_id", "read"],
            fields,
            keywords,
        )?;
        let query = Query {
            key: fields.key(intern!(py, "key"))?,
            src: fields
                .optional(intern!(py, "src_user_id"))?
                .map(|given| id(&given, &"src_user_id"))
                .transpose()?,
            target: fields
                .optional(intern!(py, "target_user_id"))?
                .map(|given| id(&given, &"target_user_id"))
                .transpose()?,
            read: read_filter(&fields, py)?,
        };
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, move |room| room.message_query(&query))?;
        let zone = room.store().zone();
        self.answer(py, answer, |rows| rows::list(py, &rows, |py, entry| row(py, entry, zone)))
    }

    /// Mark a message read (1) or unread (0); an unknown id has no effect.
    ///
    /// A message that was set back to unread comes again at the next subscription, not under the present one.
    /// Fields: ``objectId``, ``new_read_value``.
    /// Returns ``(0, {}, None)``; counts as one write.
    /// Clause S-3.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, objectId=..., new_read_value=...)"
    )]
    fn message_modify_read<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields =
            Fields::new(py, "message_modify_read", &["objectId", "new_read_value"], fields, keywords)?;
        let id = uuid(&fields.required(intern!(py, "objectId"))?, &"objectId")?;
        let read = flag(Some(&fields.required(intern!(py, "new_read_value"))?), &"new_read_value")?;
        fields.done()?;
        self.change(py, message::mark(self.room.get().core.game(), id, read))
    }

    /// Delete a message; an unknown id has no effect.
    ///
    /// It is not delivered any more, and no query returns it.
    /// Fields: ``objectId``.
    /// Returns ``(0, {}, None)``; counts as one write.
    /// Clause S-3.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, objectId=...)"
    )]
    fn message_delete<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "message_delete", &["objectId"], fields, keywords)?;
        let id = uuid(&fields.required(intern!(py, "objectId"))?, &"objectId")?;
        fields.done()?;
        self.change(py, message::delete(self.room.get().core.game(), id))
    }
}
