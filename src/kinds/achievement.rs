//! Versioned achievement progress. Clauses and P-3; a room's part in it is in `request/achievement.rs`.
//! The node's row is that of `kinds/node.rs`, that of the running second `kinds/rate.rs`'s.

use super::node::{self, Upload};
use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use super::{plain, rate};
use crate::backend::{Snapshot, Touch};
use crate::column::{Column, Columns, Source, Stored, Type};
use crate::error::{Code, Refused, Result};
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use std::ops::ControlFlow;
use std::sync::Arc;

pub use super::outcome::achievement::{AchievementAnswer, Progress};

impl Progress {
    fn of(row: Option<&Row>) -> Self {
        row.map_or_else(Self::default, |row| Self {
            completed_at: row.aux,
            extra: row.s_value.clone().unwrap_or_default(),
            progress: row.i_value.unwrap_or(0),
            version: row.ver,
        })
    }
}

/// `LobbyGetAchievementStorage`
pub const ACHIEVEMENT_GET: &str = "LobbyGetAchievementStorage";
/// `LobbySetAchievementStorage`
pub const ACHIEVEMENT_SET: &str = "LobbySetAchievementStorage";
/// The calls of this kind.
pub const CALLS: Calls = Calls { requests: &[ACHIEVEMENT_GET, ACHIEVEMENT_SET], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Achievement,
    name: "achievement",
    all: &[
        Column::int("player_id", Stored::Owner),
        Column::key("node_id"),
        Column::int("progress", Stored::IValue),
        Column::text("extra", Stored::SValue),
        Column::int("version", Stored::Ver),
        Column::seconds("completed_at", Stored::Aux),
    ],
    made: &[Column::made("total", Source::NodeTotal, Type::Int)],
    table: &["player_id", "node_id", "progress", "total", "extra", "completed_at"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`set`].
    Set(AchievementSet),
    /// Made by [`correct`].
    Correct { key: Key, node: Key, progress: i64, extra: Option<Arc<str>> },
}

/// One set as it is sent.
#[derive(Clone, Debug)]
pub struct AchievementSet {
    pub(crate) key: Key,
    pub(crate) node: Key,
    pub(crate) rate: Option<Key>,
    pub(crate) delta: i64,
    pub(crate) extra: Option<Arc<str>>,
    pub(crate) version: Option<i64>,
    pub(crate) direct: bool,
}

/// The row of a player's progress.
pub(super) fn key(game: i64, player: i64, node: Arc<str>) -> Key {
    plain(game, player, Kind::Achievement, node)
}

/// A set; `version` is the last one obtained plus one, if extra is sent along; `direct` = the mod sends it itself.
pub fn set(
    game: i64,
    player: i64,
    node: Arc<str>,
    delta: i64,
    extra: Option<Arc<str>>,
    version: Option<i64>,
    direct: bool,
) -> Op {
    Op::Set(AchievementSet {
        key: key(game, player, node.clone()),
        node: node::key(game, node),
        rate: Some(rate::key(game, "")),
        delta,
        extra,
        version,
        direct,
    })
}

/// `store.operator.set_progress` (clause P-3); without `extra` the stored one stays.
pub fn correct(game: i64, player: i64, node: Arc<str>, progress: i64, extra: Option<Arc<str>>) -> Op {
    Op::Correct { key: key(game, player, node.clone()), node: node::key(game, node), progress, extra }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Set(_) => ACHIEVEMENT_SET,
            Self::Correct { .. } => "set_progress",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Set(set) => Some(&set.key),
            Self::Correct { key, .. } => Some(key),
        }
    }

    fn touch(&self, touch: &mut Touch) {
        let (key, node, rate) = match self {
            Self::Set(set) => (&set.key, &set.node, set.rate.clone()),
            Self::Correct { key, node, .. } => (key, node, None),
        };
        touch.keys.extend([key.clone(), node.clone()]);
        touch.keys.extend(rate);
    }

    fn is_call(&self) -> bool {
        matches!(self, Self::Set(_))
    }

    fn lift_limit(&mut self) {
        if let Self::Set(set) = self {
            set.rate = None;
        }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Set(set) => apply_set(rows, cx, set).map(Outcome::Achievement),
            Self::Correct { key, node, progress, extra } => {
                apply_correct(rows, cx, key, node, *progress, extra.as_ref()).map(|()| Outcome::Done)
            }
        }
    }
}

