//! The servers of one store: a connection goes to the first one that can serve, after the same checks and settings on
//! each. The time-outs are options of the URL (`url.rs`).

mod store;

use super::failure::{Failure, Tried};
use super::format::FormatSaid;
use super::gate::READERS_MAX;
use super::link::{Link, Lost, Role};
use super::settings::Settings;
use super::url::ServerUrl;
use crate::backend::{Durability, New};
use crate::clock::instant;
use crate::error::{Code, Error, Reason, Refused, Result};
use crate::interrupt;
use crate::lock::locked;
use mysql::Conn;
use mysql::prelude::Queryable;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A server that failed is not asked again for this long, unless all have failed. If it took long to fail, it is
/// longer.
const REST: Duration = Duration::from_secs(2);
/// A connection that reads checks the store's format again after this time; one that writes always does.
const FORMAT_KEPT: Duration = Duration::from_secs(10);
const REST_MAX: Duration = Duration::from_secs(30);

/// The list of servers, and the idle connections.
pub(super) struct Hosts {
    pub(super) url: ServerUrl,
    durability: Durability,
    new: New,
    down_until: Mutex<Vec<Option<Instant>>>,
    idle: Mutex<Vec<Link>>,
    lost: Mutex<Vec<Lost>>,
    /// The random id of the store: a server that holds another id does not belong to it.
    store: OnceLock<i64>,
    warnings: OnceLock<Vec<String>>,
    /// The warning that lists and mailboxes are read as a whole.
    slower: OnceLock<String>,
    ahead_us: AtomicI64,
    /// The format, as it was at the last check that allowed writing.
    format: Mutex<Option<FormatSaid>>,
    /// Whether the table was found to have the index `cloud_order`.
    ordered: AtomicBool,
    /// Whether servers take guarded statements; unknown before the first writer.
    guarded: OnceLock<bool>,
    /// The largest order stamp that was seen in the store; `stamped_at` says when.
    stamped: AtomicI64,
    stamped_at: Mutex<Option<Instant>>,
}

impl Hosts {
    pub(super) fn new(url: ServerUrl, durability: Durability, new: New) -> Self {
        let down_until = Mutex::new(vec![None; url.hosts.len()]);
        Self {
            url,
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

    /// Whether transactions must not write.
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

    /// The moment at which a call that begins now gives up.
    pub(super) fn deadline(&self) -> Instant {
        instant() + self.url.timeout
    }

    /// A connection for a snapshot; give it back with [`Hosts::put_back`] if it still works.
    pub(super) fn reader(&self, deadline: Instant) -> Result<Link> {
        loop {
            let Some(mut link) = locked(&self.idle).pop() else { return self.connect(Role::Read, deadline) };
            if link.is_stale() {
                continue;
            }
            if link.checked.elapsed() > FORMAT_KEPT {
                match self.look_again(&mut link, false) {
                    Err(Failure::Ours(error)) => return Err(error),
                    // This connection is lost: another one is tried.
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

    /// Called when a connection failed: the other connections to that server are dropped, too. If the server cannot
    /// serve, it is left alone for a while.
    pub(super) fn failed(&self, link: Link, failure: &Failure) {
        locked(&self.idle).retain(|other| other.host != link.host);
        if matches!(failure, Failure::Unfit(_) | Failure::LockWait(_)) {
            self.rest(link.host, REST);
        }
    }

    /// Called when a writer's connection failed: its transaction may still hold rows locked.
    pub(super) fn lost(&self, link: Link, failure: &Failure) {
        let (server, connection) = (link.server.clone(), link.conn.connection_id());
        locked(&self.lost).push(Lost { server, connection, since: link.since });
        self.failed(link, failure);
    }

    /// Ends the lost connections, before another transaction of this process has to wait for their locks.
    pub(super) fn end_lost(&self, link: &mut Link) {
        let mut lost = std::mem::take(&mut *locked(&self.lost));
        lost.retain(|one| !link.kill(one));
        locked(&self.lost).append(&mut lost);
    }

    pub(super) fn close(&self) {
        locked(&self.idle).clear();
    }

    /// Forgets which servers failed, so that each is tried again.
    pub(super) fn reset(&self) {
        locked(&self.idle).clear();
        locked(&self.down_until).iter_mut().for_each(|down| *down = None);
    }

    /// Called in a forked child: the connections belong to the parent, and closing them here would end them there.
    pub(super) fn forget(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.drain(..).for_each(std::mem::forget);
    }

    fn rest(&self, host: usize, rest: Duration) {
        if let Some(down) = locked(&self.down_until).get_mut(host) {
            *down = Some(instant() + rest);
        }
    }

    /// Connects to the first server that can serve; tries again and again until the deadline.
    pub(super) fn connect(&self, role: Role, deadline: Instant) -> Result<Link> {
        self.connect_for(role, deadline, None)
    }

    /// The same, for a statement that is answered within `patience`.
    pub(super) fn connect_for(
        &self,
        role: Role,
        deadline: Instant,
        patience: Option<Duration>,
    ) -> Result<Link> {
        loop {
            let now = instant();
            let resting: Vec<bool> =
                locked(&self.down_until).iter().map(|down| down.is_some_and(|until| until > now)).collect();
            let mut said = Vec::new();
            let all = resting.iter().all(|resting| *resting);
            for host in (0..resting.len()).filter(|host| all || !resting[*host]) {
                let began = instant();
                match self.connect_to(host, role, patience) {
                    Ok(link) => return Ok(link),
                    Err(Failure::Ours(error)) => return Err(error),
                    Err(failure) => {
                        // A server that costs its time-out each time is asked less often.
                        self.rest(host, (3 * began.elapsed()).clamp(REST, REST_MAX));
                        said.push(format!("{}: {}", self.url.host_shown(host), failure.said()));
                    }
                }
            }
            if instant() >= deadline {
                let said = said.join("; ");
                let busy = said.contains("1040: ") || said.contains("1203: ") || said.contains("1226: ");
                if busy {
                    let message = format!("too many connections ({said}); nothing was stored");
                    return Err(Refused::new(Code::Throttled, message).into());
                }
                return Err(Reason::Unreachable.error(format!("no server can be used ({said})")));
            }
            interrupt::pause(Duration::from_millis(50))?;
        }
    }

    fn connect_to(&self, host: usize, role: Role, patience: Option<Duration>) -> Tried<Link> {
        let mut conn = Conn::new(self.url.builder(host, patience))?;
        let settings = Settings::read(&mut conn)?;
        let warnings = settings.check(&self.url.host_shown(host), self.durability)?;
        // Only the warnings of the first server that is reached are kept.
        let _ = self.warnings.set(warnings);
        let level = match role {
            Role::Read => "REPEATABLE READ",
            Role::Write => "READ COMMITTED",
        };
        let access = if self.is_read_only() { "READ ONLY" } else { "READ WRITE" };
        conn.query_drop(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}, {access}"))?;
        conn.query_drop(settings.session(self.url.lock_timeout_s))?;
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
}

/// A random number > 0, which nobody else has.
pub(super) fn random_id() -> Result<i64> {
    let random = getrandom::u64().map_err(|error| Error::store(format!("no random numbers: {error}")))?;
    Ok((random >> 1).max(1).cast_signed())
}
