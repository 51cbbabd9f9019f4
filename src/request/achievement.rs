//! A room's achievement requests. Clauses. The rules are in `kinds/achievement.rs`.
//!
//! What differs from the storage's requests:
//! - Every request has a lane, its player's.
//! - A set names a version only if it has a getter, and that version is fixed when the getter is called: what the room
//!   obtains while the getter runs, or while the set waits, does not change it. The storage's sets take their versions
//!   when they are sent.
//! - After a conflict (code 5) the callback decides whether the set is sent again.

use super::lanes::LaneItem;
use super::obtained::Obtained;
use super::{Attempt, Cloud, Request, Requests};
use crate::call::Call;
use crate::error::Result;
use crate::kinds::achievement::{self, AchievementAnswer, Progress};
use crate::names::{ACHIEVEMENT_GET, ACHIEVEMENT_SET};
use crate::op::Op;
use std::slice::from_ref;
use std::sync::Arc;

/// What a request asks for.
#[derive(Clone, Debug)]
pub enum AchievementAsk {
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

/// A player's request.
#[derive(Clone, Debug)]
pub struct AchievementRequest {
    player: i64,
    ask: AchievementAsk,
    /// The version that a set names, from when its getter is called.
    version: Option<i64>,
}

impl AchievementRequest {
    /// A request of this player.
    pub const fn new(player: i64, ask: AchievementAsk) -> Self {
        Self { player, ask, version: None }
    }

    /// Whether it is to store something.
    pub const fn is_set(&self) -> bool {
        matches!(self.ask, AchievementAsk::Set { .. })
    }
}

/// What the mod's callback gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AchievementReply {
    /// All of a player's data: (node, progress, total).
    Data(Vec<(Arc<str>, Progress, i64)>),
    /// Code 0: stored; the data before.
    Stored(Progress),
    /// Code 5: not stored; the latest data.
    Conflict(Progress),
    /// None; the reason is for the log.
    Failed(String),
}

/// The cloud as achievement requests see it.
pub trait AchievementCloud: Cloud {
    /// All of a player's data.
    fn query(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>>;
    /// Sends one set, of the request with this number.
    fn set(&self, number: u64, player: i64, node: &Arc<str>, op: Op) -> Result<AchievementAnswer>;
}

impl LaneItem for AchievementRequest {
    fn lane(&self) -> Option<i64> {
        Some(self.player)
    }

    fn has_getter(&self) -> bool {
        matches!(self.ask, AchievementAsk::Set { with_extra: true, .. })
    }

    fn is_limited(&self) -> bool {
        self.is_set()
    }
}

impl Request for AchievementRequest {
    type Brought = Arc<str>;
    type Reply = AchievementReply;
    type Cloud = dyn AchievementCloud;

    fn call(&self) -> Call<'_> {
        let player = from_ref(&self.player);
        match &self.ask {
            AchievementAsk::Get => Call::new(ACHIEVEMENT_GET, player, &[]),
            AchievementAsk::Set { node, .. } => Call::new(ACHIEVEMENT_SET, player, from_ref(node)),
        }
    }

    /// The version after the last one that the room obtained (clause A-5).
    fn before_getter(&mut self, obtained: &Obtained) {
        if let AchievementAsk::Set { node, .. } = &self.ask {
            self.version = Some(obtained.next(self.player, node));
        }
    }

    fn send(
        &self,
        requests: &Requests<Self>,
        cloud: &Self::Cloud,
        game: i64,
        number: u64,
        extra: Option<&Arc<str>>,
    ) -> Result<Attempt<AchievementReply>> {
        let Self { player, ask, version } = self;
        let AchievementAsk::Set { node, delta, direct, .. } = ask else {
            let data = cloud.query(*player)?;
            requests.obtain_all(*player, &data);
            return Ok(Attempt::Replied(AchievementReply::Data(data)));
        };
        let op = achievement::set(game, *player, node.clone(), *delta, extra.cloned(), *version, *direct);
        Ok(match cloud.set(number, *player, node, op.into())? {
            AchievementAnswer::Wait(until_ms) => Attempt::Wait(until_ms),
            answer => Attempt::Replied(requests.judge(*player, node, version.is_some(), answer)),
        })
    }

    fn failed(reason: String) -> AchievementReply {
        AchievementReply::Failed(reason)
    }

    fn is_conflict(reply: &AchievementReply) -> bool {
        matches!(reply, AchievementReply::Conflict(_))
    }
}

impl Requests<AchievementRequest> {
    /// The room got this data of a player: its versions count as obtained (clause A-5).
    pub fn obtain_all(&self, player: i64, data: &[(Arc<str>, Progress, i64)]) {
        let mut inner = self.locked();
        for (node, progress, _) in data {
            inner.obtained.put(player, node.clone(), progress.version);
        }
    }

    fn judge(
        &self,
        player: i64,
        node: &Arc<str>,
        with_extra: bool,
        answer: AchievementAnswer,
    ) -> AchievementReply {
        let mut inner = self.locked();
        let obtained = &mut inner.obtained;
        match answer {
            AchievementAnswer::Stored { before, .. } => {
                // Without extra the set names no version: a room stays up to date only if it was so before.
                if with_extra || obtained.last(player, node) == before.version {
                    obtained.put(player, node.clone(), before.version.saturating_add(1));
                }
                AchievementReply::Stored(before)
            }
            AchievementAnswer::Conflict(latest) => {
                obtained.put(player, node.clone(), latest.version);
                AchievementReply::Conflict(latest)
            }
            AchievementAnswer::Complete(_) => {
                AchievementReply::Failed(format!("node '{node}' of player {player} is complete"))
            }
            AchievementAnswer::AutoSent => AchievementReply::Failed(format!(
                "node '{node}' has auto_sent_cloud: AddNodeProgress and SetNodeFinish send it"
            )),
            AchievementAnswer::UnknownNode => {
                AchievementReply::Failed(format!("node '{node}' is not defined in this game"))
            }
            AchievementAnswer::Wait(_) => AchievementReply::Failed("internal error: still waiting".into()),
        }
    }

    /// The callback's answer: `again` counts after a conflict only (clause A-6). True if the request goes on.
    pub fn answered(&self, number: u64, again: bool) -> bool {
        self.called_back(number, again)
    }
}
