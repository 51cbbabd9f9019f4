//! Failures on purpose: which calls fail, how, and a trace of what was injected.
//!
//! A room asks before it sends a call and gets what is to happen to it. What is injected is the final answer: the
//! store has no part in it, so nothing is retried that the store would not retry for a caller.

use crate::call::{ACHIEVEMENT_SET, Call, LIVE, READS, REQUESTS, STORAGE_SET, VERBS, WRITES, about};
use crate::error::{Code, Error, Fault, Result};
use crate::lock::locked;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What happens to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// It fails with one of these codes, or (an achievement request) with none; `applied`: after it was stored.
    Fail {
        /// An achievement's callback gets None for any.
        codes: Vec<Code>,
        /// Whether it takes effect all the same.
        applied: bool,
    },
    /// It takes so long: microseconds.
    Delay(i64),
    /// Its callback is called twice.
    Twice,
    /// Another room stores first: the set meets code 5.
    Conflict {
        /// The progress that is stored then; `None` = as it was.
        progress: Option<i64>,
        /// The extra that is stored then; `None` = as it was.
        extra: Option<Arc<str>>,
    },
}

impl Effect {
    const fn name(&self) -> &'static str {
        match self {
            Self::Fail { applied: false, .. } => "fail",
            Self::Fail { applied: true, .. } => "applied, but fail",
            Self::Delay(_) => "delay",
            Self::Twice => "duplicate",
            Self::Conflict { .. } => "conflict",
        }
    }

    /// Whether it can happen to a call of this name.
    fn fits(&self, op: &str) -> bool {
        match self {
            Self::Fail { applied: true, .. } => {
                WRITES.contains(&op)
                    || VERBS.contains(&op)
                    || op == "publish_message"
                    || op == ACHIEVEMENT_SET
                    || op == STORAGE_SET
            }
            Self::Fail { .. } | Self::Delay(_) => true,
            Self::Twice => REQUESTS.contains(&op) || op == "subscribe_channel" || op == "subscribe_message",
            Self::Conflict { .. } => op == ACHIEVEMENT_SET,
        }
    }
}

/// Which calls a rule is about; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "said by the type")]
pub struct Select {
    pub op: Option<String>,
    pub user: Option<i64>,
    pub key: Option<String>,
    pub room: Option<String>,
}

/// How often a rule strikes.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// From the n-th selected call on (the first is 1), so many times; `None` = for ever.
    Nth(u64, Option<u64>),
    /// By chance, with this seed; the rate is in 2⁻⁵³.
    Random(u64, u64),
}

/// A rule's number.
pub type RuleId = u64;

struct Rule {
    id: RuleId,
    effect: Effect,
    select: Select,
    when: When,
    seen: u64,
    injected: u64,
}

/// One thing that was injected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    /// The rule that struck.
    pub rule: RuleId,
    /// The room's name.
    pub room: Arc<str>,
    /// The call, or the verb that was selected.
    pub op: &'static str,
    /// The user that it named.
    pub user: Option<i64>,
    /// The key that it named.
    pub key: Option<String>,
    /// What happened.
    pub what: &'static str,
    /// The code, if it failed with one.
    pub code: Option<Code>,
}

/// What is to happen to one call.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How long it takes: microseconds.
    pub delay_us: i64,
    /// It fails before it takes effect.
    pub before: Option<Error>,
    /// It fails after it took effect.
    pub after: Option<Error>,
}

#[derive(Default)]
struct Plan {
    rules: Vec<Rule>,
    rules_made: u64,
    trace: Vec<Injected>,
}

/// All that is to go wrong in one store.
#[derive(Default)]
pub struct Faults {
    active: AtomicBool,
    plan: Mutex<Plan>,
}

/// The part of a call that a rule selected.
struct Hit {
    index: Option<usize>,
    op: &'static str,
    user: Option<i64>,
    key: Option<String>,
}

