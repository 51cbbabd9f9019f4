//! Connections: to the first server of the list that can serve, checked and set up alike.

use super::failure::{self, Failure, Outcome};
use super::gate::READERS_MAX;
use super::place::Place;
use super::rows;
use super::url::Address;
use crate::backend::{Durability, New};
use crate::clock::{instant, real_us};
use crate::error::{Code, Error, Fault, Result};
use crate::lock::locked;
use mysql::prelude::Queryable;
use mysql::{Conn, Params};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

const SCHEMA: &str = include_str!("../mysql.sql");
const FORMAT_VERSION: i64 = 1;
/// A server that failed is not asked again for so long, unless all have failed; longer if it took long to fail.
const REST: Duration = Duration::from_secs(2);
const REST_MAX: Duration = Duration::from_secs(30);
/// A connection to a server that is not the first of the list is given up after this long: the first may be back.
const SECOND_BEST_MAX: Duration = Duration::from_secs(30);
/// The server ends a connection that says nothing for this long, and with it the locks of a lost transaction.
const WAIT_TIMEOUT_S: u32 = 120;
/// One value may have 32 MiB, its row and the packet some more.
const PACKET_MIN: i64 = 34 << 20;
/// What a statement's packet has besides its values, at most.
const PACKET_HEAD: usize = 64 << 10;
/// No such table.
const NO_TABLE: u16 = 1146;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Snapshots: `REPEATABLE READ`, a single statement is a transaction.
    Read,
    /// Locks: `READ COMMITTED`, a transaction begins with the first statement.
    Write,
}

/// A connection that is set up.
pub(super) struct Link {
    pub(super) conn: Conn,
    host: usize,
    pub(super) since: Instant,
    /// The longest packet that the server takes on this connection, in bytes.
    pub(super) packet_max: usize,
    /// Which server process this is: a connection number means something only there.
    server: String,
}

/// A writer's connection that was lost, and what it may still hold locked.
struct Lost {
    server: String,
    connection: u32,
    since: Instant,
}

pub(super) struct Hosts {
    pub(super) address: Address,
    durability: Durability,
    new: New,
    down_until: Mutex<Vec<Option<Instant>>>,
    idle: Mutex<Vec<Link>>,
    lost: Mutex<Vec<Lost>>,
    /// The random id of the store: a server that holds another one is not ours.
    store: OnceLock<i64>,
    warned: OnceLock<Vec<String>>,
    ahead_us: AtomicI64,
}

type Variables = FxHashMap<String, String>;

fn is_on(variables: &Variables, name: &str) -> bool {
    variables.get(name).is_some_and(|value| value != "OFF" && value != "0")
}

