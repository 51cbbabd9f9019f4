//! Cloud achievements above their rules: a room's requests and the node table. The rules stand in
//! `kinds/achievement.rs`.

pub mod table;
pub mod upload;
