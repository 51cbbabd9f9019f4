//! A conflict on purpose: what another room is to store before a player's next set.

use super::Store;
use crate::error::{Error, Result};
use crate::fault::{Effect, RuleId, Select, When};
use crate::kinds::plain;
use crate::names::ACHIEVEMENT_SET;
use crate::row::Kind;
use std::sync::Arc;

impl Store {
    /// Makes sets of a player's node meet code 5. Refuses what no other room could store now.
    pub fn add_conflict(
        &self,
        player: i64,
        node: &Arc<str>,
        progress: Option<i64>,
        extra: Option<Arc<str>>,
        room: Option<String>,
        when: When,
    ) -> Result<RuleId> {
        let game = self.game_number(&self.game)?;
        let keys =
            [plain(game, player, Kind::Achievement, node.clone()), plain(game, 0, Kind::Node, node.clone())];
        let mut rows = self.read(|snapshot| snapshot.get(&keys))?;
        let total = rows.pop().flatten().and_then(|row| row.i_value);
        let stored = rows.pop().flatten().unwrap_or_default();
        let Some(total) = total else {
            return Err(Error::value(format!(
                "node: '{node}' is not defined in this game; a defined one is accepted"
            )));
        };
        if stored.aux != 0 {
            return Err(Error::value(format!(
                "node: player {player} has completed '{node}', nobody can store more; one that is not complete is accepted"
            )));
        }
        let least = stored.i_value.unwrap_or(0);
        if let Some(progress) = progress.filter(|progress| !(least..=total).contains(progress)) {
            let accepted = format!("{least} (what is stored) to {total} (the node's total) is accepted");
            return Err(Error::value(format!("progress: {progress}; {accepted}")));
        }
        let select = Select {
            op: Some(ACHIEVEMENT_SET.into()),
            user: Some(player),
            key: Some(node.to_string()),
            room,
        };
        self.common.faults.add(Effect::Conflict { progress, extra }, select, when)
    }
}
