//! Lists and world lists: values under a (user, key[, world]), each with a uuid. Clauses L-1 to L-5, W-1.

use super::Entry;
use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use crate::backend::{Snapshot, Touch};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Index, Key, Kind, Ordered, Range, Row};
use crate::rows::{Context, Rows};
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls {
    reads: &["list_query", "list_query_by_uuid", "world_list_query", "world_list_query_by_uuid"],
    verbs: &[
        "list_add",
        "list_modify",
        "list_delete",
        "world_list_add",
        "world_list_modify",
        "world_list_delete",
    ],
    ..Calls::NONE
};

/// What the rows of a list hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::List,
    name: "list",
    all: &[
        Column::int("user_id", Stored::Owner),
        Column::key("key"),
        Column::int("uuid", Stored::Id),
        Column::json("value"),
        Column::millis("created", Stored::Created),
        Column::millis("updated", Stored::Updated),
        // Rises with the last modification.
        Column::int("order", Stored::Seq),
    ],
    made: &[],
    table: &["user_id", "key", "uuid", "value"],
};

/// What the rows of a world list hold.
pub const WORLD_COLUMNS: Columns = Columns {
    kind: Kind::WorldList,
    name: "world_list",
    all: &[
        Column::int("user_id", Stored::Owner),
        Column::key("key"),
        Column::int("world_id", Stored::World),
        Column::int("uuid", Stored::Id),
        Column::json("value"),
        Column::millis("created", Stored::Created),
        Column::millis("updated", Stored::Updated),
        // Rises with the last modification.
        Column::int("order", Stored::Seq),
    ],
    made: &[],
    table: &["user_id", "key", "world_id", "uuid", "value"],
};

/// Which of the two list services: they do not see each other's uuids, nor another game's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// Number of the game.
    pub game: i64,
    /// A world list?
    pub world: bool,
}

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`add`].
    Add { key: Key, value: Value },
    /// Made by [`modify`].
    Modify { list: List, uuid: i64, value: Value },
    /// Made by [`delete`].
    Delete { list: List, uuid: i64 },
}

/// A world list query answers at most this many rows (clause W-1).
pub const WORLD_ROWS_MAX: usize = 1000;

const fn kind(list: List) -> Kind {
    if list.world { Kind::WorldList } else { Kind::List }
}

/// `c.list_add`, or `c.world_list_add` with a world; the uuid was handed out by the store (clause L-1).
pub fn add(list: List, user: i64, key: Arc<str>, world: i64, uuid: i64, value: Value) -> Op {
    Op::Add { key: Key { game: list.game, owner: user, kind: kind(list), world, key, id: uuid }, value }
}

/// `c.list_modify` and `c.world_list_modify`
pub const fn modify(list: List, uuid: i64, value: Value) -> Op {
    Op::Modify { list, uuid, value }
}

/// `c.list_delete` and `c.world_list_delete`
pub const fn delete(list: List, uuid: i64) -> Op {
    Op::Delete { list, uuid }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Add { key: Key { kind: Kind::WorldList, .. }, .. } => "world_list_add",
            Self::Add { .. } => "list_add",
            Self::Modify { list: List { world: true, .. }, .. } => "world_list_modify",
            Self::Modify { .. } => "list_modify",
            Self::Delete { list: List { world: true, .. }, .. } => "world_list_delete",
            Self::Delete { .. } => "list_delete",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Add { key, .. } => Some(key),
            Self::Modify { .. } | Self::Delete { .. } => None,
        }
    }

    fn makes_row(&self) -> bool {
        matches!(self, Self::Add { .. })
    }

    fn touch(&self, touch: &mut Touch) {
        match self {
            Self::Add { .. } => {}
            Self::Modify { uuid, .. } | Self::Delete { uuid, .. } => touch.ids.push(*uuid),
        }
    }

    fn stamps(&self) -> bool {
        !matches!(self, Self::Delete { .. })
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Add { key, value } => apply_add(rows, cx, key, value),
            Self::Modify { list, uuid, value } => apply_modify(rows, cx, *list, *uuid, value),
            Self::Delete { list, uuid } => apply_delete(rows, *list, *uuid),
        }
        Ok(Outcome::Done)
    }
}

