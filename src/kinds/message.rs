//! Stored messages. Clauses S-1 to S-3; their live delivery is in `channel.rs`.

use super::Entry;
use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use crate::backend::{Snapshot, Touch};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Index, Key, Kind, Note, Ordered, Range, Row};
use crate::rows::{Context, Rows};
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls {
    reads: &["message_query"],
    writes: &["message_send", "message_modify_read", "message_delete"],
    live: &["subscribe_message"],
    ..Calls::NONE
};

const READ: i64 = 1;
const DELETED: i64 = 2;
const SENT_READ: i64 = 4;

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Message,
    name: "message",
    all: &[
        Column::int("objectId", Stored::Id).shown_as("object_id"),
        Column::key("key"),
        Column::int("src_user_id", Stored::Aux),
        Column::int("target_user_id", Stored::Owner),
        Column::bit("read", READ),
        Column::bit("deleted", DELETED),
        // It was read when it was sent.
        Column::bit("sent_read", SENT_READ),
        Column::millis("created", Stored::Created),
        Column::json("value"),
        // Rises with the sending.
        Column::int("order", Stored::Seq),
    ],
    made: &[],
    table: &["object_id", "key", "src_user_id", "target_user_id", "read", "deleted", "value"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`send`].
    Send { key: Key, src: i64, read: bool, deleted: bool, value: Value },
    /// Made by [`mark`].
    Mark { game: i64, id: i64, read: bool },
    /// Made by [`delete`].
    Delete { game: i64, id: i64 },
}

/// Marked read?
pub const fn read(row: &Row) -> bool {
    row.flags & READ != 0
}

/// Deleted? Such a row is never shown.
pub const fn deleted(row: &Row) -> bool {
    row.flags & DELETED != 0
}

/// Whether a live subscription still gets it: not deleted, and not read since it was sent (clause S-4).
pub const fn deliverable(row: &Row) -> bool {
    !deleted(row) && (!read(row) || row.flags & SENT_READ != 0)
}

/// The channel on which a user's messages under a key arrive (clause S-7).
pub fn mailbox(player: i64, key: &str) -> Arc<str> {
    format!("{player}_{key}").into()
}

/// The row of a message; the id was handed out by the store.
pub fn key(game: i64, target: i64, key: Arc<str>, id: i64) -> Key {
    Key { game, owner: target, kind: Kind::Message, world: 0, key, id }
}

/// `score.message_send`
pub fn send(key: Key, src: i64, read: bool, deleted: bool, value: Value) -> Op {
    Op::Send { key, src, read, deleted, value }
}

/// `score.message_modify_read`
pub const fn mark(game: i64, id: i64, read: bool) -> Op {
    Op::Mark { game, id, read }
}

/// `score.message_delete`
pub const fn delete(game: i64, id: i64) -> Op {
    Op::Delete { game, id }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Send { .. } => "message_send",
            Self::Mark { .. } => "message_modify_read",
            Self::Delete { .. } => "message_delete",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Send { key, .. } => Some(key),
            Self::Mark { .. } | Self::Delete { .. } => None,
        }
    }

    fn makes_row(&self) -> bool {
        matches!(self, Self::Send { .. })
    }

    fn touch(&self, touch: &mut Touch) {
        match self {
            Self::Send { .. } => {}
            Self::Mark { id, .. } | Self::Delete { id, .. } => touch.ids.push(*id),
        }
    }

    fn leaves_note(&self) -> bool {
        matches!(self, Self::Send { .. })
    }

    fn stamps(&self) -> bool {
        matches!(self, Self::Send { .. })
    }

    fn is_call(&self) -> bool {
        true
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Send { key, src, read, deleted, value } => {
                apply_send(rows, cx, key, *src, *read, *deleted, value);
            }
            Self::Mark { game, id, read } => apply_mark(rows, cx, *game, *id, *read),
            Self::Delete { game, id } => apply_delete(rows, cx, *game, *id),
        }
        Ok(Outcome::Done)
    }
}

fn apply_send(
    rows: &mut Rows,
    cx: &Context<'_>,
    key: &Key,
    src: i64,
    read: bool,
    deleted: bool,
    value: &Value,
) {
    let flags = if read { READ | SENT_READ } else { 0 } | if deleted { DELETED } else { 0 };
    let value = Some(value.json.clone());
    let row =
        Row { value, aux: src, flags, created: cx.now_ms, updated: cx.now_ms, seq: cx.seq, ..Row::default() };
    rows.put(key, Some(row));
    if !deleted {
        rows.note(Note { game: key.game, channel: mailbox(key.owner, &key.key), id: key.id, value: None });
    }
}

fn flag(rows: &mut Rows, cx: &Context<'_>, game: i64, id: i64, flags: impl Fn(i64) -> i64) {
    let found = rows.find(id).filter(|(key, _)| key.kind == Kind::Message && key.game == game);
    if let Some((key, row)) = found.map(|(key, row)| (key.clone(), row.clone())) {
        let flags = flags(row.flags);
        if flags != row.flags {
            rows.put(&key, Some(Row { flags, updated: cx.now_ms, ..row }));
        }
    }
}

/// An unknown id has no effect (clause S-3).
fn apply_mark(rows: &mut Rows, cx: &Context<'_>, game: i64, id: i64, read: bool) {
    flag(rows, cx, game, id, |flags| if read { flags | READ } else { flags & !READ });
}

fn apply_delete(rows: &mut Rows, cx: &Context<'_>, game: i64, id: i64) {
    flag(rows, cx, game, id, |flags| flags | DELETED);
}

/// What `score.message_query` asks for.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Query {
    pub key: Arc<str>,
    pub src: Option<i64>,
    pub target: Option<i64>,
    pub read: Option<bool>,
}

/// Where the unread messages to a user, or to everybody, are found under a key: oldest first.
pub fn unread(game: i64, owner: Option<i64>, key: &Arc<str>) -> Ordered {
    Ordered { index: Index::Unread { owner }, game, key: key.clone(), newest_first: false, limit: None }
}

/// The messages that match, oldest first, deleted ones never (clause S-2).
pub fn query(snapshot: &mut dyn Snapshot, game: i64, query: &Query) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut visit = |key: Key, row: Row| {
        let wanted = !deleted(&row)
            && query.src.is_none_or(|src| src == row.aux)
            && query.read.is_none_or(|wanted| wanted == read(&row));
        if wanted {
            found.push((key, row));
        }
        ControlFlow::Continue(())
    };
    match query.target {
        owner if query.read == Some(false) => {
            snapshot.ordered(&unread(game, owner, &query.key), &mut visit)?;
        }
        None => snapshot.messages(game, &query.key, &mut visit)?,
        Some(owner) => {
            let (from, to) = (query.key.clone(), Some(query.key.clone()));
            snapshot.scan(&Range { game, owner, kind: Kind::Message, world: 0, from, to }, &mut visit)?;
        }
    }
    found.sort_unstable_by_key(|(_, row)| row.seq);
    Ok(found)
}
