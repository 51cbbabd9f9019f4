//! The file of the log's index, `-shm`. Its beginning is mapped, so that to read it costs no call of the system.

use super::mark::read;
use std::fs::File;
use std::sync::atomic::{Ordering, fence};

/// The file, and what is mapped of it. Both have descriptors of the file: see [`super::guard`] for when they may close.
#[derive(Debug)]
pub(super) struct IndexFile {
    file: File,
    #[cfg(unix)]
    mapped: Option<mmap_io::MemoryMappedFile>,
}

impl IndexFile {
    /// Where the file cannot be mapped, it is read.
    pub(super) fn new(file: File) -> Self {
        #[cfg(unix)]
        let mapped = file.try_clone().ok().and_then(|file| {
            mmap_io::MemoryMappedFile::from_file(file, mmap_io::MmapMode::ReadOnly, "-shm").ok()
        });
        Self {
            file,
            #[cfg(unix)]
            mapped,
        }
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Reads the first bytes, in the order of other reads of this thread. Another process may write them meanwhile.
    pub(super) fn start(&self, bytes: &mut [u8]) -> Option<()> {
        #[cfg(unix)]
        if let Some(mapped) = &self.mapped {
            fence(Ordering::Acquire);
            let done = mapped.read_into(0, bytes);
            fence(Ordering::Acquire);
            if done.is_ok() {
                return Some(());
            }
        }
        read(&self.file, bytes, 0)
    }
}
