//! The achievement nodes of a store's game (clauses ).

use super::Store;
use crate::error::Result;
use crate::kinds::node::{self, Node};
use std::sync::Arc;

impl Store {
    /// Defines achievement nodes in the store's game, or changes them: all or none (clause A-1).
    pub fn define_nodes(&self, nodes: Vec<Node>) -> Result<()> {
        let game = self.game_number(&self.game)?;
        self.commit(nodes.into_iter().map(|node| node::define(game, node).into()).collect()).map(drop)
    }

    /// Those of these nodes that the store's game has.
    pub fn nodes(&self, ids: &[Arc<str>]) -> Result<Vec<Node>> {
        let game = self.game_number(&self.game)?;
        self.read(|snapshot| node::find(snapshot, game, ids))
    }

    /// The custom nodes of the store's game, in node order (clause A-9).
    pub fn custom_nodes(&self) -> Result<Vec<Node>> {
        let game = self.game_number(&self.game)?;
        self.read(|snapshot| node::custom(snapshot, game))
    }
}