fn apply_set(rows: &mut Rows, cx: &Context<'_>, set: &AchievementSet) -> Result<AchievementAnswer> {
    let Some((node, total)) = rows.get(&set.node)?.and_then(|node| Some((node, node.i_value?))) else {
        return Ok(AchievementAnswer::UnknownNode);
    };
    let upload = node::upload(node);
    if set.direct && upload == Upload::Auto {
        return Ok(AchievementAnswer::AutoSent);
    }
    let custom = if upload == Upload::Never { None } else { node.value.clone() };
    if let Some(until) = rate::count(rows, cx, set.rate.as_ref())? {
        return Ok(AchievementAnswer::Wait(until));
    }
    let row = rows.get(&set.key)?;
    let before = Progress::of(row);
    if set.version.is_some_and(|version| before.version.checked_add(1) != Some(version)) {
        return Ok(AchievementAnswer::Conflict(before));
    }
    // A total that was raised later opens the node again, and completes it once more.
    if before.completed_at != 0 && before.progress >= total {
        return Ok(AchievementAnswer::Complete(before));
    }
    let mut row = row.cloned().unwrap_or_default();
    // A total that was lowered later takes nothing back.
    let progress = before.progress.saturating_add(set.delta).min(total).max(before.progress);
    row.i_value = Some(progress);
    if progress >= total && before.completed_at == 0 {
        row.aux = completed_now(cx);
    }
    row.s_value = set.extra.clone().or(row.s_value);
    row.updated = cx.now_ms;
    rows.put(&set.key, Some(row));
    let completed = custom.filter(|_| before.progress < total && progress >= total);
    Ok(AchievementAnswer::Stored { before, progress, completed })
}

/// Below the total the node is open again, and a later set completes it once more.
fn apply_correct(
    rows: &mut Rows,
    cx: &Context<'_>,
    key: &Key,
    node: &Key,
    progress: i64,
    extra: Option<&Arc<str>>,
) -> Result<()> {
    let Some(total) = rows.get(node)?.and_then(|node| node.i_value) else {
        let message = format!("node '{}' is not defined in this game", node.key);
        return Err(Refused::new(Code::BadValue, message).into());
    };
    let mut row = rows.get(key)?.cloned().unwrap_or_default();
    row.i_value = Some(progress.min(total));
    row.aux = match row.aux {
        _ if progress < total => 0,
        0 => completed_now(cx),
        before => before,
    };
    row.s_value = extra.cloned().or(row.s_value);
    row.updated = cx.now_ms;
    rows.put(key, Some(row));
    Ok(())
}

/// What `completed_at` holds of a node that is completed now.
fn completed_now(cx: &Context<'_>) -> i64 {
    cx.now_ms.div_euclid(1000).max(1)
}

/// A player's data: (node, progress, the node's total), by node id (clause A-2).
pub fn query(snapshot: &mut dyn Snapshot, game: i64, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>> {
    let range = Range { game, owner: player, kind: Kind::Achievement, world: 0, from: "".into(), to: None };
    let mut found = Vec::with_capacity(8);
    snapshot.scan(&range, &mut |key, row| {
        found.push((key.key, Progress::of(Some(&row))));
        ControlFlow::Continue(())
    })?;
    let nodes: Vec<Key> = found.iter().map(|(node, _)| node::key(game, node.clone())).collect();
    let totals = snapshot.get(&nodes)?;
    let total = |node: Option<Row>| node.and_then(|node| node.i_value).unwrap_or(1);
    Ok(found.into_iter().zip(totals).map(|((node, progress), row)| (node, progress, total(row))).collect())
}
