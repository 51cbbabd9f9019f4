//! `cloudvars.open`.

use super::Store;
use crate::backend::{TARGETS, is_remote};
use crate::py::args::{self, Given, path};
use crate::py::clock;
use crate::py::enter::enter_apart;
use crate::py::exceptions::unopened;
use crate::py::exit::running;
use crate::py::warning::warn;
use crate::store::{self, CACHE_BYTES, DEFAULT_GAME, Options};
use pyo3::prelude::*;

/// Open a store: a path, ":memory:" (the default), or a server's URL.
///
/// ``"mysql://user:password@host:3306,host2:3306/database?timeout=20"`` is one store for several machines, on MariaDB,
/// Galera, MySQL or TiDB; the first host that works is taken. Options: ``connect-timeout``, ``read-timeout``,
/// ``lock-timeout``, ``timeout`` (seconds), ``ssl-mode``, ``ssl-ca``, ``ssl-cert``, ``ssl-key``, ``socket``, ``bus``
/// and ``bus-ca`` (a Redis that carries hints of news); docs/cluster.md explains them.
/// Warns (``UserWarning``) of promises that such a server cannot keep.
///
/// ``durability``: what an acknowledged commit survives: "full" a power cut, "normal" the end of the process (after a
/// power cut the file is sound, the last commits may be gone), "off" the end of the process only (C-6). On a file
/// "off" is the same as "normal": what others were promised with "full" is in the same file. On a server: "full"
/// refuses one whose settings may lose acknowledged commits.
/// ``clock``: where time comes from: a ``SystemClock`` (the default), a ``ManualClock``, or "python": what
/// ``time.time_ns()`` returns, replaced by a test or not;
/// ``timezone``: an IANA name; windows of counters end, and times are printed, in this zone (T-5);
/// ``game``: the game of rooms that do not name one. Warns (``UserWarning``) if it is named, the store is opened for
/// reading only, and only other games are in it.
/// ``readonly=True``: nothing is written and no file is made. That works on a medium that cannot be written, and beside
/// a process that writes, whose commits are seen at once. A call that writes raises ``StoreError``, and so does
/// ``open`` for a file that cannot be read without writing beside it.
///
/// ``cache``: how many bytes of rows are kept in memory at most (64 MiB; 0 keeps none), of a file or a store in memory,
/// not of servers. An answer is never older than one that was read anew, whoever else writes.
///
/// Raises ``StoreError`` (no store, a newer schema, no permission, no server that can be used) and ``CloudValueError``.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "what a store can be opened with")]
#[pyo3(
    signature = (target = Given(None), *, durability = Given(None), clock = None, timezone = Given(None), game = Given(None), readonly = Given(None), cache = Given(None)),
    text_signature = "(target=':memory:', *, durability='full', clock=None, timezone='Asia/Shanghai', game='default', readonly=False, cache=67108864)"
)]
pub(in crate::py) fn open(
    py: Python<'_>,
    target: Given<'_>,
    durability: Given<'_>,
    clock: Option<Bound<'_, PyAny>>,
    timezone: Given<'_>,
    game: Given<'_>,
    readonly: Given<'_>,
    cache: Given<'_>,
) -> PyResult<Store> {
    let _running = running(py);
    let target = match &target.0 {
        None => ":memory:".to_owned(),
        Some(target) => path(target, "target", TARGETS)?,
    };
    let durability = args::durability(py, &durability)?;
    let clock = clock.map(clock::named).transpose()?;
    let options = Options {
        target,
        durability,
        clock: clock::given(clock.as_ref())?,
        timezone: timezone.text("timezone", "Asia/Shanghai")?,
        game: game.text("game", DEFAULT_GAME)?,
        readonly: readonly.bool("readonly", false)?,
        cache: cache.bytes("cache", CACHE_BYTES)?,
    };
    let is_remote = is_remote(&options.target);
    let is_named = game.0.is_some();
    let opened = enter_apart(py, is_remote, move || {
        let core = store::Store::open(&options)?;
        let warning = if is_named { core.game_warning()? } else { None };
        Ok((core, warning))
    })?;
    let (core, warning) = opened.map_err(|refused| unopened(py, &refused))?;
    warn(py, &core.warnings())?;
    warn(py, warning.as_slice())?;
    let clock = match clock {
        Some(clock) => clock.unbind(),
        None => Py::new(py, clock::SystemClock)?.into_any(),
    };
    Ok(Store::new(core, clock))
}
