//! Achievements as a room reaches them: its requests, the cloud behind them, the conflicts that faults ask for, and
//! what the room learns from the answers.

use super::Room;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::kinds::achievement::{self, AchievementAnswer, AchievementSet, Progress};
use crate::kinds::outcome::Outcome;
use crate::names::ACHIEVEMENT_GET;
use crate::op::Op;
use crate::request::achievement::{AchievementCloud, AchievementRequest};
use crate::request::tally::Completion;
use std::slice::from_ref;
use std::sync::Arc;

impl Room {
    /// Takes an achievement request; returns its number.
    pub fn request_achievement(&self, request: AchievementRequest) -> Result<u64> {
        self.check_open()?;
        if request.is_set() {
            self.store.check_writable()?;
        }
        let number = self.store.new_token();
        self.achievements.push(number, request);
        Ok(number)
    }

    /// What a get answers, if memory has it: for a room in which nothing waits. It gives up if anything has to be read.
    pub fn recall_achievements(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>> {
        self.check_open()?;
        let data = self.query(player)?;
        self.achievements.obtain_all(player, &data);
        Ok(data)
    }

    /// What a getter returned ([`crate::request::Requests::brought`]).
    pub fn achievement_brought(&self, number: u64, extra: Option<Arc<str>>) {
        self.achievements.brought(number, extra);
    }

    /// What a callback returned ([`crate::request::Requests::answered`]).
    pub fn achievement_answered(&self, number: u64, again: bool) -> bool {
        self.achievements.answered(number, again)
    }

    fn send_set(&self, op: Op) -> Result<AchievementAnswer> {
        match self.store.commit(vec![op])? {
            Outcome::Achievement(answer) => Ok(answer),
            _ => Err(Error::store("internal error: an achievement set has no answer")),
        }
    }

    /// What a set's answer tells of the player's progress.
    fn learn(&self, number: u64, player: i64, node: &Arc<str>, answer: &AchievementAnswer) {
        match answer {
            AchievementAnswer::Stored { progress, completed, .. } => {
                self.tally.learn(player, node, *progress);
                let told = self.tally.has_counted(player, node, *progress);
                if let Some(json) = completed.as_ref().filter(|_| !told) {
                    self.tally.complete(Completion { number, player, node: json.clone() });
                }
            }
            AchievementAnswer::Conflict(latest) | AchievementAnswer::Complete(latest) => {
                self.tally.learn(player, node, latest.progress);
            }
            AchievementAnswer::UnknownNode | AchievementAnswer::AutoSent | AchievementAnswer::Wait(_) => {}
        }
    }

    /// Lets another room store first, if somebody asked for a conflict. Only a set that carries a version can
    /// meet one (clause A-7).
    fn interfere(&self, op: &Op) -> Result<Option<AchievementAnswer>> {
        let Op::Achievement(achievement::Op::Set(set @ AchievementSet { version: Some(_), .. })) = op else {
            return Ok(None);
        };
        if !self.store.faults().is_active() {
            return Ok(None);
        }
        let found = self.store.faults().conflict(&self.name, &Call::write(from_ref(op)));
        let Some((progress, extra)) = found else { return Ok(None) };
        let before = self.store.read_one(&set.key)?.and_then(|row| row.i_value).unwrap_or(0);
        let delta = progress.map_or(0, |progress| progress.saturating_sub(before).max(0));
        let other = AchievementSet { delta, extra, version: None, ..set.clone() };
        let answer = self.send_set(achievement::Op::Set(other).into())?;
        Ok(matches!(answer, AchievementAnswer::Wait(_)).then_some(answer))
    }
}

/// A set's answer as the journal shows it: the code, and the data or the reason.
fn told(answer: &AchievementAnswer) -> (Option<i64>, String) {
    let data = |progress: &Progress| {
        let Progress { progress, extra, version, .. } = progress;
        format!("progress {progress}, version {version}, extra '{extra}'")
    };
    match answer {
        AchievementAnswer::Stored { before, .. } => (Some(0), format!("before: {}", data(before))),
        AchievementAnswer::Conflict(latest) => (Some(5), format!("latest: {}", data(latest))),
        AchievementAnswer::Complete(_) => (None, "the node is complete".into()),
        AchievementAnswer::AutoSent => (None, "the node sends itself".into()),
        AchievementAnswer::UnknownNode => (None, "the node is not defined".into()),
        AchievementAnswer::Wait(_) => (None, "waits: too many sets in this second".into()),
    }
}

impl AchievementCloud for Room {
    fn query(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>> {
        let sent = self.sends(&Call::new(ACHIEVEMENT_GET, &[player], &[]), |_| Ok(()))?;
        let read = self.store.read(|snapshot| achievement::query(snapshot, self.game, player));
        let data = sent.answered(read)?;
        self.tally.load(player, &data);
        Ok(data)
    }

    fn set(&self, number: u64, player: i64, node: &Arc<str>, op: Op) -> Result<AchievementAnswer> {
        let op = self.within_rate(op);
        let sent = self.sends(&Call::write(from_ref(&op)), |_| Ok(()))?;
        if let Some(wait) = self.interfere(&op)? {
            return sent.told(Ok(wait), told);
        }
        let answer = sent.told(self.send_set(op), told)?;
        self.learn(number, player, node, &answer);
        Ok(answer)
    }
}
