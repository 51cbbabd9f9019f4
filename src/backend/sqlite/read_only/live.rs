//! The stores that this process has open only to read.

use super::{PAUSE, ReadOnlyInner, TRIES_MAX};
use crate::backend::sqlite::connection::leave_alone;
use crate::error::Result;
use crate::interrupt;
use crate::lock::locked;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, Weak};
use std::thread;

/// The stores that a forked child must close before it opens the same file.
static LIVE: Mutex<Vec<(u32, Weak<ReadOnlyInner>)>> = Mutex::new(Vec::new());

/// Called in a forked child: closes its parent's connections; see `inherit.rs`.
pub(in crate::backend::sqlite) fn disinherit() {
    let Ok(mut live) = LIVE.try_lock() else { return };
    let process = std::process::id();
    live.retain(|(of, inner)| {
        if *of != process
            && let Some(inner) = inner.upgrade()
        {
            if let (Ok(mut idle), Ok(mut pulse)) = (inner.idle.try_lock(), inner.pulse.try_lock()) {
                let idle = idle.take().into_iter().flat_map(|(_, idle)| idle);
                idle.chain(pulse.take()).for_each(|one| leave_alone(&one));
            }
            std::mem::forget(inner);
        }
        *of == process
    });
}

/// Called before this process opens a file to write to it: `SQLite` would share the index that was opened only for
/// reading.
pub(in crate::backend::sqlite) fn let_go(path: &Path) -> Result<()> {
    let process = std::process::id();
    let here: Vec<Arc<ReadOnlyInner>> = locked(&LIVE)
        .iter()
        .filter(|(of, _)| *of == process)
        .filter_map(|(_, inner)| inner.upgrade().filter(|inner| inner.store.is_at(path)))
        .collect();
    for inner in here {
        for _ in 0..TRIES_MAX {
            locked(&inner.idle).iter_mut().for_each(|(_, idle)| idle.clear());
            locked(&inner.pulse).take();
            if inner.lent.load(Ordering::Acquire) == 0 {
                break;
            }
            interrupt::check()?;
            thread::sleep(PAUSE);
        }
    }
    Ok(())
}

pub(super) fn remember(inner: &Arc<ReadOnlyInner>) {
    locked(&LIVE).push((std::process::id(), Arc::downgrade(inner)));
}

pub(super) fn forget(inner: Option<&Arc<ReadOnlyInner>>) {
    let own = inner.map(Arc::as_ptr);
    locked(&LIVE).retain(|(_, inner)| Some(inner.as_ptr()) != own);
}
