//! Cloud achievements above their rules: a room's requests, its custom progress, and the files that define nodes.
//! The rules stand in `kinds/achievement.rs` and `kinds/node.rs`.

pub mod json;
pub mod node;
pub mod package;
pub mod table;
pub mod tally;
pub mod upload;
