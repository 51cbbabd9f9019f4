//! Rows on servers that speak the `MySQL` protocol: `MariaDB`, Galera, `MySQL`, Aurora, `TiDB`.
//!
//! A transaction takes three round trips: lock and load, one guarded statement that writes all rows, `COMMIT` alone.
//! Every row has a stamp that a write must find as it was loaded, and every transaction leaves its number, so that
//! neither an engine that undoes a transaction silently nor a lost answer can lose a commit or apply it twice.

mod address;
mod backup;
mod bus;
mod failure;
mod format;
mod gate;
mod hosts;
mod link;
mod outbox;
mod query;
mod reading;
mod rows;
mod settings;
mod stored;
mod sweep;
mod url;
mod view;
mod writer;

use super::sql::Named;
use super::{Backend, Changes, Durability, Loaded, New, Snapshot, Told, Touch, read_only};
use crate::clock::{instant, real_us};
use crate::error::{Error, Reason, Result};
use crate::fork::Process;
use crate::interrupt;
use crate::lock::locked;
use crate::query::{Statement, Visit};
use bus::Bus;
use gate::Gate;
use hosts::Hosts;
use link::Role;
use outbox::Outbox;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use url::ServerUrl;
use writer::Writer;

/// Deleted rows are kept for this long.
const DELETED_KEPT_MS: i64 = 600_000;
const SWEEP_EVERY_MS: i64 = 60_000;
/// How many transactions may run at the same time.
const WRITERS: usize = 8;

/// A store on servers.
pub struct Mysql {
    /// Connections must not be used, nor closed, by a forked child.
    process: Process,
    hosts: Hosts,
    readers: Gate,
    /// The first writer writes all notes, so that they keep their order.
    writers: [Mutex<Option<Writer>>; WRITERS],
    outbox: Outbox,
    bus: Option<Bus>,
    swept_ms: AtomicI64,
}

fn closed() -> Error {
    Reason::Closed.error("the store is closed")
}

/// Opens or creates the store of a `mysql://` URL. Also returns how to show the URL: without its password.
pub fn open(url: &str, durability: Durability, new: New) -> Result<(Mysql, String)> {
    let mut url = ServerUrl::parse(url)?;
    let redis = url.bus.take();
    let shown = url.shown();
    let hosts = Hosts::new(url, durability, new);
    // This tries the hosts now, so that opening reports what is wrong.
    let link = hosts.connect(Role::Read, instant())?;
    hosts.put_back(link);
    let process = Process::current();
    let writers = [const { Mutex::new(None) }; WRITERS];
    let mut slots = Vec::with_capacity(WRITERS);
    for writer in &writers {
        let new = Writer::new()?;
        slots.push(new.slot());
        *locked(writer) = Some(new);
    }
    let bus = redis.zip(slots.first()).map(|(redis, slot)| Bus::open(redis, hosts.store(), *slot));
    let swept_ms = AtomicI64::new(real_us() / 1000);
    let (readers, outbox) = (Gate::default(), Outbox::default());
    Ok((Mysql { process, hosts, readers, writers, outbox, bus, swept_ms }, shown))
}

impl Mysql {
    fn here(&self) -> Result<()> {
        self.process.check_same()
    }

    /// Fails if this call must not wait for a server.
    fn may_reach(&self) -> Result<()> {
        self.here()?;
        interrupt::reach()
    }

