//! The servers of one store: a connection leads to the first that can serve, checked and set up alike.

use super::failure::{Failure, Outcome};
use super::format::{self, Said};
use super::gate::READERS_MAX;
use super::link::{Link, Lost, Role};
use super::place::Place;
use super::rows;
use super::settings::{Settings, is_innodb};
use super::url::Address;
use crate::backend::format::VERSION;
use crate::backend::{Durability, New};
use crate::clock::{instant, real_us};
use crate::error::{Code, Error, Fault, Result};
use crate::interrupt;
use crate::lock::locked;
use crate::row::stamp_at;
use mysql::prelude::Queryable;
use mysql::{Conn, Params};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

const SCHEMA: &str = include_str!("../mysql.sql");
/// A server that failed is not asked again for so long, unless all have failed; longer if it took long to fail.
const REST: Duration = Duration::from_secs(2);
/// A connection that reads looks at the store's format again when this has passed; one that writes always does.
const FORMAT_KEPT: Duration = Duration::from_secs(10);
/// Others' order stamps are looked at this often.
const STAMPS_KEPT: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(30);
/// No such table.
const NO_TABLE: u16 = 1146;

/// The list of servers, and the connections that wait for their next use.
pub(super) struct Hosts {
    pub(super) address: Address,
    durability: Durability,
    new: New,
    down_until: Mutex<Vec<Option<Instant>>>,
    idle: Mutex<Vec<Link>>,
    lost: Mutex<Vec<Lost>>,
    /// The random id of the store: a server that holds another one is not ours.
    store: OnceLock<i64>,
    warnings: OnceLock<Vec<String>>,
    /// Why lists and mailboxes are read whole.
    slower: OnceLock<String>,
    ahead_us: AtomicI64,
    /// The format as it was checked last.
    format: Mutex<Option<Said>>,
    /// Whether the table was found to have the index `cloud_order`.
    ordered: AtomicBool,
    /// Whether servers take guarded statements; unknown before the first writer.
    guarded: OnceLock<bool>,
    /// The largest order stamp that was seen in the store, and when somebody looked.
    stamped: AtomicI64,
    stamped_at: Mutex<Option<Instant>>,
}

impl Hosts {
    pub(super) fn new(address: Address, durability: Durability, new: New) -> Self {
        let down_until = Mutex::new(vec![None; address.hosts.len()]);
        Self {
            address,
            durability,
            new,
            down_until,
            idle: Mutex::default(),
            lost: Mutex::default(),
            store: OnceLock::new(),
            warnings: OnceLock::new(),
            slower: OnceLock::new(),
            ahead_us: AtomicI64::new(0),
            format: Mutex::default(),
            ordered: AtomicBool::new(false),
            guarded: OnceLock::new(),
            stamped: AtomicI64::new(0),
            stamped_at: Mutex::default(),
        }
    }

    /// Whether no transaction may write.
    pub(super) fn is_read_only(&self) -> bool {
        self.new == New::ReadOnly
    }

    pub(super) fn identity(&self) -> String {
        format!("servers {}", self.store.get().copied().unwrap_or(0))
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        self.warnings.get().into_iter().flatten().chain(self.slower.get()).cloned().collect()
    }

    /// The random id of the store; 0 until a server was reached.
    pub(super) fn store(&self) -> i64 {
        self.store.get().copied().unwrap_or(0)
    }

    pub(super) fn ahead_us(&self) -> i64 {
        self.ahead_us.load(Ordering::Relaxed)
    }

    /// When a call that begins now gives up.
    pub(super) fn deadline(&self) -> Instant {
        instant() + self.address.timeout
    }

    /// A connection for a snapshot; hand it back with [`Hosts::put_back`] if it still works.
    pub(super) fn reader(&self, deadline: Instant) -> Result<Link> {
        loop {
            let Some(mut link) = locked(&self.idle).pop() else { return self.connect(Role::Read, deadline) };
            if link.is_stale() {
                continue;
            }
            if link.checked.elapsed() > FORMAT_KEPT {
                match self.look_again(&mut link, false) {
                    Err(Failure::Ours(error)) => return Err(error),
                    // It is lost: others are asked.
                    Err(_) => continue,
                    Ok(()) => {}
                }
            }
            return Ok(link);
        }
    }

    pub(super) fn put_back(&self, link: Link) {
        let mut idle = locked(&self.idle);
        if idle.len() < READERS_MAX {
            idle.push(link);
        }
    }

    /// A connection failed: its fellows are not to be trusted either. If the server said that it cannot serve, it
    /// gets a rest.
    pub(super) fn failed(&self, link: Link, failure: &Failure) {
        locked(&self.idle).retain(|other| other.host != link.host);
        if matches!(failure, Failure::Unfit(_) | Failure::LockWait(_)) {
            self.rest(link.host, REST);
        }
    }

