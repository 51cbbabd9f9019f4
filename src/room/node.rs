//! Custom nodes in a room: what `AddNodeProgress` and `SetNodeFinish` do, and what the room knows (clause A-9).

use super::Room;
use crate::error::Result;
use crate::kinds::achievement;
use crate::kinds::node::{self, Custom, Node, Upload};
use crate::request::achievement::AchievementAsk;
use crate::request::tally::Completion;
use std::fmt;
use std::sync::Arc;

/// What became of progress for a custom node.
#[derive(Clone, Debug)]
pub enum Advance {
    /// It counts in the room.
    Counted,
    /// It is to be sent: [`Room::request_achievement`] takes it.
    Send(AchievementAsk),
    /// Nothing happened.
    Refused(NodeRefusal),
}

/// Who asks for progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The mod; with a callback that hears the cloud's answer, or without.
    Mod {
        /// Whether there is one.
        callback: bool,
    },
    /// The engine, for a goal that it counts itself.
    Engine,
}

/// Why progress for a custom node was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeRefusal {
    /// No file defines it.
    Unknown,
    /// Its parent is not complete.
    Depends(Arc<str>),
    /// It is complete.
    Complete,
    /// It goes to the cloud, and the mod brought no callback.
    NoCallback,
}

impl NodeRefusal {
    /// Whether the mod is wrong, rather than the player early or late.
    pub const fn is_mistake(&self) -> bool {
        matches!(self, Self::Unknown | Self::NoCallback)
    }
}

impl fmt::Display for NodeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no custom node of this game"),
            Self::Depends(parent) => {
                write!(f, "depend_parent is true, and the parent '{parent}' is not complete")
            }
            Self::Complete => f.write_str("complete already"),
            Self::NoCallback => f.write_str("a cloud node is sent only with a callback"),
        }
    }
}

impl Room {
    /// A custom node of this room's game.
    pub fn node(&self, id: &Arc<str>) -> Result<Option<Node>> {
        let found = self.store.read(|snapshot| node::find(snapshot, self.game, std::slice::from_ref(id)))?;
        Ok(found.into_iter().find(|node| node.custom.is_some()))
    }

    /// The custom nodes of this room's game, in node order.
    pub fn nodes(&self) -> Result<Vec<Node>> {
        self.check_open()?;
        self.store.read(|snapshot| node::custom(snapshot, self.game))
    }

    /// The nodes whose parent this is, in node order; `None` if it is not a custom node.
    pub fn children(&self, id: &Arc<str>) -> Result<Option<Vec<Arc<str>>>> {
        let nodes = self.nodes()?;
        if !nodes.iter().any(|node| node.id == *id) {
            return Ok(None);
        }
        let is_child = |node: &Node| node.custom.as_ref().is_some_and(|of| of.parent.as_ref() == Some(id));
        Ok(Some(nodes.into_iter().filter(is_child).map(|node| node.id).collect()))
    }

    /// A player's progress on a custom node, as far as this room knows.
    pub fn progress(&self, player: i64, node: &Node) -> Result<i64> {
        self.check_open()?;
        let in_cloud = node.custom.as_ref().is_some_and(|custom| custom.upload != Upload::Never);
        if in_cloud && !self.tally.is_loaded(player) {
            // The mod did not see this data: its versions do not count as obtained.
            let data = self.store.read(|snapshot| achievement::query(snapshot, self.game, player))?;
            self.tally.load(player, &data);
        }
        Ok(self.tally.progress(player, node))
    }

    /// Fetches a player's progress on the cloud nodes, as the engine does when the player's mods are loaded. It is a
    /// get like any other: its versions count as obtained (clause A-5).
    pub fn load_cloud(&self, player: i64) -> Result<()> {
        let mut nodes = self.nodes()?;
        nodes.retain(|node| node.custom.as_ref().is_some_and(|custom| custom.upload != Upload::Never));
        let mut data = self.store.read(|snapshot| achievement::query(snapshot, self.game, player))?;
        self.tally.load(player, &data);
        data.retain(|(id, ..)| nodes.binary_search_by(|node| node.id.cmp(id)).is_ok());
        self.achievements.obtain_all(player, &data);
        Ok(())
    }

    /// Progress by `delta`, or to the end.
    pub fn advance(&self, player: i64, id: &Arc<str>, delta: Option<i64>, by: By) -> Result<Advance> {
        self.check_open()?;
        let Some(node) = self.node(id)? else { return Ok(Advance::Refused(NodeRefusal::Unknown)) };
        let Some(custom) = &node.custom else { return Ok(Advance::Refused(NodeRefusal::Unknown)) };
        if let Some(parent) = self.incomplete_parent(player, custom)? {
            return Ok(Advance::Refused(NodeRefusal::Depends(parent)));
        }
        // To the end, however far that is when it is counted: progress stops at the total.
        let delta = delta.unwrap_or(i64::MAX);
        if custom.upload == Upload::Auto {
            if by == (By::Mod { callback: false }) {
                return Ok(Advance::Refused(NodeRefusal::NoCallback));
            }
            // The mod hears from the cloud that there is nothing left to do; the engine does not ask.
            if by == By::Engine && self.progress(player, &node)? >= node.total {
                return Ok(Advance::Refused(NodeRefusal::Complete));
            }
            let node = node.id;
            return Ok(Advance::Send(AchievementAsk::Set { node, delta, with_extra: false, direct: false }));
        }
        self.progress(player, &node)?;
        Ok(match self.tally.count(player, &node, delta) {
            None => Advance::Refused(NodeRefusal::Complete),
            Some(completes) => {
                if completes {
                    let number = self.store.new_token();
                    self.tally.complete(Completion { number, player, node: node.value });
                }
                Advance::Counted
            }
        })
    }

    /// The parent that this node waits for, if it does.
    fn incomplete_parent(&self, player: i64, custom: &Custom) -> Result<Option<Arc<str>>> {
        let (true, Some(id)) = (custom.depends, &custom.parent) else { return Ok(None) };
        let Some(parent) = self.node(id)? else { return Ok(None) };
        let complete = self.progress(player, &parent)? >= parent.total;
        Ok((!complete).then_some(parent.id))
    }
}
