//! What can happen to which calls.

use crate::error::{Code, Error, Result};
use crate::names::{self, ACHIEVEMENT_SET, STORAGE_SET};
use std::sync::Arc;

/// What happens to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// It fails with one of these codes, or (an achievement request) with none; `applied`: after it was stored.
    Fail {
        /// An achievement's callback gets None for any.
        codes: Vec<Code>,
        /// Whether it takes effect all the same.
        applied: bool,
    },
    /// It takes this much longer: microseconds.
    Delay(i64),
    /// Its callback is called twice.
    Twice,
    /// Another room stores first: the set meets code 5.
    Conflict {
        /// The progress that is stored then; `None` = as it was.
        progress: Option<i64>,
        /// The extra that is stored then; `None` = as it was.
        extra: Option<Arc<str>>,
    },
}

impl Effect {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Fail { applied: false, .. } => "fail",
            Self::Fail { applied: true, .. } => "applied, but fail",
            Self::Delay(_) => "delay",
            Self::Twice => "duplicate",
            Self::Conflict { .. } => "conflict",
        }
    }

    /// Whether it can happen to a call of this name.
    pub(super) fn fits(&self, op: &str) -> bool {
        match self {
            Self::Fail { applied: true, .. } => {
                names::writes().chain(names::verbs()).any(|name| name == op)
                    || op == "publish_message"
                    || op == ACHIEVEMENT_SET
                    || op == STORAGE_SET
            }
            Self::Fail { .. } | Self::Delay(_) => true,
            Self::Twice => {
                names::requests().any(|name| name == op)
                    || op == "subscribe_channel"
                    || op == "subscribe_message"
            }
            Self::Conflict { .. } => op == ACHIEVEMENT_SET,
        }
    }
}

/// Whether there is such a call, and the effect can happen to it.
pub fn known(op: &str, effect: &Effect) -> Result<()> {
    let replied = names::reads().chain(names::writes()).chain(names::verbs());
    let all = replied.chain(names::live()).chain(names::requests());
    let accepted: Vec<&str> = all.filter(|known| effect.fits(known)).collect();
    if accepted.contains(&op) {
        return Ok(());
    }
    let (what, accepted) = (effect.name(), accepted.join(", "));
    let sends = matches!(op, "AddNodeProgress" | "SetNodeFinish");
    let instead = if sends { format!(" (it sends a {ACHIEVEMENT_SET})") } else { String::new() };
    Err(Error::value(format!(
        "op: '{op}'{instead} is no call that a fault of the kind '{what}' can hit; accepted are {accepted}"
    )))
}
