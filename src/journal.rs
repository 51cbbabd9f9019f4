//! The last calls of a store's rooms, to see afterwards what happened. Off until a limit is set.

use crate::lock::locked;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// One answered call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// Who called.
    pub room: Arc<str>,
    /// The call's public name.
    pub op: &'static str,
    /// Users, keys and verbs, as people read them.
    pub about: String,
    /// The Reply's code; `None` if there is no Reply (an achievement's callback got None, an exception was raised).
    pub code: Option<i64>,
    /// What else was answered: a failure's message, an achievement's data.
    pub told: String,
}

#[derive(Default)]
struct JournalInner {
    lines: VecDeque<JournalLine>,
    lines_max: usize,
}

/// A ring of lines.
#[derive(Default)]
pub struct Journal {
    on: AtomicBool,
    inner: Mutex<JournalInner>,
}

impl Journal {
    fn locked(&self) -> MutexGuard<'_, JournalInner> {
        locked(&self.inner)
    }

    /// Whether calls are written down.
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Keeps the newest `lines_max` calls from now on; 0 = none.
    pub fn keep(&self, lines_max: usize) {
        let mut inner = self.locked();
        inner.lines_max = lines_max;
        let surplus = inner.lines.len().saturating_sub(lines_max);
        inner.lines.drain(..surplus);
        self.on.store(lines_max > 0, Ordering::Relaxed);
    }

    /// Writes a call down.
    pub fn write(&self, line: JournalLine) {
        let mut inner = self.locked();
        if inner.lines_max == 0 {
            return;
        }
        if inner.lines.len() == inner.lines_max {
            inner.lines.pop_front();
        }
        inner.lines.push_back(line);
    }

    /// What was written down, oldest first.
    pub fn lines(&self) -> Vec<JournalLine> {
        self.locked().lines.iter().cloned().collect()
    }
}
