//! What every operation of a kind says of itself, and does: the one thing that the rest of the core knows of it.
//! Reads are not operations: they are in `src/room/reads.rs`.

use super::outcome::Outcome;
use crate::backend::Touch;
use crate::error::Result;
use crate::row::Key;
use crate::rows::{Context, Rows};
use std::borrow::Cow;

/// The user and the key that an operation names; what is reached by an id alone names none.
pub type About<'a> = (Option<i64>, Option<Cow<'a, str>>);

/// One operation: it carries its row keys, its values are encoded and its arguments checked, so that applying it can only
/// fail for what is stored.
pub trait Verb {
    /// The name under which the user called it.
    fn name(&self) -> &'static str;

    /// The key of the row that it is about, unless only an id leads there.
    fn key(&self) -> Option<&Key>;

    /// Whether the row of its key is new with it, id included: then no row is to be loaded.
    fn makes_row(&self) -> bool {
        false
    }

    /// Adds the keys and ids of the rows that it reads or changes.
    fn touch(&self, touch: &mut Touch) {
        if !self.makes_row() {
            touch.keys.extend(self.key().cloned());
        }
    }

    /// The user and the key that it names.
    fn about(&self) -> About<'_> {
        self.key().map_or((None, None), |key| (Some(key.owner), Some(Cow::Borrowed(&key.key))))
    }

    /// Whether a note may come of it.
    fn leaves_note(&self) -> bool {
        false
    }

    /// Whether rows may get new order stamps.
    fn stamps(&self) -> bool {
        false
    }

    /// Whether its acknowledgement must survive a power cut. Only what nobody can query need not.
    fn durable(&self) -> bool {
        true
    }

    /// What the counter of its row must have at least; with less it is refused. `None`: it has no such need.
    fn needs(&self) -> Option<i64> {
        None
    }

    /// Whether it is a call of its own, and no part of a commit.
    fn is_call(&self) -> bool {
        false
    }

    /// Takes its place in the running second away: nothing makes it wait (clause Q-4).
    fn lift_limit(&mut self) {}

    /// The rule. On an error, the caller takes back what it did to the rows.
    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome>;
}

/// The public names of a kind's calls: what faults select and what the journal writes down.
#[derive(Clone, Copy, Debug)]
pub struct Calls {
    /// Those that read.
    pub reads: &'static [&'static str],
    /// Those that write one thing, each a call of its own.
    pub writes: &'static [&'static str],
    /// Verbs of a committer: each is part of a commit.
    pub verbs: &'static [&'static str],
    /// Live calls: they have no Reply.
    pub live: &'static [&'static str],
    /// Those that answer by a callback.
    pub requests: &'static [&'static str],
}

impl Calls {
    /// None of any sort.
    pub const NONE: Self = Self { reads: &[], writes: &[], verbs: &[], live: &[], requests: &[] };
}
