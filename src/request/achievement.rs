//! A room's achievement requests: sent one after the other for each player, versions obtained, code 5 asked about.
//! Clauses.
//!
//! The core never calls the mod: [`Uploads::step`] tells what to call next, and the caller brings the answer.

use super::lanes::{self, Lanes, Next};
use crate::error::{Error, Result};
use crate::kinds::achievement::{self, Answer, Progress};
use crate::lock::locked;
use crate::op::Op;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What a request is about.
#[derive(Clone, Debug)]
pub enum Request {
    /// `LobbyGetAchievementStorage`
    Get,
    /// `LobbySetAchievementStorage`
    Set {
        /// Node id.
        node: Arc<str>,
        /// What is added.
        delta: i64,
        /// Whether a getter brings extra data along.
        with_extra: bool,
        /// Whether the mod sends it itself, with `LobbySetAchievementStorage`.
        direct: bool,
    },
}

/// What the mod's callback gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// All of a player's data: (node, progress, total).
    Data(Vec<(Arc<str>, Progress, i64)>),
    /// Code 0: stored; the data before.
    Stored(Progress),
    /// Code 5: not stored; the latest data.
    Conflict(Progress),
    /// None; the reason is for the log.
    Failed(String),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call the getter of this request and bring its text to [`Uploads::extra`].
    Getter(u64),
    /// Call the callback of this request and bring its answer to [`Uploads::answered`].
    Callback(u64, Reply),
}

/// A player's request.
#[derive(Clone, Debug)]
struct Asked {
    player: i64,
    request: Request,
}

impl lanes::Request for Asked {
    fn lane(&self) -> Option<i64> {
        Some(self.player)
    }

    fn has_getter(&self) -> bool {
        matches!(self.request, Request::Set { with_extra: true, .. })
    }

    fn is_limited(&self) -> bool {
        matches!(self.request, Request::Set { .. })
    }
}

#[derive(Default)]
struct Inner {
    lanes: Lanes<Asked, Arc<str>>,
    obtained: FxHashMap<(i64, Arc<str>), i64>,
    /// The versions of the sets whose getter was called, by number: what is obtained later does not change them.
    carried: FxHashMap<u64, i64>,
}

/// The cloud as a room's requests see it.
pub trait Cloud {
    /// All of a player's data.
    fn query(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>>;
    /// Sends one set, of the request with this number.
    fn set(&self, number: u64, player: i64, node: &Arc<str>, op: Op) -> Result<Answer>;
    /// Now, by the store's clock.
    fn now_ms(&self) -> i64;
}

/// The requests of one room.
#[derive(Default)]
pub struct Uploads {
    inner: Mutex<Inner>,
}

impl Uploads {
    fn locked(&self) -> MutexGuard<'_, Inner> {
        locked(&self.inner)
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.locked().lanes.len()
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.locked().lanes.is_empty()
    }

    /// Whether a request can be sent, or its getter called.
    pub fn can_go(&self, now_ms: i64) -> bool {
        self.locked().lanes.can_go(now_ms)
    }

    /// Gives a request up.
    pub fn give_up(&self, number: u64) {
        let mut inner = self.locked();
        inner.carried.remove(&number);
        inner.lanes.end(number);
    }

    /// The cloud takes more again, whatever it said before.
    pub fn unblock(&self) {
        self.locked().lanes.unblock();
    }

    /// Whose request this is, and what it asks for.
    pub fn about(&self, number: u64) -> Option<(i64, Request)> {
        self.locked().lanes.about(number).map(|one| (one.player, one.request.clone()))
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&self, number: u64, player: i64, request: Request) {
        self.locked().lanes.push(number, Asked { player, request });
    }

    /// Forgets all that waits.
    pub fn clear(&self) {
        let mut inner = self.locked();
        inner.lanes.clear();
        inner.carried.clear();
    }

