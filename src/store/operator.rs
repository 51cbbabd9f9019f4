//! What the people who run a service correct: `store.operator`. Clauses P-1 to P-5.

use super::Store;
use crate::error::{Code, Refused, Result};
use crate::kinds::delete::{self, Target};
use crate::kinds::node::Node;
use crate::op::Op;
use std::sync::Arc;

impl Store {
    /// Runs one operation on the store's game, as a commit of its own that no quota counts (clause P-1).
    pub fn operate(&self, op: impl FnOnce(i64) -> Op) -> Result<()> {
        self.not_closed()?;
        self.check_writable()?;
        let game = self.game_number(&self.game)?;
        self.commit(vec![op(game)]).map(drop)
    }

    /// Deletes one row (clause P-5).
    pub fn delete(&self, target: Target) -> Result<()> {
        if let Target::Node { node } = &target {
            self.check_writable()?;
            self.no_parent(node)?;
        }
        self.operate(|game| delete::delete(game, target).into())
    }

    /// Refuses a node that others name as their parent.
    fn no_parent(&self, id: &Arc<str>) -> Result<()> {
        let nodes = self.custom_nodes()?;
        let is_child =
            |node: &&Node| node.custom.as_ref().is_some_and(|custom| custom.parent.as_ref() == Some(id));
        let Some(child) = nodes.iter().find(is_child) else { return Ok(()) };
        let message = format!("node '{id}' is the parent of '{}'; delete that one first", child.id);
        Err(Refused::new(Code::BadValue, message).at(0, "delete").into())
    }
}
