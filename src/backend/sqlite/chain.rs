//! The frames of a write-ahead log: each has a checksum of itself and all frames before it.
//!
//! The format: a header of 32 bytes (magic number, version, size of a page, number of the log, two salts, two sums),
//! then frames: each has 24 bytes (number of the page, size of the file if a transaction ends here, the salts, two
//! sums) and a page.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The lowest bit says in which byte order the words are summed up.
const MAGIC: u32 = 0x377f_0682;
const PAGE_BYTES: std::ops::RangeInclusive<usize> = 512..=65536;

/// Two running sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums(u32, u32);

impl Sums {
    fn over(self, bytes: &[u8], big_endian: bool) -> Self {
        let word = |bytes: &[u8; 4]| {
            if big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) }
        };
        bytes.as_chunks().0.chunks_exact(2).fold(self, |Self(first, second), pair| {
            let first = first.wrapping_add(word(&pair[0])).wrapping_add(second);
            Self(first, second.wrapping_add(word(&pair[1])).wrapping_add(first))
        })
    }
}

/// The big-endian number at a place, which must be inside of `bytes`.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn damaged(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!(
            "{what} is damaged: commits that were acknowledged cannot be read any more; a backup has them"
        ),
    )
}

/// Reads the first frames of a log, checks them, writes them back unchanged, and flushes them.
pub(super) fn renew(path: &Path, frames: i64) -> Result<()> {
    if frames <= 0 {
        return Ok(());
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header)?;
    let big_endian = number(&header, 0) & 1 == 1;
    let mut sums = Sums(0, 0).over(&header[..24], big_endian);
    let page = number(&header, 8) as usize;
    let right = number(&header, 0) & !1 == MAGIC && sums == Sums(number(&header, 24), number(&header, 28));
    if !right || !PAGE_BYTES.contains(&page) {
        return Err(damaged("its header"));
    }
    write_back(&mut file, 0, &header)?;
    let mut frame = vec![0; FRAME_HEADER_BYTES + page];
    let mut at = HEADER_BYTES as u64;
    for index in 1..=frames {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut frame)?;
        let (head, content) = frame.split_at(FRAME_HEADER_BYTES);
        sums = sums.over(&head[..8], big_endian).over(content, big_endian);
        if head[8..16] != header[16..24] || sums != Sums(number(head, 16), number(head, 20)) {
            return Err(damaged(&format!("frame {index} of {frames}")));
        }
        write_back(&mut file, at, &frame)?;
        at += frame.len() as u64;
    }
    file.sync_data()
}

fn write_back(file: &mut File, at: u64, bytes: &[u8]) -> Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}
