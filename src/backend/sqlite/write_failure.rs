//! The errors of a write, a repair or a close that failed, and the state that such a write leaves behind.

use super::failure::{self, Failure};
use super::file::StoreFile;
use super::writer::{Broken, Writer};
use crate::error::{Error, Reason, Unable};
use rusqlite::ErrorCode;

/// The error of a failed write. It also notes the state that the write leaves behind.
pub(super) fn failed(writer: &mut Writer, failure: Failure) -> Error {
    match failure {
        Failure::Sql(error) if failure::damaged(&error) => {
            lost(writer, Reason::Damaged.unable(failure::reason(&error)))
        }
        Failure::Sql(error) if failure::of_the_disk(&error) => {
            let reason = failure::reason(&error);
            failure::word(&error)
                .error(format!("the write failed, nothing was stored: {reason}; the next write tries again"))
        }
        Failure::Unsure(error) => {
            let word = failure::word(&error);
            let reason = failure::reason(&error);
            let error = word.error(format!(
                "the write failed while it was made durable: {reason}. The next write, or store.reopen(), finds out \
                 whether the disk works again: from then on this one is surely not stored"
            ));
            writer.broken = Some(Broken::Unsure(reason));
            error
        }
        other => other.into(),
    }
}

/// The error of a close that could not copy the log into the file. A full disk harms nothing that was stored.
pub(super) fn not_emptied(error: rusqlite::Error, store: &StoreFile) -> Failure {
    if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
        return error.into();
    }
    let reason = failure::reason(&error);
    Reason::Full
        .error(format!(
        "{} is closed, and nothing that was stored is lost: it stays in the '-wal' file beside it, and cannot be copied \
         into the file itself now, because {reason}; the next store that opens it tries again",
        store.shown()
    ))
    .into()
}

pub(super) fn not_healed(failure: Failure, before: &str) -> Failure {
    if failure.is_busy() {
        return failure;
    }
    let now = match failure {
        Failure::Ours(error @ (Error::Refused(_) | Error::Interrupted { .. })) => return error.into(),
        Failure::Busy => return Failure::Busy,
        Failure::Ours(error) => error.into_unable(),
        Failure::Sql(error) | Failure::Unsure(error) => failure::word(&error).unable(failure::reason(&error)),
    };
    now.reason.error(format!(
        "nothing was stored: the disk does not take writes yet, {now} (the first failure: {before}); the next write, or \
         store.reopen(), tries again"
    ))
    .into()
}

pub(super) fn lost(writer: &mut Writer, reason: Unable) -> Error {
    let error = reason.reason.error(format!("the write failed, nothing was stored: {reason}"));
    writer.broken = Some(Broken::Lost(reason));
    error
}