    /// A writer's connection failed: its transaction may still hold rows locked.
    pub(super) fn lost(&self, link: Link, failure: &Failure) {
        let (server, connection) = (link.server.clone(), link.conn.connection_id());
        locked(&self.lost).push(Lost { server, connection, since: link.since });
        self.failed(link, failure);
    }

    /// Ends, before another transaction of this process may wait for them, those that were lost.
    pub(super) fn end_lost(&self, link: &mut Link) {
        let mut lost = std::mem::take(&mut *locked(&self.lost));
        lost.retain(|one| !link.kill(one));
        locked(&self.lost).append(&mut lost);
    }

    pub(super) fn close(&self) {
        locked(&self.idle).clear();
    }

    /// Looks at every server anew.
    pub(super) fn reset(&self) {
        locked(&self.idle).clear();
        locked(&self.down_until).iter_mut().for_each(|down| *down = None);
    }

    /// In a forked child: the connections are the parent's; closing them here would end them there.
    pub(super) fn forget(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.drain(..).for_each(std::mem::forget);
    }

    fn rest(&self, host: usize, rest: Duration) {
        if let Some(down) = locked(&self.down_until).get_mut(host) {
            *down = Some(instant() + rest);
        }
    }

    /// Connects to the first server that can serve; looks again and again until the deadline.
    pub(super) fn connect(&self, role: Role, deadline: Instant) -> Result<Link> {
        loop {
            let now = instant();
            let resting: Vec<bool> =
                locked(&self.down_until).iter().map(|down| down.is_some_and(|until| until > now)).collect();
            let mut said = Vec::new();
            let all = resting.iter().all(|resting| *resting);
            for host in (0..resting.len()).filter(|host| all || !resting[*host]) {
                let began = instant();
                match self.connect_to(host, role) {
                    Ok(link) => return Ok(link),
                    Err(Failure::Ours(error)) => return Err(error),
                    Err(failure) => {
                        // One that costs its time-out each time is asked less often.
                        self.rest(host, (3 * began.elapsed()).clamp(REST, REST_MAX));
                        said.push(format!("{}: {}", self.address.host_shown(host), failure.said()));
                    }
                }
            }
            if instant() >= deadline {
                let said = said.join("; ");
                let busy = said.contains("1040: ") || said.contains("1203: ") || said.contains("1226: ");
                if busy {
                    let message = format!("too many connections ({said}); nothing was stored");
                    return Err(Fault::new(Code::Throttled, message).into());
                }
                return Err(Error::store(format!("no server can be used ({said})")));
            }
            interrupt::pause(Duration::from_millis(50))?;
        }
    }

    fn connect_to(&self, host: usize, role: Role) -> Outcome<Link> {
        let mut conn = Conn::new(self.address.builder(host))?;
        let settings = Settings::read(&mut conn)?;
        let warnings = settings.check(&self.address.host_shown(host), self.durability)?;
        // Only the first server that is reached speaks.
        let _ = self.warnings.set(warnings);
        let level = match role {
            Role::Read => "REPEATABLE READ",
            Role::Write => "READ COMMITTED",
        };
        let access = if self.is_read_only() { "READ ONLY" } else { "READ WRITE" };
        conn.query_drop(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}, {access}"))?;
        conn.query_drop(settings.session(self.address.lock_timeout_s))?;
        self.check_store(host, &mut conn, role)?;
        if role == Role::Write {
            conn.query_drop("SET SESSION autocommit = 0")?;
        }
        let guarded = role == Role::Write && self.takes_guarded(&mut conn)?;
        let (server, packet_max) = (format!("{host} {}", settings.server()), settings.packet_max());
        let (since, checked) = (instant(), instant());
        let ordered = self.ordered.load(Ordering::Relaxed);
        Ok(Link { conn, host, since, packet_max, ordered, guarded, checked, server })
    }

