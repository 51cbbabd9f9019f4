//! What a committer holds until it is committed.

use crate::error::{Code, Error, Refused, Result};
use crate::op::Op;

/// The most operations of one commit: about 1 GiB of memory while it runs.
const OPS_MAX: usize = 1 << 20;
/// The most bytes of values in one commit.
const BYTES_MAX: u64 = 512 << 20;

/// An operation, and the bytes that it moves (clause Q-2).
pub(in crate::py) struct Queued {
    pub(in crate::py) op: Op,
    pub(in crate::py) bytes: u64,
}

impl Queued {
    pub(in crate::py) fn free(op: impl Into<Op>) -> Self {
        Self { op: op.into(), bytes: 0 }
    }
}

/// Operations in call order, or what was wrong with one of them.
#[derive(Default)]
pub(in crate::py) struct Queue {
    pub(super) ops: Vec<Op>,
    bytes: u64,
    pub(super) calls: usize,
    pub(super) poison: Option<Error>,
    pub(super) used: bool,
}

impl Queue {
    pub(super) fn refused(&self, name: &str) -> Option<Error> {
        if self.used {
            return Some(used(name));
        }
        let earlier = |message: &str| format!("{name}: an earlier operation was refused: {message}");
        Some(match self.poison.as_ref()? {
            Error::Refused(refused) => {
                Error::Refused(Refused { message: earlier(&refused.message), ..refused.clone() })
            }
            error => {
                let unable = error.clone().into_unable();
                unable.reason.error(earlier(&unable.message))
            }
        })
    }

    /// Queues what was read, unless that is refused.
    pub(in crate::py) fn push(&mut self, name: &'static str, queued: Queued) -> Option<Error> {
        let refused = self.refused(name);
        if refused.is_some() {
            return refused;
        }
        if let Some(message) = self.too_much(&queued) {
            self.poison(name, Refused::new(Code::TooLong, &*message).into());
            return Some(Error::Value { code: Code::TooLong, message: format!("{name}: {message}") });
        }
        self.calls += 1;
        self.ops.push(queued.op);
        self.bytes += queued.bytes;
        None
    }

    /// Limits that hold without quotas too, because a commit is held in memory as a whole.
    fn too_much(&self, queued: &Queued) -> Option<String> {
        let bytes = self.bytes.saturating_add(queued.bytes);
        if self.ops.len() >= OPS_MAX {
            Some(format!("the commit has {OPS_MAX} operations; more in one commit are not accepted"))
        } else if bytes > BYTES_MAX {
            Some(format!("with it the commit has {bytes} bytes; at most {BYTES_MAX} are accepted"))
        } else {
            None
        }
    }

    /// Nothing can be queued any more, and `commit` answers why. The first refusal counts.
    pub(in crate::py) fn poison(&mut self, name: &'static str, cause: Error) {
        if self.used || self.poison.is_some() {
            return;
        }
        let index = self.calls;
        self.calls += 1;
        self.poison = Some(match cause {
            Error::Refused(refused) => Error::Refused(refused.at(index, name)),
            error => {
                let unable = error.into_unable();
                unable.reason.error(format!("op {index} ({name}): {unable}"))
            }
        });
    }

    pub(super) fn take(&mut self) -> Option<Result<(Vec<Op>, u64)>> {
        if self.used {
            return None;
        }
        let ended = std::mem::replace(self, Self { used: true, calls: self.calls, ..Self::default() });
        Some(ended.into_ended())
    }

    /// What is to be committed, or why it is not.
    pub(in crate::py) fn into_ended(self) -> Result<(Vec<Op>, u64)> {
        self.poison.map_or(Ok((self.ops, self.bytes)), Err)
    }
}

pub(super) fn used(name: &str) -> Error {
    let message = format!("{name}: this committer was committed; get_commit() gives a new one");
    Error::Refused(Refused { code: Code::BadValue, message, op: None })
}
