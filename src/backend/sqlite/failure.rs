//! What `SQLite` reports, in plain words, and which reports end a store's writing.

use crate::error::{Code, Error, Fault};
use rusqlite::ErrorCode;

/// What goes wrong below the seam: `SQLite`, or what is ours to say.
#[derive(Debug)]
pub(super) enum Failure {
    Sql(rusqlite::Error),
    Ours(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Ours(error) => error,
            Failure::Sql(error) if busy(&error) => lock_timeout(),
            Failure::Sql(error) => Self::store(format!("the store failed: {}", reason(&error))),
        }
    }
}

pub(super) type Outcome<T> = Result<T, Failure>;

/// Somebody else wrote for too long.
pub(super) fn lock_timeout() -> Error {
    Fault::new(Code::LockTimeout, "waited 5 s for another process to finish writing; nothing was stored")
        .into()
}

fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

fn busy(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// After these nobody knows what the file holds: the store must be opened again before it writes.
pub(super) fn ends_writing(error: &rusqlite::Error) -> bool {
    matches!(
        code(error),
        Some(
            ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::ReadOnly
                | ErrorCode::NotADatabase
                | ErrorCode::CannotOpen
        )
    )
}

/// What happened, as part of a sentence.
pub(super) fn reason(error: &rusqlite::Error) -> String {
    use rusqlite::ffi;
    let said = match code(error) {
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::DatabaseCorrupt) => "the file is damaged",
        Some(ErrorCode::NotADatabase) => "the file is not a database",
        Some(ErrorCode::ReadOnly) => "the file is read-only",
        Some(ErrorCode::CannotOpen) => "the file cannot be opened",
        Some(ErrorCode::OutOfMemory) => "out of memory",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another process keeps the file locked",
        Some(ErrorCode::TooBig) => "a value is too big",
        Some(ErrorCode::SystemIoFailure) => match error.sqlite_extended_error_code().unwrap_or(0) {
            ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => "I/O error while flushing to the disk",
            ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE => "I/O error while writing",
            ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ => "I/O error while reading",
            _ => "I/O error",
        },
        _ => return error.to_string(),
    };
    format!("{said} ({error})")
}
