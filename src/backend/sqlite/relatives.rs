//! Whether another process may share a descriptor with this one, because it was forked after that was opened.
//!
//! Forks of C code run no hook, so nothing reports them. The information that the system gives about all its processes
//! excludes most of them.

use crate::clock::instant;
use std::time::{Duration, Instant};

/// A child that has ended cannot be seen any more, and its own children never could: so after this time nothing is
/// certain.
const CERTAIN: Duration = Duration::from_millis(10);

/// A moment. No process that existed before it shares a descriptor that was opened after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    at: Instant,
    newest: Option<os::Number>,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { at: instant(), newest: os::newest() }
    }

    /// Whether it is certain that this process has forked nobody since then.
    pub(super) fn is_unforked(&self) -> bool {
        let is_newest = || self.newest.is_some() && self.newest == os::newest();
        instant().duration_since(self.at) < CERTAIN && (!os::has_children() || is_newest())
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod os {
    use nix::errno::Errno;
    use nix::sys::wait::{Id, WaitPidFlag, waitid};
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::sync::LazyLock;

    /// The number as the system writes it: decimal digits.
    pub(super) type Number = [u8; 16];

    /// The number of the process or thread that the system started last, in the containers of this process.
    pub(super) fn newest() -> Option<Number> {
        static FILE: LazyLock<Option<File>> =
            LazyLock::new(|| File::open("/proc/sys/kernel/ns_last_pid").ok());
        let mut number = [0; 16];
        FILE.as_ref()?.read_at(&mut number, 0).ok().filter(|&bytes| bytes > 0).map(|_| number)
    }

    pub(super) fn has_children() -> bool {
        // This only looks at the children: the code that waits for them can still do so.
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT | WaitPidFlag::__WALL;
        waitid(Id::All, flags) != Err(Errno::ECHILD)
    }
}

/// This is not known on other systems.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod os {
    pub(super) type Number = ();

    pub(super) const fn newest() -> Option<Number> {
        None
    }

    pub(super) const fn has_children() -> bool {
        true
    }
}
