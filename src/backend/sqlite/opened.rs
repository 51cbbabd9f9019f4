//! An open store: it gives out the connections that read and, one caller at a time, the one that writes, until it is
//! closed.

use super::cache::{Cache, Moment};
use super::failure::Tried;
use super::file::StoreFile;
use super::guard::{Harm, Hold};
use super::readers::{Readers, Stay};
use super::turn::Turn;
use super::view::View;
use super::write_failure::{failed, lost, not_emptied, not_healed};
use super::writer::{Broken, Writer};
use super::{PATIENCE, closed, rows, version, wal};
use crate::backend::{Durability, Snapshot};
use crate::clock::instant;
use crate::error::{Error, Reason, Result};
use crate::fork::inside;
use crate::interrupt;
use crate::lock::locked;
use crate::row::{Key, Row};
use rusqlite::Connection;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The cache of the connection that looks for news, which reads nothing else.
pub(super) const PULSE_CACHE_KIB: u32 = 64;

/// How often to check whether somebody who writes without a turn has finished.
const BUSY_PAUSE: Duration = Duration::from_millis(2);

#[derive(Debug)]
pub(super) struct Open {
    pub(super) writer: Mutex<Option<Writer>>,
    pub(super) file: Option<Beside>,
    /// `None`: every row is read by `SQLite`.
    pub(super) cache: Option<Cache>,
    /// The number of commits of this store; it is the pulse of a store in memory.
    pub(super) commits: AtomicI64,
}

/// What a store in a file has in addition to its writer.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) turn: Turn,
    pub(super) readers: Readers,
    pub(super) pulse: Mutex<Option<Connection>>,
    /// `None` = closed.
    pub(super) hold: Mutex<Option<Hold>>,
    /// This is dropped last, when no connection is open any more.
    pub(super) store: Arc<StoreFile>,
}

impl Open {
    /// Lends a connection that sees what is committed. `read` reports whether the schema may have changed: then the
    /// answer is used only if this code still understands the file.
    pub(super) fn reading<T>(&self, read: impl FnOnce(&mut Connection, &mut bool) -> Tried<T>) -> Result<T> {
        let _inside = inside();
        let mut moved = false;
        Ok(match &self.file {
            Some(file) => file.readers.with(|connection| {
                let answer = read(connection, &mut moved).map_err(|failure| file.store.explained(failure));
                if moved || answer.is_err() {
                    version::check_read(connection, &file.store.shown())?;
                }
                answer
            })?,
            None => read(&mut locked(&self.writer).as_mut().ok_or_else(closed)?.connection, &mut moved)?,
        })
    }

    /// The same, to read what the file holds at that moment. `read` also says what became of the transaction.
    pub(super) fn reading_at<T>(
        &self,
        moment: &Moment,
        read: impl FnOnce(&mut Connection, Stay, &mut bool) -> Tried<(T, Stay)>,
    ) -> Result<T> {
        let Some(file) = &self.file else {
            return self.reading(|connection, moved| Ok(read(connection, Stay::No, moved)?.0));
        };
        let _inside = inside();
        Ok(file.readers.at(moment.head(), |connection, stay| {
            let mut moved = false;
            let answer = read(connection, stay, &mut moved).map_err(|failure| file.store.explained(failure));
            if moved || answer.is_err() {
                version::check_read(connection, &file.store.shown())?;
            }
            answer
        })?)
    }

    /// Reads at one moment, from memory what is known there.
    pub(super) fn viewing(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        if let Some((cache, moment)) = self.cache.as_ref().and_then(|cache| Some((cache, cache.look()?))) {
            let answer = self.reading_at(&moment, |connection, stay, moved| {
                let mut view = View::at(connection, stay, cache, moment);
                let answer = read(&mut view);
                *moved = view.moved() || answer.is_err();
                let counts = !view.is_mixed();
                let left = view.end()?;
                Ok((Some(answer).filter(|_| counts), left.stay))
            })?;
            if let Some(answer) = answer {
                return answer;
            }
        }
        self.reading(|connection, moved| {
            let mut view = View::new(connection);
            let answer = read(&mut view);
            *moved = view.moved() || answer.is_err();
            view.end()?;
            Ok(answer)
        })?
    }

    /// Reads rows by their keys, in one read transaction; says whether they are as they were at that moment.
    pub(super) fn fetch_at(
        &self,
        cache: &Cache,
        moment: &Moment,
        keys: &[Key],
    ) -> Result<(Vec<Option<Row>>, bool)> {
        self.reading_at(moment, |connection, stay, moved| {
            if let ([key], Stay::No | Stay::Is) = (keys, stay) {
                let mut point = rows::Point::new(connection)?;
                let found = point.get(key);
                *moved = point.moved();
                let is_open = stay == Stay::Is;
                let is_of_moment = if is_open { cache.holds(moment) } else { cache.stands(moment) };
                return Ok(((vec![found?], is_of_moment), stay));
            }
            let mut view = View::at(connection, stay, cache, *moment);
            let fetched = view.fetch(keys);
            *moved = view.moved();
            let left = view.end()?;
            Ok(((fetched?, left.is_of_moment && cache.holds(moment)), left.stay))
        })
    }

