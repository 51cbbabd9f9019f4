//! The files that define nodes: a behavior pack's `customAchievements` folder and `NodeSetting.csv`.
//! What a store keeps of a node is in `kinds/node.rs`.

mod check;
pub mod csv;
pub mod defect;
pub mod folder;
mod goal;
pub mod json;
pub mod package;
mod tree;