fn variables(conn: &mut Conn) -> Outcome<Variables> {
    let rows: Vec<(String, String)> = conn.query(
        "SHOW VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uuid', 'version', 'wsrep_on', \
         'max_allowed_packet', 'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'read_only', \
         'innodb_read_only', 'tidb_txn_entry_size_limit')",
    )?;
    Ok(rows.into_iter().collect())
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
            warned: OnceLock::new(),
            ahead_us: AtomicI64::new(0),
        }
    }

    pub(super) fn identity(&self) -> String {
        format!("servers {}", self.store.get().copied().unwrap_or(0))
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        self.warned.get().cloned().unwrap_or_default()
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
        let variables = variables(&mut conn)?;
        self.check(host, &variables)?;
        let (level, autocommit) = match role {
            Role::Read => ("REPEATABLE READ", 1),
            Role::Write => ("READ COMMITTED", 0),
        };
        // Galera: whoever reads on another server sees all that was acknowledged before.
        let causal = if is_on(&variables, "wsrep_on") { ", wsrep_sync_wait = 1" } else { "" };
        let lock_s = self.address.lock_timeout_s;
        conn.query_drop(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}"))?;
        conn.query_drop(format!(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = {lock_s}, \
             wait_timeout = {WAIT_TIMEOUT_S}{causal}"
        ))?;
        self.check_store(host, &mut conn)?;
        conn.query_drop(format!("SET SESSION autocommit = {autocommit}"))?;
        let part = |name: &str| variables.get(name).map_or("", String::as_str);
        let server = format!("{host} {} {} {}", part("hostname"), part("port"), part("server_uuid"));
        let packet_max = part("max_allowed_packet").parse().unwrap_or(usize::MAX);
        Ok(Link { conn, host, since: instant(), packet_max, server })
    }

    /// Whether this server keeps the promises; what is wrong otherwise, in one line.
    fn check(&self, host: usize, variables: &Variables) -> Outcome<()> {
        let here = self.address.host_shown(host);
        if is_on(variables, "read_only") || is_on(variables, "innodb_read_only") {
            return Err(Failure::Unfit("the server is read-only".into()));
        }
        let value = |name: &str| variables.get(name).and_then(|value| value.parse::<i64>().ok());
        if let Some(flush) = value("innodb_flush_log_at_trx_commit").filter(|flush| *flush != 1)
            && self.durability == Durability::Full
        {
            return Err(Failure::Ours(Error::store(format!(
                "{here} has innodb_flush_log_at_trx_commit = {flush}: it may lose acknowledged commits; set it to 1, \
                 or open with durability='normal'"
            ))));
        }
        // A server recovers only those transactions that it finds in its binary log.
        if let Some(sync) = value("sync_binlog").filter(|sync| *sync != 1)
            && is_on(variables, "log_bin")
            && self.durability == Durability::Full
        {
            return Err(Failure::Ours(Error::store(format!(
                "{here} has a binary log and sync_binlog = {sync}: a power cut may lose acknowledged commits; set it \
                 to 1, or open with durability='normal'"
            ))));
        }
        let mut warned = Vec::new();
        if let Some(packet) = value("max_allowed_packet").filter(|packet| *packet < PACKET_MIN) {
            warned.push(format!(
                "{here} has max_allowed_packet = {packet}: larger values fail with 1405; set it to 67108864 (64 MiB)"
            ));
        }
        if let Some(entry) =
            value("tidb_txn_entry_size_limit").filter(|entry| *entry < PACKET_MIN && *entry != 0)
        {
            warned.push(format!(
                "{here} has tidb_txn_entry_size_limit = {entry}: larger values fail with 1405"
            ));
        }
        // Only the first server that is reached speaks.
        let _ = self.warned.set(warned);
        Ok(())
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
        if *self.store.get_or_init(|| store) != store {
            return Err(Failure::Ours(Error::store(format!(
                "{here} holds another store than the other hosts of the list: are they one cluster?"
            ))));
        }
        Ok(())
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

impl Link {
    /// Whether a better server may be there by now.
    pub(super) fn is_stale(&self) -> bool {
        self.host > 0 && self.since.elapsed() > SECOND_BEST_MAX
    }

    /// Refuses a statement whose values have so many bytes if the server would.
    pub(super) fn check_packet(&self, bytes: usize) -> Outcome<()> {
        let most = self.packet_max.saturating_sub(PACKET_HEAD);
        if bytes <= most {
            return Ok(());
        }
        let said = format!("{bytes} bytes in one statement, max_allowed_packet is {}", self.packet_max);
        Err(Failure::Ours(Fault::new(Code::TooLong, failure::too_long(&said)).into()))
    }

    /// Ends a connection of ours to the same server, and its transaction with it: it may hold rows locked. Numbers of
    /// connections begin again when a server is started, so it must have been up since before. False: ask again.
    fn kill(&mut self, lost: &Lost) -> bool {
        if self.server != lost.server {
            return true;
        }
        let up = self.conn.query_first::<(String, String), _>("SHOW GLOBAL STATUS LIKE 'Uptime'");
        let Ok(up) = up else { return false };
        let up_s = up.and_then(|(_, seconds)| seconds.parse::<u64>().ok()).unwrap_or(0);
        if up_s > lost.since.elapsed().as_secs() + 2 {
            // It may be gone already.
            let _ = self.conn.query_drop(format!("KILL {}", lost.connection));
        }
        true
    }
}

/// A number > 0 that nobody else has.
pub(super) fn random_id() -> Result<i64> {
    let random = getrandom::u64().map_err(|error| Error::store(format!("no random numbers: {error}")))?;
    Ok((random >> 1).max(1).cast_signed())
}
