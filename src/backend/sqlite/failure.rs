//! What `SQLite` reports, in plain words, and which reports end a store's writing.

use super::turn::PATIENCE;
use crate::clock::instant;
use crate::error::{Code, Error, Fault};
use crate::interrupt;
use rusqlite::ErrorCode;
use std::time::Duration;

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
            Failure::Sql(error) if busy(&error) && interrupt::is_stopped() => {
                Self::Interrupted { unsure: false }
            }
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

/// What `SQLite` calls again and again while somebody else has its lock: waits a little, longer each time, until the
/// patience is over or the call was interrupted.
pub(super) fn be_patient(connection: &mut rusqlite::Connection) -> rusqlite::Result<()> {
    let mut until = instant();
    connection.busy_handler(Some(move |count: i32| {
        if count == 0 {
            until = instant() + PATIENCE;
        }
        let delay = Duration::from_millis(u64::from(count.unsigned_abs()).pow(2).clamp(1, 50));
        instant() < until && interrupt::pause(delay).is_ok()
    }))
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
