//! Which calls a fault hits.

use crate::error::Code;
use crate::fault::{Select, When};
use crate::py::args::{Given, id, int, int_from, key, not_accepted, text};
use pyo3::prelude::*;

/// The calls that have these names, users and keys.
pub(super) fn select(
    op: Option<&Bound<'_, PyAny>>,
    user: Option<&Bound<'_, PyAny>>,
    key_: Option<&Bound<'_, PyAny>>,
    room: Option<&Bound<'_, PyAny>>,
) -> PyResult<Select> {
    Ok(Select {
        op: op.map(|op| text(op, &"op")).transpose()?,
        user: user.map(|user| id(user, &"user_id")).transpose()?,
        key: key_.map(|given| key(given, &"key")).transpose()?.map(|key| key.to_string()),
        room: room.map(|room| text(room, &"room")).transpose()?,
    })
}

/// From the `nth` selected call on, `times` times; left out: once from the first; None: for ever.
pub(super) fn when(nth: Option<&Bound<'_, PyAny>>, times: &Given<'_>) -> PyResult<When> {
    let nth = nth.map_or(Ok(1), |nth| int_from(nth, &"nth", 1).map(i64::unsigned_abs))?;
    Ok(When::Nth(nth, times.count("times", 1)?))
}

/// A code that a call may fail with.
pub(super) fn code(given: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<Code> {
    let number = int(given, field)?;
    Code::injected(number).ok_or_else(|| not_accepted(given, field, "an int within int64 but 0 is accepted"))
}
