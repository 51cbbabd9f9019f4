//! Published values: each is a note for the subscribers, and not a row. Clause S-6; how notes reach the rooms is in
//! `src/channel.rs`.

use super::outcome::Outcome;
use super::verb::{About, Calls, Verb};
use crate::error::Result;
use crate::row::{Key, Note};
use crate::rows::{Context, Rows};
use crate::value::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { live: &["subscribe_channel", "publish_message"], ..Calls::NONE };

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`publish`].
    Publish { game: i64, channel: Arc<str>, value: Value },
}

/// `score.publish_message`
pub const fn publish(game: i64, channel: Arc<str>, value: Value) -> Op {
    Op::Publish { game, channel, value }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "publish_message"
    }

    fn key(&self) -> Option<&Key> {
        None
    }

    fn about(&self) -> About<'_> {
        let Self::Publish { channel, .. } = self;
        (None, Some(Cow::Borrowed(channel)))
    }

    fn leaves_note(&self) -> bool {
        true
    }

    fn durable(&self) -> bool {
        false
    }

    fn is_call(&self) -> bool {
        true
    }

    fn apply(&self, rows: &mut Rows, _cx: &Context<'_>) -> Result<Outcome> {
        let Self::Publish { game, channel, value } = self;
        rows.note(Note { game: *game, channel: channel.clone(), id: 0, value: Some(value.json.clone()) });
        Ok(Outcome::Done)
    }
}
