//! The store's file: which one it is, whether it is still at its path, and whether its log belongs to it.

use super::failure::{Failure, Tried, does_not_fit, reason, word};
use super::guard::{self, Copying, Guard, Harm, Hold};
use super::identity::{Identity, names};
use super::location::Location;
use super::path::{absolute, beside, check, check_to_read, create, shown, unusable};
use super::version::{self, Cookie};
use crate::error::{Error, Reason, Result};
use crate::fork::inside;
use crate::lock::locked;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// How often each file is open in this process, and what guards it. Closing any descriptor of a file drops all locks that this process
/// holds on it, those of `SQLite` too: so a file that is open already is never read beside `SQLite`.
/// Used only inside the fork gate.
static OPEN: Mutex<BTreeMap<Identity, (usize, Arc<Guard>)>> = Mutex::new(BTreeMap::new());

/// Whether this is the file of a store that this process has open.
pub(super) fn is_open(metadata: &Metadata) -> bool {
    cfg!(unix) && locked(&OPEN).contains_key(&Identity::of(metadata))
}

/// A checked path; while it lives, the file counts as open.
#[derive(Debug)]
pub(super) struct StoreFile {
    location: Location,
    identity: Identity,
    guard: Arc<Guard>,
    /// The schema that was found to be ours.
    checked: Mutex<Option<Cookie>>,
    /// Whether a log lay beside the file when it was opened.
    found_log: bool,
    /// Whether file and log were found not to fit together.
    misfit: AtomicBool,
}

