//! Files that are there as a whole or not at all: written beside under another name, flushed, and renamed.

use crate::error::{Error, Reason, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result as IoResult, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// At most this many links in a row are followed.
const LINKS_MAX: usize = 40;

/// Writes a file: its new content is there, flushed, or what was there before is. A new file is readable by its owner
/// only, an old one keeps its permissions. The file of a store that is open (`is_store`) is refused. A device or a pipe is written as it is.
pub fn write(path: &Path, content: &[u8], is_store: fn(&fs::Metadata) -> bool) -> Result<()> {
    write_with(path, is_store, &mut |file| Ok(file.write_all(content)))
}

/// The same, for content that is made while it is written. An outer error is not one of the file.
pub fn write_with(
    path: &Path,
    is_store: fn(&fs::Metadata) -> bool,
    content: &mut dyn FnMut(&mut File) -> Result<IoResult<()>>,
) -> Result<()> {
    let path = &followed(path);
    let written = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => match OpenOptions::new().write(true).open(path) {
            Ok(mut file) => content(&mut file)?,
            Err(error) => Err(error),
        },
        Ok(metadata) if is_store(&metadata) => {
            return Err(Error::store(format!(
                "cannot write '{}': it is a store that this process has open; another path is accepted",
                path.display()
            )));
        }
        old => replace(path, old.ok().map(|metadata| metadata.permissions()), content)?,
    };
    written.map_err(|error| failed(path, &error))
}

fn replace(
    path: &Path,
    permissions: Option<fs::Permissions>,
    content: &mut dyn FnMut(&mut File) -> Result<IoResult<()>>,
) -> Result<IoResult<()>> {
    let begin = || {
        let part = PartFile::beside(path)?;
        let file = OpenOptions::new().write(true).open(&part.path)?;
        permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
        Ok((part, file))
    };
    let (part, mut file) = match begin() {
        Ok(made) => made,
        Err(error) => return Ok(Err(error)),
    };
    let end = |file: File| {
        file.sync_all()?;
        drop(file);
        fs::rename(&part.path, path)
    };
    Ok(match content(&mut file)?.and_then(|()| end(file)) {
        Ok(()) => part.was_renamed(path),
        Err(error) => Err(error),
    })
}

/// Where a link leads, also if nothing is there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Ok(to) = fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    path
}

/// Why a file could not be written, in one sentence.
pub fn failed(path: &Path, error: &std::io::Error) -> Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let why = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".into(),
        ErrorKind::FileTooLarge => "the file would be larger than is allowed here".into(),
        ErrorKind::PermissionDenied => "this user has no permission to write there".into(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        ErrorKind::IsADirectory => "it is a directory".into(),
        ErrorKind::AlreadyExists => "it exists already; a path where nothing is is accepted".into(),
        ErrorKind::NotFound if folder.is_some_and(|folder| !folder.is_dir()) => {
            format!("the directory '{}' does not exist", folder.unwrap_or(path).display())
        }
        _ => error.to_string(),
    };
    Reason::of_io(error).error(format!("cannot write '{}': {why}; nothing was changed there", path.display()))
}

/// A file in the making beside its later place; deleted when dropped before it is there.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    done: bool,
}

impl PartFile {
    /// An empty file in the folder of `target`, for its owner only.
    pub fn beside(target: &Path) -> IoResult<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = target.parent().unwrap_or_else(|| Path::new(""));
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            // Not named after the target: that name may be as long as a name can be.
            let path = folder.join(format!(".cloudvars-{}-{count}.part", std::process::id()));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(_) => return Ok(Self { path, done: false }),
                // A killed process that had the same number left this file.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes it and gives it its name, where nothing may be.
    pub fn become_new(self, target: &Path) -> IoResult<()> {
        OpenOptions::new().write(true).open(&self.path)?.sync_all()?;
        rename_new(&self.path, target)?;
        self.was_renamed(target)
    }

    /// The name is as durable as the content.
    fn was_renamed(mut self, target: &Path) -> IoResult<()> {
        self.done = true;
        let folder =
            target.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        match folder
            .filter(|_| cfg!(unix))
            .map(|folder| File::open(folder).and_then(|folder| folder.sync_all()))
        {
            Some(Err(error)) if !cannot_flush(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.done {
            // The failure was reported already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Some file systems have nothing to flush, and some folders may be written but not read.
pub(crate) fn cannot_flush(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied)
}

fn rename_new(from: &Path, to: &Path) -> IoResult<()> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use nix::errno::Errno;
        use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
        match renameat2(AT_FDCWD, from, AT_FDCWD, to, RenameFlags::RENAME_NOREPLACE) {
            // This file system cannot flush.
            Err(Errno::EINVAL | Errno::ENOSYS) => {}
            answer => return answer.map_err(Into::into),
        }
    }
    match fs::symlink_metadata(to) {
        Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
    }
}
