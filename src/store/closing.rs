//! The end of a store, and its fresh start.

use super::Store;
use crate::error::{Error, Result};
use std::sync::atomic::Ordering;

impl Store {
    /// Nobody calls any more but those who have this: the serving thread ends when all is answered, and whoever waits
    /// for news.
    pub fn retire(&self) {
        // A closed store ended them; in a forked child there are none, and locks may be held for ever.
        if self.check_open().is_err() {
            return;
        }
        self.common.retired.store(true, Ordering::Release);
        self.common.combiner.close();
        self.common.backend.wake_news();
    }

    /// Fresh connections under the same rooms and subscriptions, once the engine is found to take writes.
    pub fn reopen(&self) -> Result<()> {
        self.not_closed()?;
        self.common.backend.reopen()?;
        self.common.feed.look_anew();
        Ok(())
    }

    /// Flushes what is left and lets go of the files. Closing twice is fine; in a forked child it does nothing.
    pub fn close(&self) -> Result<()> {
        if self.check_here().is_err() || self.common.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.common.streams.end();
        let ended = self.common.backend.close();
        if matches!(ended, Err(Error::Interrupted { .. })) {
            // Nothing was closed: the store can be used, and closed again.
            self.common.closed.store(false, Ordering::Release);
        } else {
            self.common.combiner.close();
        }
        ended
    }
}
