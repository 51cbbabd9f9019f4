//! The steps of a write transaction: lock and load, apply, write all rows in one guarded statement, commit.
//!
//! Every write also writes the writer's slot with the number of the transaction. A transaction whose answer got lost is
//! run again: it locks and reads the slot, which shows whether the first try was committed. If the first try is still
//! on its way, perhaps through another server, the second try's write to the slot stops it; that write is made even
//! when there is nothing else to write. So no transaction is applied twice, and no answer is a guess.

mod transaction;
mod writes;

use super::failure::{Failure, Tried};
use super::hosts::{Hosts, random_id};
use super::link::{Link, Role};
use crate::backend::{Changes, Loaded, Patience, Touch};
use crate::clock::{instant, real_us};
use crate::error::{Code, Error, Refused, Result};
use mysql::prelude::Queryable;
use std::thread;
use std::time::{Duration, Instant};
use transaction::Trouble;

const TRIES_MAX: u32 = 5;
const LOCK_WAITS_MAX: u32 = 2;

type Apply<'a> = &'a mut dyn FnMut(Loaded) -> Result<Changes>;

/// One writer, with its slot and its connection.
pub(super) struct Writer {
    slot: i64,
    /// The number of the running or last transaction.
    number: i64,
    /// The stamp of the slot's row (0: the row does not exist yet); `None`: it must be looked up.
    stamp: Option<i64>,
    /// The number of the last note.
    notes: i64,
    /// The time of the last note.
    noted_ms: i64,
    link: Option<Link>,
    /// How many deleted rows wait for the sweep.
    pub(super) deleted: u64,
    /// The largest order stamp that this writer stored.
    stamped: i64,
}

/// The state of one call over all its tries.
struct WriterCall<'a> {
    hosts: &'a Hosts,
    touch: &'a Touch,
    deadline: Instant,
    /// How often `apply` was called.
    applied: usize,
    /// The error of a `COMMIT` that may have been done all the same, or may still be done.
    unsure: Option<String>,
}

impl Writer {
    pub(super) fn new() -> Result<Self> {
        let slot = random_id()?;
        Ok(Self {
            slot,
            number: 0,
            stamp: Some(0),
            notes: 0,
            noted_ms: 0,
            link: None,
            deleted: 0,
            stamped: 0,
        })
    }

    /// The random number of its slot.
    pub(super) const fn slot(&self) -> i64 {
        self.slot
    }

    /// The number of its last note.
    pub(super) const fn notes(&self) -> i64 {
        self.notes
    }

    /// Drops the connection: the next transaction takes another one.
    pub(super) fn disconnect(&mut self) {
        self.link = None;
    }

    /// Called in a forked child: the connection belongs to the parent.
    pub(super) fn forget(mut self) {
        std::mem::forget(self.link.take());
    }

    /// Ends the writer. Returns its slot, if nobody needs that any more, and a connection for deleting it. If an
    /// outcome is still unknown, the slot must stay: it refuses a late write. A slot with notes must stay, too: it
    /// holds their number.
    pub(super) fn leave(mut self) -> Option<(i64, Link)> {
        let is_settled = self.stamp.is_some_and(|stamp| stamp > 0);
        self.link.take().filter(|_| is_settled && self.notes == 0).map(|link| (self.slot, link))
    }

    /// Runs one transaction until its outcome is known, or says that it cannot be known.
    pub(super) fn write(&mut self, hosts: &Hosts, touch: &Touch, apply: Apply<'_>) -> Result<usize> {
        let mut call = WriterCall { hosts, touch, deadline: hosts.deadline(), applied: 0, unsure: None };
        self.number += 1;
        let (mut conflicts, mut waits) = (0, 0);
        loop {
            let failure = match self.attempt(&mut call, apply) {
                Ok(stands) => return Ok(stands),
                Err(failure) => failure,
            };
            let last = match &failure {
                Failure::LockWait(_) if touch.patience != Patience::Spent => {
                    waits += 1;
                    waits >= if touch.patience == Patience::Once { 1 } else { LOCK_WAITS_MAX }
                }
                Failure::Conflict(_) | Failure::LockWait(_) | Failure::Moved => {
                    conflicts += 1;
                    conflicts >= TRIES_MAX
                }
                Failure::Lost(_) | Failure::Unfit(_) => false,
                Failure::Ours(_) => true,
            };
            if last || instant() >= call.deadline {
                return match call.unsure.take() {
                    Some(why) => self.settle(&call, failure, why),
                    None => Err(failure.surfaced()),
                };
            }
            if !matches!(failure, Failure::Lost(_)) {
                pause(conflicts + waits);
            }
        }
    }

