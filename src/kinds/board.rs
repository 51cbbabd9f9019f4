//! Sorted keys of the lobby storage: the players with most, and with least, as of the last refresh. Clause H-3.
//!
//! Place row: a player's present number, kept with each set whether the key is sorted or not, so that a key may be
//! sorted later: `s_value` = the storage key, `aux` = uid, `i_value` = the number.

use super::outcome::Outcome;
use super::plain;
use super::verb::{Calls, Verb};
use crate::backend::Snapshot;
use crate::column::{Column, Columns, Stored};
use crate::error::{Error, Reason, Result};
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;

/// `LobbyGetStorageBySort`
pub const STORAGE_SORT: &str = "LobbyGetStorageBySort";
/// The calls of this kind.
pub const CALLS: Calls = Calls { requests: &[STORAGE_SORT], ..Calls::NONE };

/// What the row of a sorted key holds.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Board,
    name: "sorted_key",
    all: &[
        // The storage key.
        Column::key("key"),
        // Both ends of the board.
        Column::json("ends"),
        // When they were read.
        Column::millis("read_at", Stored::Aux),
    ],
    made: &[],
    table: &[],
};

/// What the row of a player's name holds.
pub const NICKNAME_COLUMNS: Columns = Columns {
    kind: Kind::Nickname,
    name: "nickname",
    all: &[Column::int("uid", Stored::Owner), Column::text("nickname", Stored::SValue)],
    made: &[],
    table: &[],
};

/// A board is read anew when it is this old.
pub const REFRESH_MS: i64 = 120_000;
/// A board keeps this many players at each end.
pub const PLAYERS_MAX: usize = 200;

/// A player on a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Place {
    pub uid: i64,
    pub nickname: Arc<str>,
    pub value: i64,
}

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`sort`].
    Sort { key: Key },
    /// Made by [`refresh`].
    Refresh { key: Key, ver: i64, ends: Arc<str> },
    /// Made by [`nickname`].
    Nickname { key: Key, name: Arc<str> },
}

/// Which places of a board: `length` of them from `offset` on, the least or the most first.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Page {
    pub key: Arc<str>,
    pub ascend: bool,
    pub offset: usize,
    pub length: usize,
}

/// Both ends of a board: (uid, number), the least first and the most first.
type Ends = (Vec<(i64, i64)>, Vec<(i64, i64)>);

/// The row of a board; where there is one, the key is sorted.
pub fn key(game: i64, key: Arc<str>) -> Key {
    plain(game, 0, Kind::Board, key)
}

/// The row of a player's number.
pub(crate) fn place(game: i64, uid: i64, key: &str) -> Key {
    plain(game, 0, Kind::Place, format!("{key}\u{1}{uid}").into())
}

/// A JSON text that is an int64.
pub fn number(json: &str) -> Option<i64> {
    json.parse().ok()
}

/// Makes a key sorted.
pub fn sort(game: i64, name: Arc<str>) -> Op {
    Op::Sort { key: key(game, name) }
}

/// Stores what was read, unless somebody stored it since version `ver`.
pub fn refresh(key: Key, ver: i64, ends: Arc<str>) -> Op {
    Op::Refresh { key, ver, ends }
}

/// A player's name on the boards.
pub fn nickname(game: i64, uid: i64, name: Arc<str>) -> Op {
    Op::Nickname { key: nickname_key(game, uid), name }
}

fn nickname_key(game: i64, uid: i64) -> Key {
    plain(game, uid, Kind::Nickname, "".into())
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Sort { .. } => "sort_keys",
            Self::Refresh { .. } => STORAGE_SORT,
            Self::Nickname { .. } => "set_nickname",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Sort { key } | Self::Refresh { key, .. } | Self::Nickname { key, .. } => Some(key),
        }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Sort { key } => apply_sort(rows, cx, key)?,
            Self::Refresh { key, ver, ends } => apply_refresh(rows, cx, key, *ver, ends)?,
            Self::Nickname { key, name } => apply_nickname(rows, cx, key, name)?,
        }
        Ok(Outcome::Done)
    }
}

fn apply_sort(rows: &mut Rows, cx: &Context<'_>, key: &Key) -> Result<()> {
    if rows.get(key)?.is_none() {
        rows.put(key, Some(Row { created: cx.now_ms, updated: cx.now_ms, ..Row::default() }));
    }
    Ok(())
}

