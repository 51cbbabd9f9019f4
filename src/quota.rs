//! What one room may read and write in a minute. Clauses.

use crate::error::{Code, Error, Refused};

/// A window is this long.
pub const WINDOW_MS: i64 = 60_000;
/// Reads in a window.
pub const READS_MAX: u32 = 300;
/// Writes in a window.
pub const WRITES_MAX: u32 = 300;
/// Bytes written in a window: 48 MiB.
pub const WINDOW_BYTES_MAX: u64 = 48 << 20;
/// Bytes that one call reads or writes: 32 MiB.
pub const CALL_BYTES_MAX: u64 = 32 << 20;

/// What is left of the window, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Budget {
    pub reads: u32,
    pub writes: u32,
    pub bytes: u64,
    pub resets_in_ms: i64,
}

/// The counters of one room.
#[derive(Debug, Default)]
pub struct Quota {
    start_ms: Option<i64>,
    reads: u32,
    writes: u32,
    bytes: u64,
}

fn refused(what: &str, now_ms: i64, start_ms: i64) -> Refused {
    let left = (start_ms + WINDOW_MS - now_ms).div_euclid(1000) + 1;
    Refused::new(Code::Quota, format!("{what} in this minute are used up; the next window opens in {left} s"))
}

impl Quota {
    /// The start of the running window; a new one opens if none is running (clause Q-1).
    fn window(&mut self, now_ms: i64) -> i64 {
        match self.start_ms {
            Some(start) if (start..start + WINDOW_MS).contains(&now_ms) => start,
            _ => {
                *self = Self { start_ms: Some(now_ms), ..Self::default() };
                now_ms
            }
        }
    }

    /// Counts one read.
    pub fn read(&mut self, now_ms: i64) -> Result<(), Refused> {
        let start = self.window(now_ms);
        if self.reads >= READS_MAX {
            return Err(refused(&format!("all {READS_MAX} reads"), now_ms, start));
        }
        self.reads += 1;
        Ok(())
    }

    /// Counts one write of `bytes` bytes. A refused one moves no bytes.
    pub fn write(&mut self, now_ms: i64, bytes: u64) -> Result<(), Refused> {
        let start = self.window(now_ms);
        if self.writes >= WRITES_MAX {
            return Err(refused(&format!("all {WRITES_MAX} writes"), now_ms, start));
        }
        self.writes += 1;
        one_call(bytes, "write")?;
        if self.bytes + bytes > WINDOW_BYTES_MAX {
            let left = WINDOW_BYTES_MAX - self.bytes;
            let what =
                format!("{bytes} bytes are more than the {left} left; all {WINDOW_BYTES_MAX} bytes to write");
            return Err(refused(&what, now_ms, start));
        }
        self.bytes += bytes;
        Ok(())
    }

    /// What is left.
    pub fn budget(&self, now_ms: i64) -> Budget {
        match self.start_ms {
            Some(start) if (start..start + WINDOW_MS).contains(&now_ms) => Budget {
                reads: READS_MAX - self.reads,
                writes: WRITES_MAX - self.writes,
                bytes: WINDOW_BYTES_MAX - self.bytes,
                resets_in_ms: start + WINDOW_MS - now_ms,
            },
            _ => FULL,
        }
    }
}

/// What a room has before its first call.
pub const FULL: Budget =
    Budget { reads: READS_MAX, writes: WRITES_MAX, bytes: WINDOW_BYTES_MAX, resets_in_ms: WINDOW_MS };

/// Whether one publish may carry this many bytes (clause Q-3). It has no Reply: more is a malformed argument.
pub fn one_publish(bytes: u64) -> Result<(), Error> {
    if bytes <= CALL_BYTES_MAX {
        return Ok(());
    }
    let message = format!("value: {bytes} bytes; one publish of at most {CALL_BYTES_MAX} bytes is accepted");
    Err(Error::Value { code: Code::TooLong, message })
}

/// Whether one call may move this many bytes (clause Q-2).
pub fn one_call(bytes: u64, verb: &str) -> Result<(), Refused> {
    if bytes <= CALL_BYTES_MAX {
        return Ok(());
    }
    let message =
        format!("one {verb} of {bytes} bytes; at most {CALL_BYTES_MAX} are accepted: use several keys");
    Err(Refused::new(Code::TooLong, message))
}