    /// A free writer, if possible one that was used before; for notes always the first one.
    fn writer(&self, notes: bool) -> MutexGuard<'_, Option<Writer>> {
        let [first, others @ ..] = &self.writers;
        let mut free = others.iter().filter(|_| !notes).filter_map(|writer| match writer.try_lock() {
            Ok(writer) => Some(writer),
            Err(TryLockError::Poisoned(writer)) => Some(writer.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        free.next().unwrap_or_else(|| locked(first))
    }
}

impl Backend for Mysql {
    fn check(&self) -> Result<()> {
        self.here()
    }

    fn read(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        self.ask(&mut |view| read(view))
    }

    fn run(
        &self,
        statement: &Statement,
        tables: &[Named<'_>],
        head: &mut dyn FnMut(Vec<String>) -> Result<()>,
        visit: Visit<'_>,
    ) -> Result<()> {
        self.run_once(statement, tables, head, visit)
    }

    fn is_read_only(&self) -> bool {
        self.hosts.is_read_only()
    }

    fn write(&self, touch: &Touch, apply: &mut dyn FnMut(Loaded) -> Result<Changes>) -> Result<usize> {
        self.may_reach()?;
        if self.is_read_only() {
            return Err(read_only());
        }
        let mut writer = self.writer(touch.notes);
        let writer = writer.as_mut().ok_or_else(closed)?;
        let notes = writer.notes();
        let answer = writer.write(&self.hosts, touch, apply);
        // After a failure nobody knows what was committed. A hint without news costs only one look at the database.
        if let Some(bus) = self.bus.as_ref().filter(|_| answer.is_err() || writer.notes() != notes) {
            bus.tell();
        }
        let stands = answer?;
        let now_ms = (real_us() + self.hosts.ahead_us()) / 1000;
        if writer.deleted > 0 && now_ms - self.swept_ms.load(Ordering::Relaxed) > SWEEP_EVERY_MS {
            self.swept_ms.store(now_ms, Ordering::Relaxed);
            // The commit is done, even if the sweeping fails.
            drop(writer.sweep(&self.hosts, now_ms - DELETED_KEPT_MS));
        }
        Ok(stands)
    }

    fn writers(&self) -> usize {
        WRITERS
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn is_crowded(&self) -> bool {
        self.readers.is_crowded()
    }

    fn readers(&self) -> usize {
        gate::READERS_MAX
    }

    fn pulse(&self) -> Result<i64> {
        self.here()?;
        let ask = || {
            let mut pulse = 0;
            self.ask(&mut |view| {
                pulse = view.pulse()?;
                Ok(())
            })?;
            Ok(pulse)
        };
        self.bus.as_ref().map_or_else(ask, |bus| bus.pulse(ask))
    }

    fn await_news(&self, seen: i64) -> Option<i64> {
        self.bus.as_ref().filter(|_| self.here().is_ok())?.await_news(seen)
    }

    fn wake_news(&self) {
        self.bus.as_ref().inspect(|bus| bus.wake());
    }

    fn sweep(&self, before_ms: i64) -> Result<()> {
        self.may_reach()?;
        if self.is_read_only() {
            return Err(read_only());
        }
        self.writer(false)
            .as_mut()
            .ok_or_else(closed)?
            .sweep(&self.hosts, before_ms + self.hosts.ahead_us() / 1000)
    }

    fn ahead_us(&self) -> i64 {
        self.hosts.ahead_us()
    }

    fn identity(&self) -> String {
        self.hosts.identity()
    }

    fn warnings(&self) -> Vec<String> {
        let bus = self.bus.as_ref().and_then(Bus::warning);
        self.hosts.warnings().into_iter().chain(bus.cloned()).collect()
    }

    fn complaint(&self) -> Option<String> {
        self.bus.as_ref().filter(|_| self.here().is_ok()).and_then(Bus::complaint)
    }

    fn backup(&self, path: &Path, told: Told<'_>) -> Result<()> {
        self.read(&mut |snapshot| backup::write(snapshot, path, told))
    }

    fn reopen(&self) -> Result<()> {
        self.may_reach()?;
        for writer in &self.writers {
            locked(writer).as_mut().ok_or_else(closed)?.disconnect();
        }
        self.hosts.reset();
        self.hosts.put_back(self.hosts.connect(Role::Read, self.hosts.deadline())?);
        Ok(())
    }

    fn close(&self) -> Result<()> {
        self.may_reach()?;
        let left = self.writers.iter().filter_map(|writer| locked(writer).take()?.leave());
        let (slots, mut links): (Vec<i64>, Vec<_>) = left.unzip();
        // What cannot be deleted now is swept later.
        drop(links.pop().map(|mut link| sweep::leave(&mut link, &slots, self.hosts.stamped())));
        self.bus.as_ref().inspect(|bus| bus.close());
        self.hosts.close();
        Ok(())
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        if !self.process.is_same() {
            // This waits for no lock: a thread that held one exists only in the parent.
            self.hosts.forget();
            std::mem::forget(self.bus.take());
            let writers = self.writers.iter_mut().map(|writer| writer.get_mut());
            writers
                .filter_map(|writer| writer.unwrap_or_else(PoisonError::into_inner).take())
                .for_each(Writer::forget);
        }
    }
}
