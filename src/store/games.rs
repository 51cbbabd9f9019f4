//! The games of a store.

use super::Store;
use crate::error::Result;
use crate::key;
use crate::kinds::counter;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Store {
    /// The game of rooms that do not name one.
    pub const fn default_game(&self) -> &Arc<str> {
        &self.game
    }

    /// The same store as seen by another game. Nothing is written: the game gets its number when something is stored.
    pub fn of_game(&self, name: &str) -> Result<Arc<Self>> {
        self.check_open()?;
        Ok(Arc::new(Self { common: self.common.clone(), game: key::key(name, "name")? }))
    }

    /// What is to be said of a store that cannot be written, whose game is none of those that it holds.
    pub fn game_warning(&self) -> Result<Option<String>> {
        if !self.is_read_only() {
            return Ok(None);
        }
        let names = self.read(counter::games)?;
        let is_strange = !names.is_empty() && !names.contains(&self.game);
        Ok(is_strange.then(|| {
            format!(
                "game: '{}'; the store holds no such game and is opened for reading only, so its tables are empty; \
                 it holds {}",
                self.game,
                names.join(", ")
            )
        }))
    }

    /// The games that the store holds, and its own, in order of name.
    pub fn games(&self) -> Result<Vec<Arc<str>>> {
        let mut names: BTreeSet<Arc<str>> = self.read(counter::games)?.into_iter().collect();
        names.insert(self.game.clone());
        Ok(names.into_iter().collect())
    }
}
