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

/// How often each file is open in this process, and its guard. Closing any descriptor of a file drops all locks that
/// this process holds on it, those of `SQLite` too: so nothing but `SQLite` reads a file that is open already. Used
/// only inside the fork gate.
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
    /// The schema, as it was when it was found to be ours.
    checked: Mutex<Option<Cookie>>,
    /// Whether there was a log beside the file when it was opened.
    found_log: bool,
    /// Whether file and log were found not to fit together.
    misfit: AtomicBool,
}

impl StoreFile {
    /// Checks the path and makes an empty file if there is none. Changes nothing else.
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

    /// Checks an existing file, to read it. Changes nothing.
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
        // Links are followed only once, and a later change of the working directory has no effect.
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
        // Nothing may fail from here on: dropping the file takes the lock of `open`.
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

    /// A lock file beside the store, with the store's own permissions.
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

    /// Fails if the path no longer leads to the file that was opened, or to the log that is written, or if one of them
    /// has a second name.
    pub(super) fn still_there(&self) -> Result<(), Harm> {
        self.location.look(|| self.still_at_path().and_then(|()| self.guard.look()))
    }

    /// Fails if the path no longer leads to the file that was opened, or is no longer its only name.
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

    /// The guard against other code in this process that opens and closes the file.
    pub(super) fn guard(&self) -> &Arc<Guard> {
        &self.guard
    }

    /// After this, only the last store of this process deletes the log. Call it only after [`StoreFile::prepare`].
    pub(super) fn hold(&self) -> Result<Hold> {
        self.guard.hold(self.path())
    }

    /// Does the same for the files that a connection has opened beside the store by now.
    pub(super) fn hold_log(&self) -> Result<()> {
        self.guard.hold_log(&self.beside("-wal"), &self.beside("-shm"))
    }

    /// The right to copy the log into the file, unless somebody else is copying.
    pub(super) fn copying(&self) -> Option<Copying> {
        guard::copying(&self.beside("-wal"))
    }

    /// The schema, as it was when it was last found to be ours.
    pub(super) fn checked(&self) -> Option<Cookie> {
        *locked(&self.checked)
    }

    /// Remembers that this schema is ours.
    pub(super) fn found_ours(&self, cookie: Cookie) {
        *locked(&self.checked) = Some(cookie);
    }

    /// Checks the schema unless it is unchanged; after that, the connection's own statements notice a change.
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

    /// If there was a log beside the file when it was opened, pages that make no sense may come from that log.
    pub(super) fn explained(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Sql(error) if self.found_log && does_not_fit(&error) => {
                self.misfit.store(true, Ordering::Release);
                self.failed(&error).into()
            }
            other => other,
        }
    }

    /// If this is true, nothing is written, and the log is neither copied into the file nor deleted.
    pub(super) fn is_misfit(&self) -> bool {
        self.misfit.load(Ordering::Acquire)
    }

    /// The error of a write if file and log do not fit together.
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

/// Called in a forked child, which inherited no open file that it may use.
pub(super) fn disinherit() {
    // It is locked if the parent forked without the gate: then the file's header is not checked again.
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
    /// The name of the file in errors.
    pub(super) fn shown(&self) -> String {
        shown(self.path())
    }

    /// A text that is the same for every path that leads to this file, while the file exists.
    pub(super) fn identity(&self) -> String {
        let Identity(device, number) = self.identity;
        if cfg!(unix) { format!("file {device} {number}") } else { format!("file {}", self.path().display()) }
    }

    pub(super) fn is_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| Identity::of(&metadata) == self.identity)
    }

    /// Called once: when the file is dropped, or by a forked child, which drops nothing that belongs to its parent.
    pub(super) fn no_longer_open(&self) {
        let _inside = inside();
        let mut open = locked(&OPEN);
        if let Some((count, guard)) = open.get_mut(&self.identity) {
            *count -= 1;
            if *count == 0 {
                // The guard closes before anybody can open the file again: closing later would drop the locks of the
                // new user.
                guard.close();
                open.remove(&self.identity);
            }
        }
    }
}
