//! Threads that run the main thread's calls to servers. A wait for a socket cannot be given up, but a wait for a thread
//! can. No Python runs on them.

use super::moment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::lock::try_locked;
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that wait for a job, and the process that they are in: a forked child has none of them. The lock is only
/// tried, because in a child it may be held for ever.
static IDLE: Mutex<(u32, Vec<Sender<Job>>)> = Mutex::new((0, Vec::new()));

thread_local! {
    /// Set when the call that this thread runs should give up.
    static STOP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

fn asked_to_stop() -> bool {
    STOP.with_borrow(|stop| stop.as_ref().is_some_and(|stop| stop.load(Ordering::Acquire)))
}

/// A call that runs on another thread.
pub(super) struct Apart<T> {
    answer: Receiver<Result<T>>,
    stop: Arc<AtomicBool>,
}

impl<T> Apart<T> {
    /// Its answer, if that comes in time.
    pub(super) fn answer(&mut self, patience: Duration) -> Option<Result<T>> {
        match self.answer.recv_timeout(patience) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                Some(Err(Error::store("internal error: the call was lost")))
            }
        }
    }

    /// Asks it to give up as soon as it can.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }
}

/// Begins a call on another thread, which sees the same time as this one.
pub(super) fn begin<T: Send + 'static>(
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Apart<T>> {
    let (sender, answer) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let (asked, told) = (stop.clone(), moment::told());
    let mut job: Job = Box::new(move || {
        STOP.replace(Some(asked));
        moment::tell(told);
        // The caller may have stopped waiting.
        drop(sender.send(interrupt::listening(asked_to_stop, call)));
        STOP.replace(None);
    });
    loop {
        let idle = try_locked(&IDLE).and_then(|mut idle| {
            let process = std::process::id();
            if idle.0 != process {
                *idle = (process, Vec::new());
            }
            idle.1.pop()
        });
        let Some(idle) = idle else { break };
        match idle.send(job) {
            Ok(()) => return Ok(Apart { answer, stop }),
            Err(unsent) => job = unsent.0,
        }
    }
    thread::Builder::new()
        .name("cloudvars-server".into())
        .spawn(move || serve(job))
        .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
    Ok(Apart { answer, stop })
}

fn serve(mut job: Job) {
    let (sender, jobs) = channel();
    loop {
        job();
        match try_locked(&IDLE) {
            Some(mut idle) => idle.1.push(sender.clone()),
            None => return,
        }
        let Ok(next) = jobs.recv() else { return };
        job = next;
    }
}