impl StoreFile {
    /// Checks the path and makes an empty file where there is none. Changes nothing else.
    pub(super) fn new(path: &Path) -> Result<Self> {
        let fails = |error: &std::io::Error| unusable(path, error);
        let mut open = locked(&OPEN);
        let mut metadata = fs::metadata(path);
        if metadata.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            if let Err(error) = create(path)
                && error.kind() != ErrorKind::AlreadyExists
            {
                return Err(fails(&error));
            }
            metadata = fs::metadata(path);
        }
        Self::of(path, &metadata.map_err(|error| fails(&error))?, &mut open, check)
    }

    /// A file that is there, to be read. Changes nothing.
    pub(super) fn to_read(path: &Path) -> Result<Self> {
        let mut open = locked(&OPEN);
        let metadata = fs::metadata(path).map_err(|error| unusable(path, &error))?;
        Self::of(path, &metadata, &mut open, check_to_read)
    }

    fn of(
        path: &Path,
        metadata: &Metadata,
        open: &mut BTreeMap<Identity, (usize, Arc<Guard>)>,
        check: impl Fn(&Path) -> Result<()>,
    ) -> Result<Self> {
        let fails = |error: &std::io::Error| unusable(path, error);
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a directory" } else { "not a regular file" };
            return Err(Reason::Foreign.error(format!("'{}' is {what}; a store is one file", path.display())));
        }
        if names(metadata) > 1 {
            return Err(Error::Store(guard::linked(&format!("'{}'", path.display()), names(metadata))));
        }
        // Links are followed once, and a later change of the working directory changes nothing.
        let full = absolute(path).map_err(|error| fails(&error))?;
        let wal = beside(&full, "-wal");
        let log = fs::metadata(&wal).ok();
        if let Some(many) = log.as_ref().map(names).filter(|&many| many > 1) {
            return Err(Error::Store(guard::linked(&format!("'{}'", wal.display()), many)));
        }
        let identity = Identity::of(metadata);
        if !open.contains_key(&identity) || !cfg!(unix) {
            check(path)?;
        }
        // From here on nothing fails: dropping the file takes the lock of `open`.
        let (count, guard) = open.entry(identity).or_default();
        *count += 1;
        Ok(Self {
            location: Location::new(full),
            identity,
            guard: guard.clone(),
            checked: Mutex::default(),
            found_log: log.is_some_and(|metadata| metadata.len() > 0),
            misfit: AtomicBool::new(false),
        })
    }

    /// A lock file beside the store, made with the store's own permissions.
    pub(super) fn lock_file(&self, suffix: &str) -> Result<File> {
        let path = self.beside(suffix);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
            let mode = fs::metadata(self.path()).map_or(0o600, |metadata| metadata.permissions().mode());
            options.mode(mode & 0o666);
        }
        options.open(&path).map_err(|error| unusable(&path, &error))
    }

    pub(super) fn path(&self) -> &Path {
        self.location.path()
    }

    pub(super) fn unusable(&self, error: &std::io::Error) -> Error {
        unusable(self.path(), error)
    }

    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        beside(self.path(), suffix)
    }

    /// Says so when the path no longer leads to the file that was opened, or to the log that is written, or when one of
    /// them has a second name.
    pub(super) fn still_there(&self) -> Result<(), Harm> {
        self.location.look(|| self.still_at_path().and_then(|()| self.guard.look()))
    }

    /// Says so when the path no longer leads to the file that was opened, or is not its only name any more.
    pub(super) fn still_at_path(&self) -> Result<(), Harm> {
        let gone = match self.location.found() {
            Ok((identity, names)) if identity == self.identity => match names {
                0 | 1 => return Ok(()),
                many => {
                    let what = format!("the store's file '{}'", self.path().display());
                    return Err(Harm::Linked(guard::linked(&what, many)));
                }
            },
            Ok(_) => "was replaced by another file",
            Err(error) if error.kind() == ErrorKind::NotFound => "was deleted",
            Err(error) => return Err(Harm::Lost(unusable(self.path(), &error).into_unable())),
        };
        let said = format!("the store's file '{}' {gone} while it was open", self.path().display());
        Err(Harm::Lost(Reason::Replaced.unable(said)))
    }

    /// What keeps strangers in this process from doing harm.
    pub(super) fn guard(&self) -> &Arc<Guard> {
        &self.guard
    }

    /// From now on nobody but the last store of this process deletes the log. Only after [`StoreFile::prepare`].
    pub(super) fn hold(&self) -> Result<Hold> {
        self.guard.hold(self.path())
    }

    /// The same for what a connection has opened beside the file by now.
    pub(super) fn hold_log(&self) -> Result<()> {
        self.guard.hold_log(&self.beside("-wal"), &self.beside("-shm"))
    }

    /// The right to copy the log into the file, if nobody else is at it.
    pub(super) fn copying(&self) -> Option<Copying> {
        guard::copying(&self.beside("-wal"))
    }

    /// The schema that was found to be ours when it was looked at last.
    pub(super) fn checked(&self) -> Option<Cookie> {
        *locked(&self.checked)
    }

    /// From now on this schema counts as ours.
    pub(super) fn found_ours(&self, cookie: Cookie) {
        *locked(&self.checked) = Some(cookie);
    }

    /// Looks at the schema unless it is as it was; from here on the connection's own statements notice a change.
    pub(super) fn check_read(&self, connection: &Connection) -> Tried<()> {
        let cookie = Cookie::of(connection)?;
        if self.checked() != Some(cookie) {
            version::check_read(connection, &self.shown())?;
            self.found_ours(cookie);
        }
        Ok(())
    }

    pub(super) fn failed(&self, error: &rusqlite::Error) -> Error {
        let mut said = format!("cannot open '{}': {}", self.path().display(), reason(error));
        if self.found_log && does_not_fit(error) {
            said += &self.about_log();
        }
        word(error).error(said)
    }

    /// What does not make sense in a file beside which a log lay may be due to that.
    pub(super) fn explained(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Sql(error) if self.found_log && does_not_fit(&error) => {
                self.misfit.store(true, Ordering::Release);
                self.failed(&error).into()
            }
            other => other,
        }
    }

    /// Then nothing is written, nor is the log copied into the file or deleted.
    pub(super) fn is_misfit(&self) -> bool {
        self.misfit.load(Ordering::Acquire)
    }

    /// The error of a write then.
    pub(super) fn misfit(&self) -> Option<Error> {
        let why = || {
            format!(
                "nothing was stored: {} and its log do not fit together{}",
                self.shown(),
                self.about_log()
            )
        };
        self.is_misfit().then(|| Reason::Damaged.error(why()))
    }

    fn about_log(&self) -> String {
        format!(
            ". '{}' lay beside it when it was opened: if the file was put here since, from a backup, that log is of the file \
             that was here before. Then move the log away, with '-shm', and open the file again; keep the log together with \
             that older file, for it may hold commits that were acknowledged",
            self.beside("-wal").display()
        )
    }
}

/// In a forked child, which inherited no open file that it may use.
pub(super) fn disinherit() {
    // Locked if the parent forked without the gate: then the file's header is not looked at again.
    if let Ok(mut open) = OPEN.try_lock() {
        for (_, guard) in std::mem::take(&mut *open).into_values() {
            guard.close();
        }
    }
}

impl Drop for StoreFile {
    fn drop(&mut self) {
        self.no_longer_open();
    }
}

impl StoreFile {
    /// How errors call it.
    pub(super) fn shown(&self) -> String {
        shown(self.path())
    }

    /// The same for every path that leads to this file, while it is there.
    pub(super) fn identity(&self) -> String {
        let Identity(device, number) = self.identity;
        if cfg!(unix) { format!("file {device} {number}") } else { format!("file {}", self.path().display()) }
    }

    pub(super) fn is_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| Identity::of(&metadata) == self.identity)
    }

    /// Called once: when dropped, or by a forked child, which drops nothing of its parent's.
    pub(super) fn no_longer_open(&self) {
        let _inside = inside();
        let mut open = locked(&OPEN);
        if let Some((count, guard)) = open.get_mut(&self.identity) {
            *count -= 1;
            if *count == 0 {
                // Before anybody opens the file again: closing drops the locks of whoever has it open then.
                guard.close();
                open.remove(&self.identity);
            }
        }
    }
}