impl Faults {
    fn locked(&self) -> MutexGuard<'_, Plan> {
        locked(&self.plan)
    }

    /// Whether there is any rule: all that a call pays when there is none.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    /// Adds a rule.
    pub fn add(&self, effect: Effect, select: Select, when: When) -> Result<RuleId> {
        if let Some(op) = &select.op {
            known(op, &effect)?;
        }
        let mut plan = self.locked();
        plan.rules_made += 1;
        let id = plan.rules_made;
        plan.rules.push(Rule { id, effect, select, when, seen: 0, injected: 0 });
        self.active.store(true, Ordering::Relaxed);
        Ok(id)
    }

    /// Takes a rule away; how often it struck stays known by the trace.
    pub fn remove(&self, id: RuleId) {
        let mut plan = self.locked();
        plan.rules.retain(|rule| rule.id != id);
        self.active.store(!plan.rules.is_empty(), Ordering::Relaxed);
    }

    /// Takes all rules away, and forgets the trace.
    pub fn clear(&self) {
        let mut plan = self.locked();
        plan.rules.clear();
        plan.trace.clear();
        self.active.store(false, Ordering::Relaxed);
    }

    /// What was injected, in order.
    pub fn trace(&self) -> Vec<Injected> {
        self.locked().trace.clone()
    }

    /// What is to happen to this call, by the first rule that makes it fail and all that make it slow.
    pub fn judge(&self, room: &Arc<str>, call: &Call<'_>) -> Verdict {
        let mut plan = self.locked();
        let Plan { rules, trace, .. } = &mut *plan;
        let mut verdict = Verdict::default();
        for rule in rules {
            let failed = verdict.before.is_some() || verdict.after.is_some();
            let wanted = match rule.effect {
                Effect::Fail { .. } => !failed,
                Effect::Delay(_) => true,
                Effect::Twice | Effect::Conflict { .. } => false,
            };
            let Some((hit, draw)) = wanted.then(|| rule.strikes(room, call)).flatten() else { continue };
            let mut code = None;
            match &rule.effect {
                Effect::Delay(us) => verdict.delay_us += us,
                Effect::Fail { codes, applied } => {
                    code =
                        codes.get(usize::try_from(draw % (codes.len() as u64).max(1)).unwrap_or(0)).copied();
                    let error = hit.error(code, *applied);
                    *(if *applied { &mut verdict.after } else { &mut verdict.before }) = Some(error);
                }
                Effect::Twice | Effect::Conflict { .. } => {}
            }
            trace.push(hit.injected(rule, room, code));
        }
        verdict
    }

    /// Whether the callback of this call is to be called twice.
    pub fn twice(&self, room: &Arc<str>, call: &Call<'_>) -> bool {
        self.first(room, call, |effect| matches!(effect, Effect::Twice).then_some(())).is_some()
    }

    /// What another room stores before this set: progress and extra.
    pub fn conflict(&self, room: &Arc<str>, call: &Call<'_>) -> Option<(Option<i64>, Option<Arc<str>>)> {
        self.first(room, call, |effect| match effect {
            Effect::Conflict { progress, extra } => Some((*progress, extra.clone())),
            _ => None,
        })
    }

    fn first<T>(&self, room: &Arc<str>, call: &Call<'_>, wanted: impl Fn(&Effect) -> Option<T>) -> Option<T> {
        let mut plan = self.locked();
        let Plan { rules, trace, .. } = &mut *plan;
        for rule in rules {
            let Some(found) = wanted(&rule.effect) else { continue };
            if let Some((hit, _)) = rule.strikes(room, call) {
                trace.push(hit.injected(rule, room, None));
                return Some(found);
            }
        }
        None
    }
}

/// Whether there is such a call, and the effect can happen to it.
pub fn known(op: &str, effect: &Effect) -> Result<()> {
    let all = [&READS[..], &WRITES, &VERBS, &LIVE, &REQUESTS].concat();
    let accepted: Vec<&str> = all.into_iter().filter(|known| effect.fits(known)).collect();
    if accepted.contains(&op) {
        return Ok(());
    }
    let (what, accepted) = (effect.name(), accepted.join(", "));
    let sends = matches!(op, "AddNodeProgress" | "SetNodeFinish");
    let instead = if sends { format!(" (it sends a {ACHIEVEMENT_SET})") } else { String::new() };
    Err(Error::value(format!(
        "op: '{op}'{instead} is no call that a fault of the kind '{what}' can hit; accepted are {accepted}"
    )))
}

