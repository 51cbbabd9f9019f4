//! What the mod gave to be called: channels' callbacks, requests' getters and callbacks (clauses, S-9).

use crate::names::{ACHIEVEMENT_SET, STORAGE_SET};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;

/// A function that the mod gave to be called.
pub(super) enum Callback {
    /// For a subscription, and whether it is a coroutine function.
    Channel(Py<PyAny>, bool),
    /// For an achievement or storage request.
    Request(RequestCallbacks),
}

/// What a request calls.
pub(super) struct RequestCallbacks {
    /// None: the mod does not want the answer.
    pub(super) callback: Option<Py<PyAny>>,
    /// Called for the data that the request sends.
    pub(super) getter: Option<Py<PyAny>>,
    /// The call that it came from, for the log.
    pub(super) name: &'static str,
}

impl Callback {
    pub(super) const fn is_async(&self) -> bool {
        matches!(self, Self::Channel(_, true))
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Channel(callback, _) => visit.call(callback),
            Self::Request(RequestCallbacks { callback, getter, .. }) => {
                callback.iter().chain(getter).try_for_each(|one| visit.call(one))
            }
        }
    }
}

/// The name of the getter's parameter in this call.
pub(super) fn getter_name(call: &str) -> &'static str {
    match call {
        ACHIEVEMENT_SET => "getExtraData",
        STORAGE_SET => "entitiesGetter",
        _ => "getExtra",
    }
}
