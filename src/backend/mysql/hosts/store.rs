//! What a server holds: whether it is this store, in which format, with which index, and its largest order stamp.

use super::{Hosts, random_id};
use crate::backend::New;
use crate::backend::format::VERSION;
use crate::backend::mysql::address::RowAddress;
use crate::backend::mysql::failure::{Failure, Tried};
use crate::backend::mysql::format::{self, FormatSaid};
use crate::backend::mysql::link::{Link, Role};
use crate::backend::mysql::rows;
use crate::backend::mysql::settings::is_innodb;
use crate::backend::mysql::stored::Stored;
use crate::clock::{instant, real_us};
use crate::error::Reason;
use crate::lock::locked;
use crate::row::stamp_at;
use mysql::prelude::Queryable;
use mysql::{Conn, Params};
use std::sync::atomic::Ordering;
use std::time::Duration;

const SCHEMA: &str = include_str!("../../mysql.sql");
/// The error code for a missing table.
const NO_TABLE: u16 = 1146;
/// The order stamps of other processes are read this often.
const STAMPS_KEPT: Duration = Duration::from_secs(1);

impl Hosts {
    /// Whether the server takes a statement that checks the format while it writes.
    pub(super) fn takes_guarded(&self, conn: &mut Conn) -> Tried<bool> {
        if let Some(guarded) = self.guarded.get() {
            return Ok(*guarded);
        }
        let taken = match conn.prep(rows::upsert(2, true)) {
            Ok(_) => true,
            Err(mysql::Error::MySqlError(_)) => false,
            Err(error) => return Err(error.into()),
        };
        Ok(*self.guarded.get_or_init(|| taken))
    }

    /// Checks that this server holds this store. The first server decides which store that is, and gets the table if it
    /// has none.
    pub(super) fn check_store(&self, host: usize, conn: &mut Conn, role: Role) -> Tried<()> {
        let mut made = false;
        let found = match format::read(conn) {
            Err(mysql::Error::MySqlError(error)) if error.code == NO_TABLE => {
                if self.new == New::Made {
                    conn.query_drop(SCHEMA)?;
                    made = true;
                }
                None
            }
            other => other?,
        };
        let here = self.url.host_shown(host);
        let said = match found {
            Some(found) => found,
            None if self.new == New::Made => Self::create(conn)?,
            None => {
                let database = &self.url.database;
                let none = format!("there is no store in database '{database}' on {here}");
                return Err(Failure::Ours(Reason::Missing.error(none)));
            }
        };
        // The right to write is checked when the store is opened, and before each connection that writes.
        let writes = self.new == New::Made && (role == Role::Write || self.store.get().is_none());
        said.check(&here, writes)?;
        if self.store.get().is_none() {
            Self::check_engine(&here, conn)?;
        }
        if *self.store.get_or_init(|| said.store) != said.store {
            return Err(Failure::Ours(Reason::Refused.error(format!(
                "{here} holds another store than the other hosts of the list: are they one cluster?"
            ))));
        }
        let said = if writes && said.version < VERSION { Self::bring_up(&here, conn)? } else { said };
        self.ahead_us.store(said.ahead_us, Ordering::Relaxed);
        if writes {
            *locked(&self.format) = Some(said);
        }
        if !self.ordered.load(Ordering::Relaxed) {
            let ordered = made || format::has_index(conn)? || writes && self.add_index(&here, conn)?;
            self.ordered.store(ordered, Ordering::Relaxed);
        }
        self.look_at_stamps(conn)
    }

    /// Brings a store of an older version to our version.
    fn bring_up(here: &str, conn: &mut Conn) -> Tried<FormatSaid> {
        format::bring_up(conn)?;
        let said = format::read(conn)?.ok_or_else(gone)?;
        said.check(here, true)?;
        Ok(said)
    }

    /// Whether the index could be made; it is tried only once.
    fn add_index(&self, here: &str, conn: &mut Conn) -> Tried<bool> {
        if self.slower.get().is_some() {
            return Ok(false);
        }
        let slower = format::add_index(here, conn)?;
        Ok(slower.map(|slower| self.slower.set(slower)).is_none())
    }

    /// Checks again whether this code may still write to the store, or read it.
    pub(in crate::backend::mysql) fn look_again(&self, link: &mut Link, writes: bool) -> Tried<()> {
        let said = format::read(&mut link.conn)?.ok_or_else(gone)?;
        said.check(&self.url.host_shown(link.host), writes)?;
        if writes {
            *locked(&self.format) = Some(said);
        }
        link.checked = instant();
        Ok(())
    }

    /// The format, as it was at the last check that allowed writing.
    pub(in crate::backend::mysql) fn format(&self) -> Tried<FormatSaid> {
        locked(&self.format).clone().ok_or_else(gone)
    }

    fn look_at_stamps(&self, conn: &mut Conn) -> Tried<()> {
        let stamped: Option<Option<i64>> = conn.query_first(rows::STAMPED)?;
        self.saw_stamp(stamped.flatten().unwrap_or(0));
        *locked(&self.stamped_at) = Some(instant());
        Ok(())
    }

    /// The largest order stamp that was seen.
    pub(in crate::backend::mysql) fn stamped(&self) -> i64 {
        self.stamped.load(Ordering::Relaxed)
    }

    pub(in crate::backend::mysql) fn saw_stamp(&self, stamp: i64) {
        self.stamped.fetch_max(stamp, Ordering::Relaxed);
    }

    /// New order stamps must be larger than this. Stamps of other processes are seen within a second. They are seen at
    /// once if one of them is ahead of the server's clock, because that clock was set back.
    pub(in crate::backend::mysql) fn stamp_floor(&self, link: &mut Link, needed: bool) -> Tried<i64> {
        let now = stamp_at(real_us() + self.ahead_us());
        let is_old = || locked(&self.stamped_at).is_none_or(|at| at.elapsed() > STAMPS_KEPT);
        if needed && (self.stamped() > now || is_old()) {
            self.look_at_stamps(&mut link.conn)?;
        }
        Ok(self.stamped().max(now))
    }

    /// A server can be set to make every table in another engine, and anybody can alter a table.
    fn check_engine(here: &str, conn: &mut Conn) -> Tried<()> {
        let sql = "SELECT engine FROM information_schema.tables \
            WHERE table_schema = DATABASE() AND table_name = 'cloud'";
        let engine: Option<String> = conn.query_first(sql)?;
        match engine.filter(|engine| !is_innodb(engine)) {
            None => Ok(()),
            Some(engine) => Err(Failure::Ours(Reason::Refused.error(format!(
                "{here} keeps the table cloud in the engine {engine}, which cannot undo a commit: ALTER TABLE cloud ENGINE = InnoDB"
            )))),
        }
    }

    /// Writes the format row. If several processes do this at once, one of them wins.
    fn create(conn: &mut Conn) -> Tried<FormatSaid> {
        let row = crate::row::Row {
            ver: 1,
            i_value: Some(VERSION),
            value: Some(format::ours()?),
            aux: random_id()?,
            created: real_us() / 1000,
            ..crate::row::Row::default()
        };
        let mut params = Vec::new();
        Stored { address: RowAddress::format(), stamp: 1, gone: false, row }.push(&mut params);
        conn.exec_drop(rows::upsert(1, false), Params::Positional(params))?;
        format::read(conn)?.ok_or_else(gone)
    }
}

fn gone() -> Failure {
    Failure::Lost("the store's format row is gone".into())
}
