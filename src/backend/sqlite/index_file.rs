//! The file of the log's index, `-shm`. Its beginning is mapped, so that to read it costs no call of the system.

use super::mark::read;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::thread;

/// The file, and what is mapped of it. Both have descriptors of the file: see [`super::guard`] for when they may close.
#[derive(Debug)]
pub(super) struct IndexFile {
    file: File,
    /// Whether the guard keeps others from cutting the file: to read a mapped page that was cut off ends the process.
    is_kept: AtomicBool,
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
            is_kept: AtomicBool::new(false),
            #[cfg(unix)]
            mapped,
        }
    }

    /// From now on nobody cuts the file.
    pub(super) fn kept(&self) {
        self.is_kept.store(true, Ordering::Release);
    }

    /// From when this has returned, the file may be cut. The caller is the only one who keeps hold of it.
    pub(super) fn let_go(self: &Arc<Self>) {
        self.is_kept.store(false, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        // Whoever looks now looks for a moment; who comes later finds that the file may be cut.
        while Arc::strong_count(self) > 1 {
            thread::yield_now();
        }
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Reads the first bytes, in the order of other reads of this thread. Another process may write them meanwhile. Nobody
    /// keeps hold of the file for longer than such a read takes.
    pub(super) fn start(&self, bytes: &mut [u8]) -> Option<()> {
        fence(Ordering::SeqCst);
        #[cfg(unix)]
        if let Some(mapped) = self.mapped.as_ref().filter(|_| self.is_kept.load(Ordering::Acquire)) {
            let done = mapped.read_into(0, bytes);
            fence(Ordering::Acquire);
            if done.is_ok() {
                return Some(());
            }
        }
        read(&self.file, bytes, 0)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn reads_the_same_with_and_without_the_mapping() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file-shm");
        std::fs::write(&path, [7; 4096])?;
        let index = Arc::new(IndexFile::new(File::options().read(true).write(true).open(&path)?));
        let mut bytes = [0; 96];
        for is_kept in [false, true, false] {
            if is_kept {
                index.kept();
            } else {
                index.let_go();
            }
            bytes.fill(0);
            assert!(index.start(&mut bytes).is_some() && bytes == [7; 96]);
        }
        // With a mapping this would end the process.
        index.file().set_len(3)?;
        assert!(index.start(&mut bytes).is_none());
        Ok(())
    }
}
