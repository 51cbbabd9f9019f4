//! The thread that waits in the kernel for the locks of other processes, for the first caller in the line.

use super::{ALL, Owner, SharedTurn, TurnState, broken};
use crate::error::{Error, Result};
use crate::fork::inside;
use crate::lock::locked;
use std::io::ErrorKind;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

/// If processes wait for each other's turns at two stores, the kernel reports a deadlock, even if the turns are held by
/// other threads: then the helper asks again after this time.
const DEADLOCK_PAUSE: Duration = Duration::from_millis(1);

impl SharedTurn {
    /// Starts the thread that waits.
    pub(super) fn help(self: &Arc<Self>, state: &mut TurnState) -> Result<()> {
        if !state.helped {
            let shared = self.clone();
            thread::Builder::new()
                .name("cloudvars-turn".into())
                .spawn(move || shared.wait_for_others())
                .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
            state.helped = true;
        }
        Ok(())
    }

    fn lock_both(&self) -> std::io::Result<()> {
        self.queue.lock()?;
        self.write.lock()?;
        self.queue.unlock()
    }

    fn wait_for_others(self: &Arc<Self>) {
        loop {
            self.help_while_open();
            let _inside = inside();
            let mut all = locked(&ALL);
            let mut state = self.lock();
            if state.seats == 0 {
                state.helped = false;
                return self.forget(&mut all);
            }
        }
    }

    fn help_while_open(self: &Arc<Self>) {
        let mut state = self.lock();
        loop {
            state = if matches!(state.owner, Owner::Helper) {
                drop(state);
                let got = self.lock_both();
                let mut state = self.lock();
                match got {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::Deadlock => {
                        drop(state);
                        thread::sleep(DEADLOCK_PAUSE);
                        state = self.lock();
                    }
                    Ok(()) => {
                        state.owner = state.line.pop_front().map_or(Owner::Nobody, Owner::Caller);
                        if matches!(state.owner, Owner::Nobody) {
                            let _ = self.write.unlock();
                        }
                    }
                    Err(error) => {
                        let _ = self.queue.unlock();
                        state.owner = Owner::Nobody;
                        let first = state.line.pop_front();
                        state.failed.extend(first.map(|first| (first, broken(&error))));
                        self.advance(&mut state);
                    }
                }
                self.changed.notify_all();
                state
            } else if state.seats == 0 {
                return;
            } else {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}