    /// Called when no further try is made, but one was perhaps committed: writes the slot and nothing else. Either this
    /// finds that the try was committed, or the try can never be committed any more. It makes at least one attempt,
    /// whatever the time.
    fn settle(&mut self, tried: &WriterCall<'_>, failure: Failure, why: String) -> Result<usize> {
        let fence = tried.applied;
        let mut call = WriterCall { touch: &Touch::default(), unsure: Some(why), ..*tried };
        loop {
            match self.attempt(&mut call, &mut |_| Ok(Changes::default())) {
                Ok(stands) if stands < fence => return Ok(stands),
                Ok(_) => return Err(failure.surfaced()),
                Err(Failure::Ours(_)) => break,
                Err(_) if instant() >= call.deadline => break,
                Err(_) => pause(TRIES_MAX),
            }
        }
        Err(unknown(call.unsure.as_deref().unwrap_or_default()))
    }

    fn attempt(&mut self, call: &mut WriterCall<'_>, apply: Apply<'_>) -> Tried<usize> {
        let mut link = match self.link.take().filter(|link| !link.is_stale()) {
            Some(link) => link,
            None => call.hosts.connect(Role::Write, call.deadline)?,
        };
        call.hosts.end_lost(&mut link);
        let trouble = match self.transact(&mut link, call, apply) {
            Ok(stands) => {
                self.link = Some(link);
                return Ok(stands);
            }
            Err(trouble) => trouble,
        };
        self.stamp = None;
        let failure = match trouble {
            Trouble::Before(failure) => failure,
            Trouble::AtCommit(failure) => {
                call.unsure = Some(failure.said());
                failure
            }
        };
        let may_work = matches!(failure, Failure::Conflict(_) | Failure::LockWait(_) | Failure::Ours(_));
        if may_work && link.conn.query_drop("ROLLBACK").is_ok() {
            self.link = Some(link);
        } else {
            call.hosts.lost(link, &failure);
        }
        Err(failure)
    }

    /// Deletes notes from before this time, rows that were deleted before it, and the slots of writers that have
    /// written nothing for a day.
    pub(super) fn sweep(&mut self, hosts: &Hosts, before_ms: i64) -> Result<()> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => hosts.connect(Role::Write, instant())?,
        };
        let now_ms = (real_us() + hosts.ahead_us()) / 1000;
        let swept = hosts
            .look_again(&mut link, true)
            .and_then(|()| super::sweep::sweep(&mut link, before_ms, now_ms));
        match swept {
            Ok(()) => {
                self.deleted = 0;
                self.link = Some(link);
                Ok(())
            }
            Err(Failure::Ours(error)) if link.conn.query_drop("ROLLBACK").is_ok() => {
                self.link = Some(link);
                Err(error)
            }
            Err(failure) => {
                hosts.failed(link, &failure);
                Err(failure.surfaced())
            }
        }
    }
}

/// Waits for a random time, so that not all writers try again at the same time.
fn pause(tries: u32) {
    let jitter = real_us().unsigned_abs() % 1000;
    thread::sleep(Duration::from_micros(u64::from(tries.min(TRIES_MAX)) * (500 + 4 * jitter)));
}

fn unknown(why: &str) -> Error {
    Refused::new(
        Code::OutcomeUnknown,
        format!("the server was lost while it committed ({why}): all of it was stored, or nothing; read to find out"),
    )
    .into()
}
