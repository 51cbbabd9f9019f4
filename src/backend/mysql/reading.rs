//! Runs questions on one consistent snapshot.

use super::Mysql;
use super::failure::Failure;
use super::view::{Ended, View};
use crate::clock::instant;
use crate::error::Result;
use std::thread;
use std::time::Duration;

impl Mysql {
    /// Runs questions on a snapshot; runs them again on another connection if the first one was lost.
    pub(super) fn ask(&self, ask: &mut dyn FnMut(&mut View<'_>) -> Result<()>) -> Result<()> {
        self.may_reach()?;
        let _inside = self.readers.enter();
        let deadline = self.hosts.deadline();
        let mut whole = false;
        loop {
            let mut link = self.hosts.reader(deadline)?;
            let (answer, ended) = match View::new(&mut link, &self.outbox, whole) {
                Ok(mut view) => (ask(&mut view), view.end()),
                Err(failure) => (Ok(()), Ended::Badly(failure)),
            };
            match ended {
                Ended::Well => {
                    self.hosts.put_back(link);
                    return answer;
                }
                Ended::WellButLost(failure) => {
                    self.hosts.failed(link, &failure);
                    return answer;
                }
                Ended::Again => {
                    whole = true;
                    self.hosts.put_back(link);
                }
                // A reader never waits for a row: Galera reports 1205 for a node that does not catch up.
                Ended::Badly(failure @ (Failure::Lost(_) | Failure::Unfit(_) | Failure::LockWait(_)))
                    if instant() < deadline =>
                {
                    self.hosts.failed(link, &failure);
                }
                // Galera may undo even a read transaction.
                Ended::Badly(Failure::Conflict(_)) if instant() < deadline => {
                    drop(link);
                    thread::sleep(Duration::from_millis(2));
                }
                Ended::Badly(failure) => return Err(failure.surfaced()),
            }
        }
    }
}
