//! Failures on purpose: which calls fail, how, and a trace of what was injected.
//!
//! A room asks before it sends a call and gets what is to happen to it. What is injected is the final answer: the
//! store has no part in it, so nothing is retried that the store would not retry for a caller.

mod effect;
mod rule;
mod select;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::lock::locked;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub use effect::{Effect, known};
pub use rule::{Injected, Planned, RuleId, When};
pub use select::Select;

use rule::Rule;

/// What happens to one call.
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

/// All planned faults of one store.
#[derive(Default)]
pub struct Faults {
    active: AtomicBool,
    plan: Mutex<Plan>,
}

impl Faults {
    fn locked(&self) -> MutexGuard<'_, Plan> {
        locked(&self.plan)
    }

    /// Whether there is any rule. Without one, this look is all that a call costs.
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

    /// What is switched on, in order.
    pub fn planned(&self) -> Vec<Planned> {
        self.locked().rules.iter().map(Rule::planned).collect()
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
            trace.push(rule.injected(hit, room, code));
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
                trace.push(rule.injected(hit, room, None));
                return Some(found);
            }
        }
        None
    }
}
