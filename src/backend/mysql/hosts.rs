//! The servers of one store: a connection leads to the first that can serve, checked and set up alike.

use super::failure::{Failure, Outcome};
use super::gate::READERS_MAX;
use super::link::{Link, Lost, Role};
use super::place::Place;
use super::rows;
use super::settings::{Settings, is_innodb};
use super::url::Address;
use crate::backend::{Durability, New};
use crate::clock::{instant, real_us};
use crate::error::{Code, Error, Fault, Result};
use crate::lock::locked;
use mysql::prelude::Queryable;
use mysql::{Conn, Params};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

const SCHEMA: &str = include_str!("../mysql.sql");
const FORMAT_VERSION: i64 = 1;
/// A server that failed is not asked again for so long, unless all have failed; longer if it took long to fail.
const REST: Duration = Duration::from_secs(2);
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
    ahead_us: AtomicI64,
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
            ahead_us: AtomicI64::new(0),
        }
    }

    pub(super) fn identity(&self) -> String {
        format!("servers {}", self.store.get().copied().unwrap_or(0))
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        self.warnings.get().cloned().unwrap_or_default()
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
            let Some(link) = locked(&self.idle).pop() else { return self.connect(Role::Read, deadline) };
            if !link.is_stale() {
                return Ok(link);
            }
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
    pub(super) fn forget(&self) {
        locked(&self.idle).drain(..).for_each(std::mem::forget);
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
            thread::sleep(Duration::from_millis(50));
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
        conn.query_drop(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}, READ WRITE"))?;
        conn.query_drop(settings.session(self.address.lock_timeout_s))?;
        self.check_store(host, &mut conn)?;
        if role == Role::Write {
            conn.query_drop("SET SESSION autocommit = 0")?;
        }
        let (server, packet_max) = (format!("{host} {}", settings.server()), settings.packet_max());
        Ok(Link { conn, host, since: instant(), packet_max, server })
    }

    /// Whether this server holds this store; the first one decides which that is, and gets the table if it has none.
    fn check_store(&self, host: usize, conn: &mut Conn) -> Outcome<()> {
        let found = match self.format(conn) {
            Err(mysql::Error::MySqlError(error)) if error.code == NO_TABLE => {
                if self.new == New::Made {
                    conn.query_drop(SCHEMA)?;
                }
                None
            }
            other => other?,
        };
        let here = self.address.host_shown(host);
        let (version, store) = match found {
            Some(found) => found,
            None if self.new == New::Made => self.create(conn)?,
            None => {
                let database = &self.address.database;
                let none = format!("there is no store in database '{database}' on {here}");
                return Err(Failure::Ours(Error::store(none)));
            }
        };
        if version > FORMAT_VERSION {
            return Err(Failure::Ours(Error::store(format!(
                "{here} has format version {version}, this cloudvars reads up to version {FORMAT_VERSION}: upgrade cloudvars"
            ))));
        }
        if self.store.get().is_none() {
            Self::check_engine(&here, conn)?;
        }
        if *self.store.get_or_init(|| store) != store {
            return Err(Failure::Ours(Error::store(format!(
                "{here} holds another store than the other hosts of the list: are they one cluster?"
            ))));
        }
        Ok(())
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

    fn format(&self, conn: &mut Conn) -> std::result::Result<Option<(i64, i64)>, mysql::Error> {
        let sql = "SELECT i_value, aux, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) FROM cloud \
            WHERE game = -1 AND owner = 0 AND kind = 0 AND world = 0 AND `key` = 'format' AND id = 0";
        let before = real_us();
        let found: Option<(i64, i64, i64)> = conn.query_first(sql)?;
        let after = real_us();
        Ok(found.map(|(version, store, now_us)| {
            // A server whose clock may be ours is taken to have ours: so two processes of one machine agree.
            let is_ours = (before..=after).contains(&now_us);
            let ahead_us = if is_ours { 0 } else { now_us - before.midpoint(after) };
            self.ahead_us.store(ahead_us, Ordering::Relaxed);
            (version, store)
        }))
    }

    /// Writes the format row; of several who do it at once, one wins.
    fn create(&self, conn: &mut Conn) -> Outcome<(i64, i64)> {
        let row = crate::row::Row {
            ver: 1,
            i_value: Some(FORMAT_VERSION),
            aux: random_id()?,
            created: real_us() / 1000,
            ..crate::row::Row::default()
        };
        let mut params = Vec::new();
        rows::Stored { place: Place::format(), stamp: 1, gone: false, row }.push(&mut params);
        conn.exec_drop(rows::upsert(1), Params::Positional(params))?;
        let gone = || Failure::Lost("the table was made and is gone".into());
        self.format(conn)?.ok_or_else(gone)
    }
}

/// A number > 0 that nobody else has.
pub(super) fn random_id() -> Result<i64> {
    let random = getrandom::u64().map_err(|error| Error::store(format!("no random numbers: {error}")))?;
    Ok((random >> 1).max(1).cast_signed())
}