    /// What to do next among the requests up to number `last`; `None` = nothing until something else happens.
    pub fn step(&self, cloud: &dyn Cloud, game: i64, last: u64) -> Option<Step> {
        loop {
            let now_ms = cloud.now_ms();
            let mut inner = self.locked();
            let (number, Asked { player, request }, extra) = match inner.lanes.next(now_ms, last)? {
                Next::Getter(number) => {
                    inner.carry(number);
                    return Some(Step::Getter(number));
                }
                Next::Send(number, asked, extra) => (number, asked, extra),
            };
            let version = inner.carried.get(&number).copied();
            drop(inner);
            let reply = match &request {
                Request::Get => cloud.query(player).map(|data| {
                    self.obtain_all(player, &data);
                    Reply::Data(data)
                }),
                Request::Set { node, delta, direct, .. } => {
                    let (named, sent) = (node.clone(), extra.clone());
                    let op = achievement::set(game, player, named, *delta, sent, version, *direct).into();
                    match cloud.set(number, player, node, op) {
                        Ok(Answer::Wait(until_ms)) => {
                            self.locked().lanes.wait(number, extra, until_ms);
                            continue;
                        }
                        Ok(answer) => Ok(self.obtain(player, node, version.is_some(), answer)),
                        Err(error) => Err(error),
                    }
                }
            };
            if matches!(reply, Err(Error::Interrupted { unsure: false })) {
                self.locked().lanes.put_back(number, extra);
                return None;
            }
            let reply = reply.unwrap_or_else(|error| Reply::Failed(error.for_log()));
            let mut inner = self.locked();
            inner.carried.remove(&number);
            inner.lanes.sent(number, matches!(reply, Reply::Conflict(_)));
            return Some(Step::Callback(number, reply));
        }
    }

    /// The room got this data of a player: its versions count as obtained (clause A-5).
    pub fn obtain_all(&self, player: i64, data: &[(Arc<str>, Progress, i64)]) {
        let mut inner = self.locked();
        for (node, progress, _) in data {
            inner.obtained.insert((player, node.clone()), progress.version);
        }
    }

    fn obtain(&self, player: i64, node: &Arc<str>, with_extra: bool, answer: Answer) -> Reply {
        let mut inner = self.locked();
        let at = (player, node.clone());
        match answer {
            Answer::Stored { before, .. } => {
                // Without extra nobody looked at the version: only who was up to date before still is.
                if with_extra || inner.obtained.get(&at).copied().unwrap_or(0) == before.version {
                    inner.obtained.insert(at, before.version.saturating_add(1));
                }
                Reply::Stored(before)
            }
            Answer::Conflict(latest) => {
                inner.obtained.insert(at, latest.version);
                Reply::Conflict(latest)
            }
            Answer::Complete(_) => Reply::Failed(format!("node '{node}' of player {player} is complete")),
            Answer::AutoSent => Reply::Failed(format!(
                "node '{node}' has auto_sent_cloud: AddNodeProgress and SetNodeFinish send it"
            )),
            Answer::UnknownNode => Reply::Failed(format!("node '{node}' is not defined in this game")),
            Answer::Wait(_) => Reply::Failed("internal error: still waiting".into()),
        }
    }

    /// The getter's text; `None` = it failed, the request is dropped (clause A-8).
    pub fn extra(&self, number: u64, extra: Option<Arc<str>>) {
        let mut inner = self.locked();
        if extra.is_none() {
            inner.carried.remove(&number);
        }
        inner.lanes.brought(number, extra);
    }

    /// The callback's answer: `again` counts after a conflict only (clause A-6). True if the request goes on.
    pub fn answered(&self, number: u64, again: bool) -> bool {
        self.locked().lanes.answered(number, again)
    }
}

impl Inner {
    /// What a set will carry: the version after the last one that the room obtained (clause A-5).
    fn carry(&mut self, number: u64) {
        let Some(Asked { player, request: Request::Set { node, .. } }) = self.lanes.about(number) else {
            return;
        };
        let version = self.obtained.get(&(*player, node.clone())).copied().unwrap_or(0).saturating_add(1);
        self.carried.insert(number, version);
    }
}
