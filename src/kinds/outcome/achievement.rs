//! What the cloud answers to an achievement set.

use serde::Serialize;
use std::sync::Arc;

/// A player's data for one node, as `entity` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Progress {
    pub completed_at: i64,
    pub extra: Arc<str>,
    pub progress: i64,
    pub version: i64,
}

/// The cloud's answer to one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AchievementAnswer {
    /// Code 0: stored.
    Stored {
        /// The data before this set (clause A-3).
        before: Progress,
        /// The progress now.
        progress: i64,
        /// The JSON of a custom cloud node whose total this very set reached (clause A-9).
        completed: Option<Arc<str>>,
    },
    /// Code 5: nothing stored; the latest data (clause A-5).
    Conflict(Progress),
    /// The node is complete: nothing may be added (clause A-4); the latest data.
    Complete(Progress),
    /// The node sends itself: the mod must not (clause A-9).
    AutoSent,
    /// Nobody defined this node (clause A-1).
    UnknownNode,
    /// Too many sets in this second; it ends then (clause Q-4), ms since 1970.
    Wait(i64),
}
