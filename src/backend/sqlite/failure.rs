//! The errors of `SQLite` in plain words, and what they mean for a write.

use super::PATIENCE;
use crate::clock::instant;
use crate::error::{Code, Error, Reason, Refused};
use crate::interrupt;
use rusqlite::ErrorCode;
use std::time::Duration;

/// What can go wrong inside this backend: an error of `SQLite`, or one of ours.
#[derive(Debug)]
pub(super) enum Failure {
    /// Somebody else writes without a turn; nothing was done.
    Busy,
    /// Nothing was stored.
    Sql(rusqlite::Error),
    /// A `COMMIT` failed in its last steps: the commit may be in the log.
    Unsure(rusqlite::Error),
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
            Failure::Sql(error) if code(&error) == Some(ErrorCode::OperationInterrupted) => {
                Self::Interrupted { unsure: false }
            }
            Failure::Busy => lock_timeout(),
            Failure::Sql(error) if busy(&error) => lock_timeout(),
            Failure::Sql(error) | Failure::Unsure(error) => {
                word(&error).error(format!("the store failed: {}", reason(&error)))
            }
        }
    }
}

pub(super) type Tried<T> = Result<T, Failure>;

/// The error when somebody else wrote for too long.
pub(super) fn lock_timeout() -> Error {
    Refused::new(Code::LockTimeout, "waited 5 s for another process to finish writing; nothing was stored")
        .into()
}

/// Sets what `SQLite` calls again and again while somebody else has its lock: it waits a little, longer each time,
/// until [`super::PATIENCE`] is over or the call was interrupted.
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

impl Failure {
    /// Whether somebody else uses the file, so that nothing was done.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy) || matches!(self, Self::Sql(error) if busy(error))
    }
}

fn busy(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether the write failed because of the disk or the file, and not because of the request.
pub(super) fn of_the_disk(error: &rusqlite::Error) -> bool {
    let disk = matches!(
        code(error),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::CannotOpen)
    );
    disk || damaged(error)
}

/// Whether the content of the file is damaged: further writes would make it worse.
pub(super) fn damaged(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Whether the pages that were read make no sense: they are missing, or are not what they should be.
pub(super) fn does_not_fit(error: &rusqlite::Error) -> bool {
    damaged(error) || code(error) == Some(ErrorCode::SystemIoFailure)
}

/// What a failed `COMMIT` means. If it failed before it did anything, or because frames could not be written at all, no
/// frame in the log ends a transaction. After any other failure there may be such a frame, flushed or not.
pub(super) fn at_commit(error: rusqlite::Error) -> Failure {
    match code(&error) {
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Failure::Sql(error)
        }
        _ => Failure::Unsure(error),
    }
}

/// The reason of an error, for programs.
pub(super) fn word(error: &rusqlite::Error) -> Reason {
    use rusqlite::ffi;
    match code(error) {
        Some(ErrorCode::DiskFull) => Reason::Full,
        Some(ErrorCode::DatabaseCorrupt) => Reason::Damaged,
        Some(ErrorCode::NotADatabase) => Reason::Foreign,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Reason::Permission,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Reason::Locked,
        Some(ErrorCode::SystemIoFailure)
            if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) =>
        {
            Reason::Full
        }
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Reason::Disk,
        _ => Reason::Other,
    }
}

/// The reason of an error, as part of a sentence.
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
            // Only the index of the log is made larger before it is used.
            ffi::SQLITE_IOERR_SHMSIZE => {
                "the disk is probably full: the '-shm' file beside the file cannot grow"
            }
            _ => "I/O error",
        },
        _ => {
            // The text of an error in a statement would repeat the statement, with what was put in front of it.
            return match error {
                rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
                error => error.to_string(),
            };
        }
    };
    format!("{said} ({error})")
}