fn apply_refresh(rows: &mut Rows, cx: &Context<'_>, key: &Key, ver: i64, ends: &Arc<str>) -> Result<()> {
    if let Some(row) = rows.get(key)?.filter(|row| row.ver == ver).cloned() {
        rows.put(key, Some(Row { value: Some(ends.clone()), aux: cx.now_ms, updated: cx.now_ms, ..row }));
    }
    Ok(())
}

fn apply_nickname(rows: &mut Rows, cx: &Context<'_>, key: &Key, name: &Arc<str>) -> Result<()> {
    let row = rows.get(key)?.cloned().unwrap_or_default();
    if row.s_value.as_ref() != Some(name) {
        rows.put(key, Some(Row { s_value: Some(name.clone()), updated: cx.now_ms, ..row }));
    }
    Ok(())
}

/// The place that belongs to a stored value.
pub(crate) fn place_of(stored: &Key, row: &Row) -> Option<(Key, Row)> {
    let number =
        number(row.value.as_deref()?).filter(|_| stored.kind == Kind::Storage && stored.owner != 0)?;
    let place = Row {
        ver: 1,
        i_value: Some(number),
        s_value: Some(stored.key.clone()),
        aux: stored.owner,
        created: row.created,
        updated: row.updated,
        ..Row::default()
    };
    Some((self::place(stored.game, stored.owner, &stored.key), place))
}

/// Keeps the place of a player whose value was set; everybody's data (uid 0) has none.
pub(crate) fn apply_place(
    rows: &mut Rows,
    cx: &Context<'_>,
    uid: i64,
    key: &Arc<str>,
    place: &Key,
    json: &str,
) -> Result<()> {
    let old = rows.get(place)?;
    match number(json).filter(|_| uid != 0) {
        None if old.is_none() => {}
        None => rows.put(place, None),
        Some(number) => {
            let row = Row { s_value: Some(key.clone()), aux: uid, ..old.cloned().unwrap_or_default() };
            rows.put(place, Some(Row { i_value: Some(number), updated: cx.now_ms, ..row }));
        }
    }
    Ok(())
}

/// Whether a board's ends may still be shown.
pub fn is_fresh(board: &Row, now_ms: i64) -> bool {
    board.value.is_some() && (board.aux..board.aux.saturating_add(REFRESH_MS)).contains(&now_ms)
}

/// Reads all numbers of a key: the JSON text of both ends.
pub fn rank(snapshot: &mut dyn Snapshot, game: i64, key: &str) -> Result<Arc<str>> {
    let (from, to) = (format!("{key}\u{1}").into(), Some(format!("{key}\u{1}\u{10ffff}").into()));
    let range = Range { game, owner: 0, kind: Kind::Place, world: 0, from, to };
    let mut found = Vec::new();
    snapshot.scan(&range, &mut |_, row| {
        // A key with U+0001 in it may lie between.
        if row.s_value.as_deref() == Some(key) {
            found.push((row.aux, row.i_value.unwrap_or(0)));
        }
        ControlFlow::Continue(())
    })?;
    let end = |mut found: Vec<(i64, i64)>, most: bool| {
        found.sort_unstable_by_key(|&(uid, number)| (if most { !number } else { number }, uid));
        found.truncate(PLAYERS_MAX);
        found
    };
    let ends: Ends = (end(found.clone(), false), end(found, true));
    serde_json::to_string(&ends).map(Into::into).map_err(|error| damaged(key, &error))
}

/// Some places of a board, with the players' names.
pub fn places(snapshot: &mut dyn Snapshot, key: &Key, ends: &str, page: &Page) -> Result<Vec<Place>> {
    let (least, most): Ends = serde_json::from_str(ends).map_err(|error| damaged(&key.key, &error))?;
    let places = if page.ascend { least } else { most };
    let places = places.get(page.offset..).unwrap_or_default();
    let places = &places[..page.length.min(places.len())];
    let names: Vec<Key> = places.iter().map(|(uid, _)| nickname_key(key.game, *uid)).collect();
    let names = snapshot.get(&names)?;
    let nickname = |uid: i64, row: Option<Row>| {
        row.and_then(|row| row.s_value).unwrap_or_else(|| uid.to_string().into())
    };
    Ok(places
        .iter()
        .zip(names)
        .map(|(&(uid, value), row)| Place { uid, nickname: nickname(uid, row), value })
        .collect())
}

fn damaged(key: &str, error: &serde_json::Error) -> Error {
    Reason::Damaged.error(format!("the store holds a board of '{key}' that cannot be read: {error}"))
}