fn apply_add(rows: &mut Rows, cx: &Context<'_>, key: &Key, value: &Value) {
    let value = Some(value.json.clone());
    rows.put(key, Some(Row { value, created: cx.now_ms, updated: cx.now_ms, seq: cx.seq, ..Row::default() }));
}

fn owned(rows: &Rows, list: List, uuid: i64) -> Option<Entry> {
    let (key, row) = rows.find(uuid)?;
    (key.kind == kind(list) && key.game == list.game).then(|| (key.clone(), row.clone()))
}

/// An unknown uuid has no effect (clause L-2).
fn apply_modify(rows: &mut Rows, cx: &Context<'_>, list: List, uuid: i64, value: &Value) {
    if let Some((key, row)) = owned(rows, list, uuid) {
        // Never older than before, whatever the clocks of two processes say.
        let seq = cx.seq.max(row.seq.saturating_add(1));
        rows.put(&key, Some(Row { value: Some(value.json.clone()), updated: cx.now_ms, seq, ..row }));
    }
}

fn apply_delete(rows: &mut Rows, list: List, uuid: i64) {
    if let Some((key, _)) = owned(rows, list, uuid) {
        rows.put(&key, None);
    }
}

/// Up to this limit the newest items are taken from the index one by one; above it, reading whole lists is faster.
const BY_INDEX_MAX: usize = 4096;

/// The items of these (user, key) pairs, newest last modification first (clause L-3), at most `limit`.
pub fn query(
    snapshot: &mut dyn Snapshot,
    list: List,
    users: &[i64],
    keys: &[Arc<str>],
    world: i64,
    limit: Option<usize>,
) -> Result<Vec<Entry>> {
    if let Some(limit) = limit.filter(|limit| *limit <= BY_INDEX_MAX) {
        return newest(snapshot, list, users, keys, world, limit);
    }
    let mut found = Vec::new();
    for at in super::product(list.game, kind(list), users, keys)? {
        let to = Some(at.key.clone());
        let range = Range { game: at.game, owner: at.owner, kind: at.kind, world, from: at.key, to };
        snapshot.scan(&range, &mut |key, row| {
            found.push((key, row));
            ControlFlow::Continue(())
        })?;
    }
    found.sort_unstable_by_key(|(_, row)| std::cmp::Reverse(row.seq));
    found.truncate(limit.unwrap_or(usize::MAX));
    Ok(found)
}

/// The newest items of several lists: of each list no more is read than may be among them.
fn newest(
    snapshot: &mut dyn Snapshot,
    list: List,
    users: &[i64],
    keys: &[Arc<str>],
    world: i64,
    limit: usize,
) -> Result<Vec<Entry>> {
    let by_age = |(_, row): &Entry| std::cmp::Reverse(row.seq);
    let mut found: Vec<Entry> = Vec::new();
    for at in super::product(list.game, kind(list), users, keys)? {
        let oldest = found.get(limit.saturating_sub(1)).map(|(_, row)| row.seq);
        let index = Index::Items { kind: at.kind, owner: at.owner, world };
        let ask = Ordered { index, game: at.game, key: at.key, newest_first: true, limit: Some(limit) };
        snapshot.ordered(&ask, &mut |key, row| {
            if oldest.is_some_and(|oldest| row.seq <= oldest) {
                return ControlFlow::Break(());
            }
            found.push((key, row));
            ControlFlow::Continue(())
        })?;
        found.sort_by_key(by_age);
        found.truncate(limit);
    }
    Ok(found)
}

/// The item with this uuid, if this kind of list has it (clause L-5).
pub fn by_uuid(snapshot: &mut dyn Snapshot, list: List, uuid: i64) -> Result<Option<Entry>> {
    let found = snapshot.find(&[uuid])?.pop().flatten();
    Ok(found.filter(|(key, _)| key.kind == kind(list) && key.game == list.game))
}
