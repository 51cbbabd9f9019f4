//! Which keys of the lobby storage are sorted.

use super::Store;
use crate::error::Result;
use crate::kinds::board;
use std::sync::Arc;

impl Store {
    /// Sorts these keys of the store's game from now on (clause H-3).
    pub fn sort_keys(&self, keys: &[Arc<str>]) -> Result<()> {
        let game = self.game_number(&self.game)?;
        self.commit(keys.iter().map(|key| board::sort(game, key.clone()).into()).collect()).map(drop)
    }
}
