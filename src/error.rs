//! What can go wrong, the code each failure carries, and how messages read. The codes 0, 2 and 5 that callbacks of
//! achievements and of the lobby storage get are in `src/py/achievement.rs` and `src/py/entity.rs`.
//!
//! [`Refused`] is an answer that says no, of the stored data or a quota (a code in a Reply); [`Error::Value`] is a malformed argument
//! (an exception at the call); [`Error::Store`] is a store that cannot do its work (an exception).

use std::io::ErrorKind;

/// The numbers of clause O-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; python/cloudvars/_codes.py tells what to do about each")]
pub enum Code {
    Deadlock,
    LockTimeout,
    Throttled,
    TooLong,
    NameTaken,
    OutOfRange,
    Quota,
    NotEnoughMoney,
    LimitExceeded,
    BadValue,
    OutcomeUnknown,
    /// A code that only a test injects: the store has no meaning for it.
    Other(i64),
}

impl Code {
    /// Every code that the store itself answers, but that of success.
    pub const FAILURES: [Self; 11] = [
        Self::Deadlock,
        Self::LockTimeout,
        Self::Throttled,
        Self::TooLong,
        Self::NameTaken,
        Self::OutOfRange,
        Self::Quota,
        Self::NotEnoughMoney,
        Self::LimitExceeded,
        Self::BadValue,
        Self::OutcomeUnknown,
    ];

    /// What programs see.
    pub const fn number(self) -> i64 {
        match self {
            Self::Deadlock => 1213,
            Self::LockTimeout => 1205,
            Self::Throttled => 7534,
            Self::TooLong => 1405,
            Self::NameTaken => 1062,
            Self::OutOfRange => 1690,
            Self::Quota => -429,
            Self::NotEnoughMoney => 10001,
            Self::LimitExceeded => 10002,
            Self::BadValue => 10003,
            Self::OutcomeUnknown => 10004,
            Self::Other(number) => number,
        }
    }

    /// The failure of the store with this number.
    pub fn failure(number: i64) -> Option<Self> {
        Self::FAILURES.into_iter().find(|code| code.number() == number)
    }

    /// The failure with this number, the store's or another; `None` for success.
    pub fn injected(number: i64) -> Option<Self> {
        (number != 0).then(|| Self::failure(number).unwrap_or(Self::Other(number)))
    }
}

/// An answer that says no: its code and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What programs match on.
    pub code: Code,
    /// What people read: the field, the value and what is accepted.
    pub message: String,
    /// Which operation of a commit failed: its index from 0 in call order, and its name.
    pub op: Option<(usize, &'static str)>,
}

impl Refused {
    /// A refusal that belongs to no operation of a commit.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), op: None }
    }

    /// The same refusal, said of operation `index` (clause C-2: the message names both).
    #[must_use]
    pub fn at(mut self, index: usize, name: &'static str) -> Self {
        self.message = format!("op {index} ({name}): {}", self.message);
        self.op = Some((index, name));
        self
    }
}

/// Why a store cannot do its work, as one word: what programs match on. Python has the words, with what they mean, in
/// `python/cloudvars/errors.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are explained where users read them")]
pub enum Reason {
    Closed,
    Damaged,
    Disk,
    Foreign,
    Forked,
    Full,
    Locked,
    Missing,
    Newer,
    NotEmpty,
    OutcomeUnknown,
    Permission,
    ReadOnly,
    Refused,
    Replaced,
    Throttled,
    Unreachable,
    Other,
}

impl Reason {
    const ALL: [Self; 18] = [
        Self::Closed,
        Self::Damaged,
        Self::Disk,
        Self::Foreign,
        Self::Forked,
        Self::Full,
        Self::Locked,
        Self::Missing,
        Self::Newer,
        Self::NotEmpty,
        Self::OutcomeUnknown,
        Self::Permission,
        Self::ReadOnly,
        Self::Refused,
        Self::Replaced,
        Self::Throttled,
        Self::Unreachable,
        Self::Other,
    ];

    /// What programs see.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Damaged => "damaged",
            Self::Disk => "disk",
            Self::Foreign => "foreign",
            Self::Forked => "forked",
            Self::Full => "full",
            Self::Locked => "locked",
            Self::Missing => "missing",
            Self::Newer => "newer",
            Self::NotEmpty => "not_empty",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Permission => "permission",
            Self::ReadOnly => "readonly",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::Other => "other",
        }
    }

    /// The reason with this word; `Other` for any other text.
    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.word() == word).unwrap_or(Self::Other)
    }

    /// Why a file cannot be used.
    pub fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Permission,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::WouldBlock => Self::Locked,
            ErrorKind::InvalidData => Self::Damaged,
            ErrorKind::AlreadyExists => Self::NotEmpty,
            ErrorKind::IsADirectory | ErrorKind::NotADirectory => Self::Foreign,
            _ => Self::Disk,
        }
    }

    /// Why a store cannot be opened that answers with this code.
    pub const fn of_code(code: Code) -> Self {
        match code {
            Code::LockTimeout | Code::Deadlock => Self::Locked,
            Code::Throttled => Self::Throttled,
            Code::OutcomeUnknown => Self::OutcomeUnknown,
            _ => Self::Other,
        }
    }

    /// A store that cannot do its work for this reason, in a sentence for people.
    pub fn error(self, message: impl Into<String>) -> Error {
        Error::Store(self.unable(message))
    }

    /// The same reason and message, where it is not an error yet.
    pub fn unable(self, message: impl Into<String>) -> Unable {
        Unable { reason: self, message: message.into() }
    }
}

/// Why a store cannot do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unable {
    /// What programs match on.
    pub reason: Reason,
    /// What people read.
    pub message: String,
}

/// Every failure of the core.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The stored data (or a quota) says no: a code in the Reply.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A malformed argument: raised at the call. The code is `BadValue`, or `TooLong` for a key.
    #[error("{message}")]
    Value {
        /// `BadValue`, or `TooLong`.
        code: Code,
        /// The field, the offending value and what is accepted.
        message: String,
    },
    /// The store cannot open, read or write, or is closed.
    #[error(transparent)]
    Store(#[from] Unable),
    /// Somebody asked to end the wait ([`crate::interrupt`]).
    #[error("the call was interrupted")]
    Interrupted {
        /// Whether others went on with what it asked for: all of that may be stored, or nothing. Else nothing was.
        unsure: bool,
    },
}

impl Error {
    /// A malformed argument.
    pub fn value(message: impl Into<String>) -> Self {
        Self::Value { code: Code::BadValue, message: message.into() }
    }

    /// A store that cannot do its work for a reason that has no word of its own.
    pub fn store(message: impl Into<String>) -> Self {
        Reason::Other.error(message)
    }

    /// The failure of a store that could not do its work because of this.
    #[must_use]
    pub fn into_unable(self) -> Unable {
        match self {
            Self::Store(unable) => unable,
            Self::Refused(Refused { code, message, .. }) => Reason::of_code(code).unable(message),
            other => Reason::Other.unable(other.to_string()),
        }
    }

    /// What went wrong, for a log: with the code, if it has one.
    pub fn for_log(&self) -> String {
        match self {
            Self::Refused(Refused { code, message, .. }) => format!("{message} (code {})", code.number()),
            other => other.to_string(),
        }
    }
}

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
