//! Whether a path may be opened, and if not, why, as a sentence.

use crate::error::{Error, Reason, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Marks a file as a cloudvars store: `PRAGMA application_id`.
pub(super) const APPLICATION_ID: i32 = 0x636c_6476;
const HEADER_BYTES: usize = 100;

/// The path of a file beside another one.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.to_owned().into_os_string();
    path.push(suffix);
    path.into()
}

/// The name of a file in errors.
pub(super) fn shown(path: &Path) -> String {
    format!("'{}'", path.display())
}

/// Flushes the folder of a file, so that a power cut leaves the names in it as they are now.
pub(super) fn flush_names(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|_| cfg!(unix));
    match folder.map(|folder| File::open(folder).and_then(|folder| folder.sync_all())) {
        Some(Err(error)) if !cannot_flush(&error) => Err(Reason::of_io(&error)
            .error(format!("cannot flush the folder of '{}' to the disk: {error}", path.display()))),
        _ => Ok(()),
    }
}

pub(super) fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(super) fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    if cfg!(unix) { fs::canonicalize(path) } else { std::path::absolute(path) }
}

/// Reads the header before anything is written anywhere. An empty file counts as a new one.
pub(super) fn check(path: &Path) -> Result<()> {
    let read = OpenOptions::new().read(true).write(true).open(path).and_then(|file| {
        // If the file is a fresh copy, it may not be on the disk yet, and commits will only flush the log.
        match file.sync_all() {
            Err(error) if !cannot_flush(&error) => Err(error),
            _ => header(file),
        }
    });
    check_header(path, &read.map_err(|error| unusable(path, &error))?)
}

/// The same, for a store that is only read.
pub(super) fn check_to_read(path: &Path) -> Result<()> {
    let header = File::open(path).and_then(header).map_err(|error| unusable(path, &error))?;
    if header.is_empty() {
        return Err(Reason::Missing.error(format!("there is no store in '{}': it is empty", path.display())));
    }
    check_header(path, &header)
}

fn header(file: File) -> std::io::Result<Vec<u8>> {
    let mut header = Vec::new();
    file.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    Ok(header)
}

fn check_header(path: &Path, header: &[u8]) -> Result<()> {
    if header.is_empty() {
        return Ok(());
    }
    let field = |at: usize| header.get(at..at + 4)?.try_into().ok().map(i32::from_be_bytes);
    let why = if header.len() < HEADER_BYTES || !header.starts_with(b"SQLite format 3\0") {
        "it is no SQLite database"
    } else if field(68) != Some(APPLICATION_ID) {
        "it is a database of another program"
    } else {
        return Ok(());
    };
    Err(Reason::Foreign.error(foreign(path, why)))
}

/// Whether this cannot be flushed at all: the file system cannot do it, or this user must not read the folder.
pub(super) fn cannot_flush(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied)
}

pub(super) fn foreign(path: &Path, why: &str) -> String {
    let path = path.display();
    format!("'{path}' is not a cloudvars store ({why}); it was left untouched")
}

/// Why a path cannot be used, in one sentence.
pub(super) fn unusable(path: &Path, error: &std::io::Error) -> Error {
    let shown = path.display();
    let said = match error.kind() {
        ErrorKind::NotFound => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            match parent {
                Some(parent) if !parent.is_dir() => {
                    format!("cannot open '{shown}': the directory '{}' does not exist", parent.display())
                }
                _ => format!("cannot open '{shown}': it does not exist"),
            }
        }
        ErrorKind::PermissionDenied => {
            format!("cannot open '{shown}': this user has no permission to write there")
        }
        ErrorKind::ReadOnlyFilesystem => format!("cannot open '{shown}': the file system is read-only"),
        ErrorKind::StorageFull => format!("cannot open '{shown}': the disk is full"),
        _ => format!("cannot open '{shown}': {error}"),
    };
    Reason::of_io(error).error(said)
}
