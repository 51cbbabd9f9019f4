//! Every call of a room passes here: it is counted, may be made to fail, and is written down if the journal is on.

use super::Room;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::journal::JournalLine;
use crate::store::Store;

/// A call on its way.
#[must_use]
pub(super) struct Sent<'r> {
    store: &'r Store,
    after: Option<Error>,
    line: Option<JournalLine>,
}

impl Room {
    /// Whether calls are written down, or may be made to fail.
    pub fn is_watched(&self) -> bool {
        self.store.journal().is_on() || self.store.faults().is_active()
    }

    /// Counts a read and runs it.
    pub(super) fn read<T>(&self, call: &Call<'_>, run: impl FnOnce() -> Result<T>) -> Result<T> {
        if interrupt::is_at_once() {
            // If it gives up it is made again, and only that one counts.
            let answer = run();
            if matches!(answer, Err(Error::Interrupted { .. })) {
                return answer;
            }
            return self.sends(call, Self::count_read)?.answered(answer);
        }
        self.sends(call, Self::count_read)?.answered(run())
    }

    /// Counts a write of `bytes` bytes and sends it.
    pub(super) fn writes(&self, call: &Call<'_>, bytes: u64) -> Result<Sent<'_>> {
        self.sends(call, |room| room.count_write(bytes))
    }

    /// Sends a call, if `count` lets it.
    pub(super) fn sends(&self, call: &Call<'_>, count: impl FnOnce(&Self) -> Result<()>) -> Result<Sent<'_>> {
        let store = &**self.store();
        let mut sent = Sent { store, after: None, line: None };
        if !self.is_watched() {
            count(self)?;
            return Ok(sent);
        }
        interrupt::may_wait()?;
        store.check_here()?;
        if store.journal().is_on() {
            let (room, op, about) = (self.name.clone(), call.op, call.shown());
            sent.line = Some(JournalLine { room, op, about, code: Some(0), told: String::new() });
        }
        if let Err(error) = count(self) {
            return sent.answered(Err(error));
        }
        let verdict = store.faults().judge(&self.name, call);
        if verdict.delay_us != 0
            && let Err(error) = store.wait_us(verdict.delay_us)
        {
            return sent.answered(Err(error));
        }
        if let Some(error) = verdict.before {
            return sent.answered(Err(error));
        }
        sent.after = verdict.after;
        Ok(sent)
    }
}

impl Sent<'_> {
    /// Returns the call's answer as its caller gets it.
    pub(super) fn answered<T>(self, answer: Result<T>) -> Result<T> {
        self.told(answer, |_| (Some(0), String::new()))
    }

    /// The same; `success` gives what the journal notes of a good answer: its code and a text.
    pub(super) fn told<T>(
        self,
        answer: Result<T>,
        success: impl FnOnce(&T) -> (Option<i64>, String),
    ) -> Result<T> {
        let answer = match (answer, self.after) {
            (Ok(_), Some(error)) => Err(error),
            (answer, _) => answer,
        };
        if let Some(mut line) = self.line {
            (line.code, line.told) = match &answer {
                Ok(answer) => success(answer),
                Err(Error::Refused(refused)) => (Some(refused.code.number()), refused.message.clone()),
                Err(error) => (None, error.to_string()),
            };
            self.store.journal().write(line);
        }
        answer
    }
}