    /// Whether the server takes a statement that looks at the format while it writes.
    fn takes_guarded(&self, conn: &mut Conn) -> Outcome<bool> {
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

    /// Whether this server holds this store; the first one decides which that is, and gets the table if it has none.
    fn check_store(&self, host: usize, conn: &mut Conn, role: Role) -> Outcome<()> {
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
        let here = self.address.host_shown(host);
        let said = match found {
            Some(found) => found,
            None if self.new == New::Made => Self::create(conn)?,
            None => {
                let database = &self.address.database;
                let none = format!("there is no store in database '{database}' on {here}");
                return Err(Failure::Ours(Error::store(none)));
            }
        };
        // When it is opened, and before each connection that writes.
        let writes = self.new == New::Made && (role == Role::Write || self.store.get().is_none());
        said.check(&here, writes)?;
        if self.store.get().is_none() {
            Self::check_engine(&here, conn)?;
        }
        if *self.store.get_or_init(|| said.store) != said.store {
            return Err(Failure::Ours(Error::store(format!(
                "{here} holds another store than the other hosts of the list: are they one cluster?"
            ))));
        }
        let said = if writes && said.version < VERSION { Self::bring_up(&here, conn)? } else { said };
        self.ahead_us.store(said.ahead_us, Ordering::Relaxed);
        *locked(&self.format) = Some(said);
        if !self.ordered.load(Ordering::Relaxed) {
            let ordered = made || format::has_index(conn)? || writes && self.add_index(&here, conn)?;
            self.ordered.store(ordered, Ordering::Relaxed);
        }
        self.look_at_stamps(conn)
    }

    /// A store of an older version becomes one of ours.
    fn bring_up(here: &str, conn: &mut Conn) -> Outcome<Said> {
        format::bring_up(conn)?;
        let said = format::read(conn)?.ok_or_else(gone)?;
        said.check(here, true)?;
        Ok(said)
    }

    /// Whether the index could be made; tried once.
    fn add_index(&self, here: &str, conn: &mut Conn) -> Outcome<bool> {
        if self.slower.get().is_some() {
            return Ok(false);
        }
        let slower = format::add_index(here, conn)?;
        Ok(slower.map(|slower| self.slower.set(slower)).is_none())
    }

    /// Looks whether this code may still write, or read, the store.
    pub(super) fn look_again(&self, link: &mut Link, writes: bool) -> Outcome<()> {
        let said = format::read(&mut link.conn)?.ok_or_else(gone)?;
        said.check(&self.address.host_shown(link.host), writes)?;
        *locked(&self.format) = Some(said);
        link.checked = instant();
        Ok(())
    }

    /// The format as it was checked last.
    pub(super) fn format(&self) -> Outcome<Said> {
        locked(&self.format).clone().ok_or_else(gone)
    }

    fn look_at_stamps(&self, conn: &mut Conn) -> Outcome<()> {
        let stamped: Option<Option<i64>> = conn.query_first(rows::STAMPED)?;
        self.saw_stamp(stamped.flatten().unwrap_or(0));
        *locked(&self.stamped_at) = Some(instant());
        Ok(())
    }

    /// The largest order stamp that was seen.
    pub(super) fn stamped(&self) -> i64 {
        self.stamped.load(Ordering::Relaxed)
    }

    pub(super) fn saw_stamp(&self, stamp: i64) {
        self.stamped.fetch_max(stamp, Ordering::Relaxed);
    }

    /// What new order stamps must be larger than. Others' are seen within a second; at once where one of them is ahead
    /// of the server's clock, because that was set back.
    pub(super) fn stamp_floor(&self, link: &mut Link, needed: bool) -> Outcome<i64> {
        let now = stamp_at(real_us() + self.ahead_us());
        let is_old = || locked(&self.stamped_at).is_none_or(|at| at.elapsed() > STAMPS_KEPT);
        if needed && (self.stamped() > now || is_old()) {
            self.look_at_stamps(&mut link.conn)?;
        }
        Ok(self.stamped().max(now))
    }

    /// A server can be told to make every table in another engine, and anybody can alter one.
    fn check_engine(here: &str, conn: &mut Conn) -> Outcome<()> {
        let sql = "SELECT engine FROM information_schema.tables \
            WHERE table_schema = DATABASE() AND table_name = 'cloud'";
        let engine: Option<String> = conn.query_first(sql)?;
        match engine.filter(|engine| !is_innodb(engine)) {
            None => Ok(()),
            Some(engine) => Err(Failure::Ours(Error::store(format!(
                "{here} keeps the table cloud in the engine {engine}, which cannot undo a commit: ALTER TABLE cloud ENGINE = InnoDB"
            )))),
        }
    }

    /// Writes the format row; of several who do it at once, one wins.
    fn create(conn: &mut Conn) -> Outcome<Said> {
        let row = crate::row::Row {
            ver: 1,
            i_value: Some(VERSION),
            value: Some(format::ours()?),
            aux: random_id()?,
            created: real_us() / 1000,
            ..crate::row::Row::default()
        };
        let mut params = Vec::new();
        rows::Stored { place: Place::format(), stamp: 1, gone: false, row }.push(&mut params);
        conn.exec_drop(rows::upsert(1, false), Params::Positional(params))?;
        format::read(conn)?.ok_or_else(gone)
    }
}

fn gone() -> Failure {
    Failure::Lost("the store's format row is gone".into())
}

/// A number > 0 that nobody else has.
pub(super) fn random_id() -> Result<i64> {
    let random = getrandom::u64().map_err(|error| Error::store(format!("no random numbers: {error}")))?;
    Ok((random >> 1).max(1).cast_signed())
}
