//! What a room keeps of what its mods attach to players and to the level (clause E-10). It costs no quota.

use super::Room;
use crate::error::Result;
use crate::key;
use crate::kinds::save;
use std::sync::Arc;

impl Room {
    /// Keeps what is attached to a player or to the level (`None`): JSON text of a dict.
    pub fn write_save(&self, player: Option<i64>, value: Arc<str>) -> Result<()> {
        self.check_open()?;
        let key = save::key(self.game, player, key::key(&self.name, "the room's name")?);
        self.store.commit(vec![save::put(key, value).into()]).map(drop)
    }

    /// What is attached to a player or to the level (`None`): JSON text; `None` if nothing is.
    pub fn read_save(&self, player: Option<i64>) -> Result<Option<Arc<str>>> {
        self.check_open()?;
        let key = save::key(self.game, player, self.name.clone());
        Ok(self.store.read_one(&key)?.and_then(|row| row.value))
    }
}
