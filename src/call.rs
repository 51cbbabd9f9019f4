//! What a room asks of the cloud: what faults select and what the journal writes down.

use crate::names::COMMIT;
use crate::op::Op;
use std::sync::Arc;

/// One call of a room.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Its public name; `commit` for the verbs of a committer.
    pub op: &'static str,
    /// The users that it names.
    pub users: &'a [i64],
    /// The keys that it names.
    pub keys: &'a [Arc<str>],
    /// The operations of a commit.
    pub ops: &'a [Op],
}

impl<'a> Call<'a> {
    /// A call about users × keys.
    pub const fn new(op: &'static str, users: &'a [i64], keys: &'a [Arc<str>]) -> Self {
        Self { op, users, keys, ops: &[] }
    }

    /// A write that consists of these operations.
    pub fn write(ops: &'a [Op]) -> Self {
        let op = match ops {
            [op] if op.verb().is_call() => op.name(),
            _ => COMMIT,
        };
        Self { op, users: &[], keys: &[], ops }
    }

    /// The call as text for people.
    pub fn shown(&self) -> String {
        let mut parts = Vec::new();
        for op in self.ops {
            let verb = if self.op == COMMIT { op.name() } else { "" };
            let (user, key) = op.verb().about();
            parts.push(shown(verb, user.as_slice(), key.as_deref().as_slice()));
        }
        if self.ops.is_empty() {
            let keys: Vec<&str> = self.keys.iter().map(|key| &**key).collect();
            parts.push(shown("", self.users, &keys));
        }
        parts.join(", ")
    }
}

fn shown(verb: &str, users: &[i64], keys: &[&str]) -> String {
    let users = users.iter().map(i64::to_string).collect::<Vec<_>>().join("|");
    let keys = keys.iter().map(|key| format!("'{key}'")).collect::<Vec<_>>().join("|");
    [verb, &users, &keys].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