    /// Reads rows by their keys, in one read transaction.
    pub(super) fn fetch(&self, keys: &[Key]) -> Result<Vec<Option<Row>>> {
        self.reading(|connection, moved| {
            if let [key] = keys {
                let mut point = rows::Point::new(connection)?;
                let found = point.get(key);
                *moved = point.moved();
                return Ok(vec![found?]);
            }
            let mut view = View::new(connection);
            let found = view.load(keys);
            *moved = view.moved();
            view.end()?;
            found
        })
    }

    /// Lends the connection that writes, when it is this store's turn.
    pub(super) fn writing(&self, mut write: impl FnMut(&mut Writer) -> Tried<bool>) -> Result<()> {
        self.in_turn(&mut || self.write_once(&mut write))
    }

    /// Waits here, outside the fork gate, for a program that writes without taking turns.
    fn in_turn(&self, work: &mut dyn FnMut() -> Tried<()>) -> Result<()> {
        let _held = self.file.as_ref().map(|file| file.turn.take()).transpose()?;
        let mut give_up = None;
        loop {
            let gate = inside();
            let done = work();
            drop(gate);
            match done {
                Err(failure) if failure.is_busy() => {
                    if instant() >= *give_up.get_or_insert_with(|| instant() + PATIENCE) {
                        return Err(failure.into());
                    }
                    interrupt::check()?;
                    thread::sleep(BUSY_PAUSE);
                }
                done => return Ok(done?),
            }
        }
    }

    fn write_once(&self, write: &mut impl FnMut(&mut Writer) -> Tried<bool>) -> Tried<()> {
        let _way = self.file.as_ref().map(|file| file.readers.make_way());
        let mut writer = locked(&self.writer);
        let writer = writer.as_mut().ok_or_else(closed)?;
        if let Some(Broken::Lost(reason)) = &writer.broken {
            let refused =
                format!("the store refuses further writes after a failed write ({reason}); reopen it");
            return Err(reason.reason.error(refused).into());
        }
        if let Some(misfit) = self.file.as_ref().and_then(|file| file.store.misfit()) {
            return Err(misfit.into());
        }
        match writer.harm() {
            None => {}
            Some(Harm::Lost(reason)) => return Err(lost(writer, reason).into()),
            Some(Harm::Linked(reason)) => return Err(Error::Store(reason).into()),
        }
        if let Some(Broken::Unsure(before)) = &writer.broken {
            let before = before.clone();
            writer.heal().map_err(|failure| not_healed(failure, &before))?;
        }
        match write(writer) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(failure) if failure.is_busy() => return Err(failure),
            Err(failure) => return Err(failed(writer, failure).into()),
        }
        if let Some(reason) = writer.loss() {
            let error =
                Reason::OutcomeUnknown.error(format!("nobody knows whether this was stored: {reason}"));
            writer.broken = Some(Broken::Lost(reason));
            return Err(error.into());
        }
        self.commits.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Makes fresh connections, after a check that the disk takes writes.
    pub(super) fn reopen(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        self.in_turn(&mut || self.reopen_once(file))
    }

    fn reopen_once(&self, file: &Beside) -> Tried<()> {
        self.cache.iter().for_each(Cache::forget);
        let _way = file.readers.make_way();
        let mut writer = locked(&self.writer);
        let writer = writer.as_mut().ok_or_else(closed)?;
        if let Some(reason) = writer.harm().map(Harm::reason).or_else(|| writer.loss()) {
            let message = format!("{reason}; close this store, and open() what is there now");
            return Err(reason.reason.error(message).into());
        }
        // The new connections are made first: if none were open, the failed commit could count as a good one.
        let pulse = file.store.connection(Durability::Normal, PULSE_CACHE_KIB)?;
        writer.reconnect()?;
        writer.heal().map_err(|failure| not_healed(failure, "store.reopen()"))?;
        file.readers.renew();
        *locked(&file.pulse) = Some(pulse);
        Ok(())
    }

    pub(super) fn close(&self) -> Result<()> {
        let _inside = inside();
        self.cache.iter().for_each(Cache::forget);
        let mut writer = locked(&self.writer);
        if let Some(file) = &self.file {
            file.turn.close();
            file.readers.close();
            locked(&file.pulse).take();
        }
        let Some(writer) = writer.take() else { return Ok(()) };
        let Some(file) = &self.file else { return Ok(()) };
        let told = matches!(writer.broken, Some(Broken::Lost(_)));
        let closed = if let Some(reason) = writer.loss().or_else(|| writer.overwritten()) {
            // The files that the writer has open may no longer be the ones at that path.
            writer.leave_alone();
            if told { Ok(()) } else { Err(Error::Store(reason)) }
        } else if file.store.is_misfit() {
            writer.leave_alone();
            Ok(())
        } else if writer.broken.is_some() {
            Ok(())
        } else {
            let emptied = wal::empty(&file.store, &writer.connection);
            emptied.map(drop).map_err(|error| not_emptied(error, &file.store).into())
        };
        // From now on the last connection that is closed may delete the log.
        locked(&file.hold).take();
        drop(writer);
        closed
    }
}