impl Rule {
    /// Counts the call if it is selected; the part that is hit, and a number drawn for it.
    fn strikes(&mut self, room: &Arc<str>, call: &Call<'_>) -> Option<(Hit, u64)> {
        let hit = self.select.hit(room, call, &self.effect)?;
        self.seen += 1;
        let draw = match self.when {
            When::Nth(nth, times) => {
                let left = times.is_none_or(|times| self.injected < times);
                (self.seen >= nth && left).then_some(self.injected)?
            }
            When::Random(seed, rate) => {
                let drawn = mixed(seed.wrapping_add(self.seen.wrapping_mul(GOLDEN)));
                (drawn >> 11 < rate).then(|| mixed(drawn))?
            }
        };
        self.injected += 1;
        Some((hit, draw))
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// `SplitMix64`'s output function: every bit of the input moves every bit of the output.
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Select {
    fn hit(&self, room: &str, call: &Call<'_>, effect: &Effect) -> Option<Hit> {
        if self.room.as_ref().is_some_and(|wanted| wanted != room) {
            return None;
        }
        let named = match &self.op {
            Some(op) if op == call.op => true,
            Some(op) if call.op == "commit" => {
                let (index, op, user, key) = self.part(call, |part| part.name() == op)?;
                return Some(Hit { index: Some(index), op, user, key });
            }
            Some(_) => false,
            // Calls without a Reply raise: only who names them wants that.
            None => effect.fits(call.op) && (!LIVE.contains(&call.op) || *effect == Effect::Twice),
        };
        if !named {
            return None;
        }
        let chosen = self.user.is_some() || self.key.is_some();
        if !call.ops.is_empty() {
            let part = self.part(call, |_| true);
            return match part {
                None if chosen => None,
                None => Some(Hit { index: None, op: call.op, user: None, key: None }),
                Some((_, _, user, key)) => Some(Hit { index: None, op: call.op, user, key }),
            };
        }
        let user =
            one(call.users, |user| self.user.is_none_or(|wanted| wanted == *user), self.user.is_some())?;
        let key = one(
            call.keys,
            |key| self.key.as_ref().is_none_or(|wanted| **wanted == **key),
            self.key.is_some(),
        )?;
        Some(Hit { index: None, op: call.op, user: user.copied(), key: key.map(|key| (**key).to_owned()) })
    }

    /// The first operation of a commit that is selected.
    fn part(
        &self,
        call: &Call<'_>,
        wanted: impl Fn(&crate::op::Op) -> bool,
    ) -> Option<(usize, &'static str, Option<i64>, Option<String>)> {
        call.ops.iter().enumerate().find_map(|(index, op)| {
            let (user, key) = about(op);
            let same = wanted(op)
                && self.user.is_none_or(|wanted| user == Some(wanted))
                && self.key.as_deref().is_none_or(|wanted| key.as_deref() == Some(wanted));
            same.then(|| (index, op.name(), user, key.map(std::borrow::Cow::into_owned)))
        })
    }
}

/// The first item that fits; `Some(None)` where there is none and none is asked for.
#[expect(clippy::option_option, reason = "no hit, a hit without an item, a hit with one")]
fn one<T>(items: &[T], fits: impl Fn(&T) -> bool, asked: bool) -> Option<Option<&T>> {
    match items.iter().find(|item| fits(item)) {
        None if asked => None,
        found => Some(found),
    }
}

impl Hit {
    fn error(&self, code: Option<Code>, applied: bool) -> Error {
        let stored = if applied { "it took effect all the same" } else { "it had no effect" };
        let message = format!("{} fails on purpose (faults), {stored}", self.op);
        let Some(code) = code else { return Error::store(message) };
        let fault = Fault::new(code, message);
        match self.index {
            Some(index) => fault.at(index, self.op).into(),
            None => fault.into(),
        }
    }

    fn injected(self, rule: &Rule, room: &Arc<str>, code: Option<Code>) -> Injected {
        let Self { op, user, key, .. } = self;
        Injected { rule: rule.id, room: room.clone(), op, user, key, what: rule.effect.name(), code }
    }
}
