//! What a room knows of its players' custom nodes: the progress that it counted, the progress that the cloud reported,
//! and the completions that the mod was not called for yet (clause A-9). It lives as long as the room.

use crate::kinds::achievement::Progress;
use crate::kinds::node::{Node, Upload};
use crate::lock::locked;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A custom node that is complete for a player since just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Rises with each request and each completion of the room: a tick delivers those that were numbered before it.
    pub number: u64,
    /// The player.
    pub player: i64,
    /// The node's JSON.
    pub node: Arc<str>,
}

#[derive(Default)]
struct Player {
    /// Whether the cloud was asked since the player came.
    loaded: bool,
    counted: FxHashMap<Arc<str>, i64>,
    cloud: FxHashMap<Arc<str>, i64>,
}

impl Player {
    fn progress(&self, node: &Node) -> i64 {
        let of = |map: &FxHashMap<Arc<str>, i64>| map.get(&node.id).copied().unwrap_or(0);
        match node.custom.as_ref().map(|custom| custom.upload) {
            Some(Upload::Never) => of(&self.counted),
            // What is counted is not sent yet, or was sent by the mod already.
            Some(Upload::ByMod) => of(&self.counted).max(of(&self.cloud)),
            Some(Upload::Auto) | None => of(&self.cloud),
        }
    }
}

/// The custom progress of one room.
#[derive(Default)]
pub struct Tally {
    players: Mutex<FxHashMap<i64, Player>>,
    completions: Mutex<VecDeque<Completion>>,
    waiting: AtomicBool,
}

impl Tally {
    /// The progress of a player, as far as the room knows.
    pub fn progress(&self, player: i64, node: &Node) -> i64 {
        locked(&self.players).get(&player).map_or(0, |player| player.progress(node))
    }

    /// Whether the cloud was asked for this player since they came.
    pub fn is_loaded(&self, player: i64) -> bool {
        locked(&self.players).get(&player).is_some_and(|player| player.loaded)
    }

    /// All of a player's data in the cloud.
    pub fn load(&self, player: i64, data: &[(Arc<str>, Progress, i64)]) {
        let mut players = locked(&self.players);
        let player = players.entry(player).or_default();
        player.loaded = true;
        for (node, progress, _) in data {
            learn(player, node, progress.progress);
        }
    }

    /// The cloud's progress of one node.
    pub fn learn(&self, player: i64, node: &Arc<str>, progress: i64) {
        learn(locked(&self.players).entry(player).or_default(), node, progress);
    }

    /// The player is gone: the cloud is asked again when they come back, as an operator may have corrected what it knew.
    /// What was counted stays.
    pub fn leave(&self, player: i64) {
        if let Some(player) = locked(&self.players).get_mut(&player) {
            player.loaded = false;
            player.cloud.clear();
        }
    }

    /// Counts in the room. `None` if the node is complete already, else whether it is complete now.
    pub fn count(&self, player: i64, node: &Node, delta: i64) -> Option<bool> {
        let mut players = locked(&self.players);
        let player = players.entry(player).or_default();
        let before = player.progress(node);
        if before >= node.total {
            return None;
        }
        let now = before.saturating_add(delta).min(node.total);
        player.counted.insert(node.id.clone(), now);
        Some(now == node.total)
    }

    /// Whether the room counted this far itself: then its completion was reported.
    pub fn has_counted(&self, player: i64, node: &Arc<str>, progress: i64) -> bool {
        let players = locked(&self.players);
        players.get(&player).and_then(|player| player.counted.get(node)).is_some_and(|&own| own >= progress)
    }

    /// Adds a completion that is still to be delivered.
    pub fn complete(&self, completion: Completion) {
        let mut completions = locked(&self.completions);
        completions.push_back(completion);
        self.waiting.store(true, Ordering::Release);
    }

    /// The next completion up to number `last`.
    pub fn completion(&self, last: u64) -> Option<Completion> {
        if self.is_empty() {
            return None;
        }
        let mut completions = locked(&self.completions);
        let at = completions.iter().position(|one| one.number <= last)?;
        let found = completions.remove(at);
        self.waiting.store(!completions.is_empty(), Ordering::Release);
        found
    }

    /// Whether no completion waits.
    pub fn is_empty(&self) -> bool {
        !self.waiting.load(Ordering::Acquire)
    }

    /// Forgets everything.
    pub fn clear(&self) {
        locked(&self.players).clear();
        locked(&self.completions).clear();
        self.waiting.store(false, Ordering::Release);
    }
}

/// The cloud takes nothing back: an older answer that comes late changes nothing.
fn learn(player: &mut Player, node: &Arc<str>, progress: i64) {
    let known = player.cloud.entry(node.clone()).or_insert(0);
    *known = progress.max(*known);
}
