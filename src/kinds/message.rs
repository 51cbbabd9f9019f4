//! Stored messages. Clauses S-1 to S-3; their live delivery stands in `channel.rs`.
//!
//! Row: owner = target user, `aux` = source user, `value`, `flags`, `created`, `seq` = the order of sending.
//! The objectId is the key's id.

use super::Entry;
use crate::backend::Snapshot;
use crate::channel::mailbox;
use crate::commit::Context;
use crate::error::Result;
use crate::op::Op;
use crate::row::{Index, Key, Kind, Note, Ordered, Range, Row};
use crate::rows::Rows;
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

const READ: i64 = 1;
const DELETED: i64 = 2;
const SENT_READ: i64 = 4;

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

/// The row of a message; the id was handed out by the store.
pub fn key(game: i64, target: i64, key: Arc<str>, id: i64) -> Key {
    Key { game, owner: target, kind: Kind::Message, world: 0, key, id }
}

/// `score.message_send`
pub fn send(key: Key, src: i64, read: bool, deleted: bool, value: Value) -> Op {
    Op::MessageSend { key, src, read, deleted, value }
}

pub(crate) fn apply_send(
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
pub(crate) fn apply_read(rows: &mut Rows, cx: &Context<'_>, game: i64, id: i64, read: bool) {
    flag(rows, cx, game, id, |flags| if read { flags | READ } else { flags & !READ });
}

pub(crate) fn apply_delete(rows: &mut Rows, cx: &Context<'_>, game: i64, id: i64) {
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
