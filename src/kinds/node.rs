//! Achievement nodes: what the cloud knows of each, and a custom node's place in its tree. Clauses.

use super::outcome::Outcome;
use super::plain;
use super::verb::{Calls, Verb};
use crate::backend::Snapshot;
use crate::column::{Column, Columns, Stored, Type};
use crate::error::Result;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use std::ops::ControlFlow;
use std::sync::Arc;

/// No call of this kind can be made to fail.
pub const CALLS: Calls = Calls::NONE;

const CUSTOM: i64 = 1;
const DEPENDS: i64 = 2;
const CLOUD: i64 = 4;
const AUTO: i64 = 8;

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Node,
    name: "node",
    all: &[
        Column::key("node_id"),
        Column::int("total", Stored::IValue),
        // Title and so on; of a custom node the whole file.
        Column::json("value"),
        // The parent of a custom node.
        Column::text("s_value", Stored::SValue),
        // How the progress of a custom node is kept.
        Column::bit("custom", CUSTOM),
        Column::bit("depend_parent", DEPENDS),
        Column::bit("is_cloud", CLOUD),
        Column::bit("auto_sent_cloud", AUTO),
    ],
    made: &[
        Column::member("title", &["title"], Type::Text),
        // A custom node's file has the second name.
        Column::member("description", &["description", "node_description"], Type::Text),
        Column::member("rank", &["rank"], Type::Int),
    ],
    table: &["node_id", "total", "title", "description", "rank", "custom"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`define`].
    Define { key: Key, node: Node },
}

/// A node as a store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What a set names.
    pub id: Arc<str>,
    /// The progress that completes it.
    pub total: i64,
    /// JSON text: its titles, or the whole file of a custom node.
    pub value: Arc<str>,
    /// `None` = only the cloud knows it.
    pub custom: Option<Custom>,
}

/// What makes a node one of the custom achievement system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    /// `parent_node`; `None` = a root.
    pub parent: Option<Arc<str>>,
    /// `depend_parent`: progress counts only once the parent is complete.
    pub depends: bool,
    /// `is_cloud` and `auto_sent_cloud`.
    pub upload: Upload,
}

/// Who sends a custom node's progress to the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Nobody: the room keeps it.
    Never,
    /// The mod itself, with `LobbySetAchievementStorage`.
    ByMod,
    /// Each `AddNodeProgress` and `SetNodeFinish`.
    Auto,
}

impl Node {
    /// The node of a row; `None` if the row was never defined.
    fn of(id: Arc<str>, row: Row) -> Option<Self> {
        let custom = (row.flags & CUSTOM != 0).then(|| Custom {
            parent: row.s_value.clone(),
            depends: row.flags & DEPENDS != 0,
            upload: upload(&row),
        });
        Some(Self { id, total: row.i_value?, value: row.value?, custom })
    }

    fn flags(&self) -> i64 {
        self.custom.as_ref().map_or(0, |custom| {
            let upload = match custom.upload {
                Upload::Never => 0,
                Upload::ByMod => CLOUD,
                Upload::Auto => CLOUD | AUTO,
            };
            CUSTOM | upload | if custom.depends { DEPENDS } else { 0 }
        })
    }
}

/// Who sends the progress of this row's node.
pub(crate) const fn upload(row: &Row) -> Upload {
    match row.flags & (CLOUD | AUTO) {
        0 => Upload::Never,
        CLOUD => Upload::ByMod,
        _ => Upload::Auto,
    }
}

/// A node definition.
pub fn define(game: i64, node: Node) -> Op {
    Op::Define { key: key(game, node.id.clone()), node }
}

pub(super) fn key(game: i64, id: Arc<str>) -> Key {
    plain(game, 0, Kind::Node, id)
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "define"
    }

    fn key(&self) -> Option<&Key> {
        let Self::Define { key, .. } = self;
        Some(key)
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Define { key, node } = self;
        apply_define(rows, cx, key, node)?;
        Ok(Outcome::Done)
    }
}

fn apply_define(rows: &mut Rows, cx: &Context<'_>, key: &Key, node: &Node) -> Result<()> {
    let row = rows.get(key)?.cloned().unwrap_or_default();
    // A custom node is what its file says, in whichever order file and table are loaded.
    if row.flags & CUSTOM != 0 && node.custom.is_none() {
        return Ok(());
    }
    let changed = Row {
        i_value: Some(node.total),
        value: Some(node.value.clone()),
        s_value: node.custom.as_ref().and_then(|custom| custom.parent.clone()),
        flags: node.flags(),
        ..row.clone()
    };
    if changed != row {
        rows.put(key, Some(Row { updated: cx.now_ms, ..changed }));
    }
    Ok(())
}

/// These nodes, those that are defined.
pub fn find(snapshot: &mut dyn Snapshot, game: i64, ids: &[Arc<str>]) -> Result<Vec<Node>> {
    let keys: Vec<Key> = ids.iter().map(|id| key(game, id.clone())).collect();
    let rows = snapshot.get(&keys)?;
    Ok(ids.iter().zip(rows).filter_map(|(id, row)| Node::of(id.clone(), row?)).collect())
}

/// The custom nodes, in node order: by code point of their ids.
pub fn custom(snapshot: &mut dyn Snapshot, game: i64) -> Result<Vec<Node>> {
    let range = Range { game, owner: 0, kind: Kind::Node, world: 0, from: "".into(), to: None };
    let mut nodes = Vec::new();
    snapshot.scan(&range, &mut |key, row| {
        nodes.extend(Node::of(key.key, row).filter(|node| node.custom.is_some()));
        ControlFlow::Continue(())
    })?;
    Ok(nodes)
}
