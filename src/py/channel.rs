//! Live messages: `subscribe_channel`, `subscribe_message`, `publish_message` (clauses S-4 to S-7).

use super::args::{checked, id, is_async, key, not_accepted, shown, text};
use super::callback::Callback;
use super::enter::enter_or_raise;
use super::exceptions::{type_error, value_error};
use super::exit::running;
use super::score::Score;
use super::value;
use crate::channel::Shape;
use crate::error::Code;
use crate::key;
use crate::kinds::message::mailbox;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

const ACCEPTED: &str = "a function, or {'ok': function}, is accepted";

/// The function in `{"ok": fn}`, or the function itself. The lobby's `error` and `timeout` are never called.
fn function(given: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let found = match given.cast::<PyDict>() {
        Err(_) => given.clone(),
        Ok(dict) => {
            for name in dict.keys() {
                if !["ok", "error", "timeout"].contains(&text(&name, &"callbacks")?.as_str()) {
                    return Err(not_accepted(&name, "callbacks", ACCEPTED));
                }
            }
            dict.get_item(intern!(given.py(), "ok"))?
                .ok_or_else(|| not_accepted(given, "callbacks", ACCEPTED))?
        }
    };
    if found.is_callable() { Ok(found.unbind()) } else { Err(not_accepted(given, "callbacks", ACCEPTED)) }
}

/// The user whose messages are subscribed.
fn player(given: &Bound<'_, PyAny>) -> PyResult<i64> {
    if given.is_none() {
        let message =
            "player: None; a user id is accepted: the document allows nil without saying what it means";
        return Err(value_error(given.py(), message, Code::BadValue));
    }
    id(given, &"player")
}

fn channel_name(given: &Bound<'_, PyAny>) -> PyResult<Arc<str>> {
    let name = text(given, &"channel_name")?;
    checked(given.py(), key::channel(&name, "channel_name"))
}

impl Score {
    fn subscribe(&self, py: Python<'_>, shape: Shape, channel: &str, callback: Py<PyAny>) -> PyResult<bool> {
        let room = self.room.get();
        let is_async = is_async(callback.bind(py))?;
        if is_async && !room.has_loop(py)? {
            let message = format!(
                "callbacks: {} is async; it is accepted in a room that is used through score.aio (S-9)",
                shown(callback.bind(py))
            );
            return Err(type_error(py, &message));
        }
        let (shared, channel) = (room.shared.clone(), channel.to_owned());
        let subscribed = enter_or_raise(py, &room.core, move |core| {
            // First the callback, because messages may come as soon as there is a subscription.
            let token = core.store().new_token();
            shared.insert(token, Callback::Channel(callback, is_async));
            let subscribed = core.subscribe(token, shape, &channel);
            if !matches!(subscribed, Ok(true)) {
                shared.remove(token);
            }
            subscribed
        })?;
        room.deliver(py)?;
        Ok(subscribed)
    }

    fn unsubscribe(&self, py: Python<'_>, channel: &str) -> PyResult<bool> {
        let room = self.room.get();
        let channel = channel.to_owned();
        let token = enter_or_raise(py, &room.core, move |core| core.unsubscribe(&channel))?;
        room.forget(token.as_slice());
        room.deliver(py)?;
        Ok(token.is_some())
    }
}

#[pymethods]
impl Score {
    /// Receive messages to ``player`` under ``key``: unread ones first, then each new one.
    ///
    /// A message that was not marked read comes again at the next subscription. A second subscription of the same
    /// channel returns False, and the first callback stays. ``player`` None is refused.
    /// ``callbacks`` is ``{"ok": fn}`` or ``fn``; it gets
    /// ``{src_user_id, target_user_id, key, read, value, message_id}``. A coroutine function is awaited, one message
    /// after the other, in a room that is used through ``score.aio``; elsewhere it raises ``CloudTypeError`` (S-9).
    /// Returns False if this room has the channel already.
    /// Clause S-4.
    fn subscribe_channel(
        &self,
        py: Python<'_>,
        player: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        callbacks: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let shape = Shape::Mailbox { player: self::player(player)?, key: self::key(key, &"key")? };
        let callback = function(callbacks)?;
        self.subscribe(py, shape, "", callback)
    }

    /// End the subscription; returns whether there was one.
    ///
    /// Messages that wait are not delivered any more. ``room.player_leave`` ends all of a player's subscriptions,
    /// ``room.close`` all of the room.
    /// Clause S-5.
    fn unsubscribe_channel(
        &self,
        py: Python<'_>,
        player: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let channel = mailbox(self::player(player)?, &self::key(key, &"key")?);
        self.unsubscribe(py, &channel)
    }

    /// Receive what is published on the channel, as ``{"message": value}``.
    ///
    /// Nothing that was published earlier is delivered. ``subscribe_channel(5, "k")`` and ``subscribe_message("5_k")``
    /// are the same registration.
    /// ``callbacks`` is ``{"ok": fn}`` or ``fn``. Returns False if this room has the channel already.
    /// Clause S-6.
    fn subscribe_message(
        &self,
        py: Python<'_>,
        channel_name: &Bound<'_, PyAny>,
        callbacks: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let channel = self::channel_name(channel_name)?;
        let callback = function(callbacks)?;
        self.subscribe(py, Shape::Online, &channel, callback)
    }

    /// End the subscription; returns whether there was one.
    ///
    /// It also ends a ``subscribe_channel`` of the same channel.
    /// Clause S-6.
    fn unsubscribe_message(&self, py: Python<'_>, channel_name: &Bound<'_, PyAny>) -> PyResult<bool> {
        let _running = running(py);
        let channel = self::channel_name(channel_name)?;
        self.unsubscribe(py, &channel)
    }

    /// Send ``value`` (storable) to everybody who is subscribed now, in any room or process.
    ///
    /// The publisher gets it too, if subscribed. It cannot be queried later, and does not count in any quota.
    /// At most 32 MiB, as ``test_cloud_value`` measures it: more raises, code 1405.
    /// Clause S-6.
    fn publish_message(
        &self,
        py: Python<'_>,
        channel_name: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let channel = self::channel_name(channel_name)?;
        let value = checked(py, value::encode(value, "value"))?;
        let room = self.room.get();
        enter_or_raise(py, &room.core, move |core| core.publish(channel, value))?;
        room.deliver(py)
    }
}
