//! A room's achievement requests: sent one after the other for each player, versions obtained, code 5 asked about.
//! Clauses.
//!
//! The core never calls the mod: [`Uploads::step`] tells what to call next, and the caller brings the answer.

use crate::error::{Error, Fault, Result};
use crate::kinds::achievement::{self, Answer, Progress};
use crate::op::Op;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

#[derive(Debug)]
enum State {
    /// To be sent.
    Queued,
    /// The getter runs; the version that will be sent.
    Getter(i64),
    /// Extra is here, if any: it waits for its turn within the game's sets per second.
    Ready { extra: Option<Arc<str>>, version: Option<i64> },
    /// Being sent.
    Sending,
    /// The callback runs; whether its True means "again".
    Callback { conflict: bool },
}

#[derive(Debug)]
struct Waiting {
    player: i64,
    request: Request,
    state: State,
}

#[derive(Default)]
struct Inner {
    waiting: BTreeMap<u64, Waiting>,
    obtained: FxHashMap<(i64, Arc<str>), i64>,
    /// The game sets too much: no set before this time (ms).
    blocked_until_ms: i64,
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

type Sent = (u64, i64, Request, Option<Arc<str>>, Option<i64>);

impl Uploads {
    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.locked().waiting.is_empty()
    }

    /// Whose request this is, and what it asks for.
    pub fn about(&self, number: u64) -> Option<(i64, Request)> {
        self.locked().waiting.get(&number).map(|one| (one.player, one.request.clone()))
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&self, number: u64, player: i64, request: Request) {
        self.locked().waiting.insert(number, Waiting { player, request, state: State::Queued });
    }

    /// Forgets all that waits.
    pub fn clear(&self) {
        self.locked().waiting.clear();
    }

    /// What to do next among the requests up to number `last`; `None` = nothing until something else happens.
    pub fn step(&self, cloud: &dyn Cloud, game: i64, last: u64) -> Option<Step> {
        loop {
            let (number, player, request, extra, version) = match self.next(cloud.now_ms(), last)? {
                Next::Getter(number) => return Some(Step::Getter(number)),
                Next::Send(sent) => sent,
            };
            let reply = match &request {
                Request::Get => cloud.query(player).map(|data| {
                    self.obtain_all(player, &data);
                    Reply::Data(data)
                }),
                Request::Set { node, delta, direct, .. } => {
                    let (named, sent) = (node.clone(), extra.clone());
                    let op = achievement::set(game, player, named, *delta, sent, version, *direct);
                    match cloud.set(number, player, node, op) {
                        Ok(Answer::Wait(until_ms)) => {
                            self.locked().blocked_until_ms = until_ms;
                            self.put(number, State::Ready { extra, version });
                            continue;
                        }
                        Ok(answer) => Ok(self.obtain(player, node, version.is_some(), answer)),
                        Err(error) => Err(error),
                    }
                }
            };
            let reply = reply.unwrap_or_else(|error| Reply::Failed(reason(&error)));
            self.put(number, State::Callback { conflict: matches!(reply, Reply::Conflict(_)) });
            return Some(Step::Callback(number, reply));
        }
    }

    /// The first request that can go on: for each player only the oldest one may.
    fn next(&self, now_ms: i64, last: u64) -> Option<Next> {
        let mut inner = self.locked();
        let Inner { waiting, obtained, blocked_until_ms } = &mut *inner;
        // A clock that was set back does not block for longer than a second.
        let blocked = (1..=1000).contains(&(*blocked_until_ms - now_ms));
        let mut served = FxHashSet::default();
        for (number, one) in waiting.range_mut(..=last) {
            if !served.insert(one.player) {
                continue;
            }
            let (extra, version) = match (&mut one.state, &one.request) {
                (State::Queued, Request::Set { node, with_extra: true, .. }) => {
                    let version = obtained.get(&(one.player, node.clone())).copied().unwrap_or(0) + 1;
                    one.state = State::Getter(version);
                    return Some(Next::Getter(*number));
                }
                (State::Queued | State::Ready { .. }, Request::Set { .. }) if blocked => continue,
                (State::Queued, _) => (None, None),
                (State::Ready { extra, version }, _) => (extra.take(), *version),
                _ => continue,
            };
            one.state = State::Sending;
            return Some(Next::Send((*number, one.player, one.request.clone(), extra, version)));
        }
        None
    }

    fn put(&self, number: u64, state: State) {
        if let Some(one) = self.locked().waiting.get_mut(&number) {
            one.state = state;
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
                    inner.obtained.insert(at, before.version + 1);
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
        match (inner.waiting.get_mut(&number), extra) {
            (Some(Waiting { state, .. }), Some(extra)) => {
                if let State::Getter(version) = *state {
                    *state = State::Ready { extra: Some(extra), version: Some(version) };
                }
            }
            _ => drop(inner.waiting.remove(&number)),
        }
    }

    /// The callback's answer: `again` counts after a conflict only (clause A-6). True if the request goes on.
    pub fn answered(&self, number: u64, again: bool) -> bool {
        let mut inner = self.locked();
        match inner.waiting.get_mut(&number) {
            Some(Waiting { state: state @ State::Callback { conflict: true }, .. }) if again => {
                *state = State::Queued;
                true
            }
            _ => {
                inner.waiting.remove(&number);
                false
            }
        }
    }
}

enum Next {
    Getter(u64),
    Send(Sent),
}

fn reason(error: &Error) -> String {
    match error {
        Error::Fault(Fault { code, message, .. }) => format!("{message} (code {})", *code as i64),
        other => other.to_string(),
    }
}
