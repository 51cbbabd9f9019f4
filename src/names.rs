//! The public names of a room's calls, gathered from the kinds.

use crate::kinds::verb::Calls;
use crate::op::CALLS;

pub use crate::kinds::achievement::{ACHIEVEMENT_GET, ACHIEVEMENT_SET};
pub use crate::kinds::board::STORAGE_SORT;
pub use crate::kinds::order::STORAGE_ORDERS;
pub use crate::kinds::storage::{STORAGE_GET, STORAGE_SET};

/// The call that sends the verbs of a committer.
pub const COMMIT: &str = "commit";

fn names(of: fn(&Calls) -> &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    CALLS.iter().flat_map(of).copied()
}

/// The calls that read.
pub fn reads() -> impl Iterator<Item = &'static str> {
    names(|calls| calls.reads)
}

/// Calls that write.
pub fn writes() -> impl Iterator<Item = &'static str> {
    std::iter::once(COMMIT).chain(names(|calls| calls.writes))
}

/// Verbs of a committer: each is part of a commit.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    names(|calls| calls.verbs)
}

/// Live calls: they have no Reply.
pub fn live() -> impl Iterator<Item = &'static str> {
    names(|calls| calls.live)
}

/// Calls that answer by a callback.
pub fn requests() -> impl Iterator<Item = &'static str> {
    names(|calls| calls.requests)
}
