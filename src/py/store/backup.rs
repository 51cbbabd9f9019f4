//! `store.backup`.

use super::Store;
use crate::backup::Backup;
use crate::py::args;
use crate::py::enter::{enter_briefly, enter_here_or_raise};
use crate::py::exit::running;
use pyo3::prelude::*;
use std::path::PathBuf;

#[pymethods]
impl Store {
    /// Copy the store, as it is at one moment, into a new SQLite file: others read and write meanwhile.
    ///
    /// From memory, a file or a server. ``path``: a file that does not exist. ``progress(done, total)``: called with
    /// the number of copied rows and that of all rows; the last call, ``(total, total)``, comes when the file is
    /// complete and flushed. ``progress=True`` shows a bar.
    /// An exception that it raises ends the backup, and no file is left. Raises ``StoreError``.
    /// Clause C-6.
    #[pyo3(signature = (path, progress = None))]
    fn backup(&self, py: Python<'_>, path: PathBuf, progress: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let _running = running(py);
        let progress = args::progress(progress.as_ref(), "backup")?;
        let mut backup = enter_here_or_raise(py, || Backup::start(&self.core, &path))?;
        let ended = loop {
            let told = match enter_here_or_raise(py, || backup.step()) {
                Ok(None) => continue,
                Ok(Some(told)) => told,
                Err(error) => break Err(error),
            };
            let heard = progress
                .as_ref()
                .map_or(Ok(()), |progress| progress.call1(py, (told.done, told.total)).map(drop));
            match heard {
                Err(error) => break Err(error),
                Ok(()) if told.ended => break Ok(()),
                Ok(()) => {}
            }
        };
        // Waits until its thread has ended, which removes an unfinished file.
        let ended = ended.map(|()| backup.keep());
        enter_briefly(py, self.core.is_remote(), || {
            drop(backup);
            Ok(())
        })?;
        ended
    }
}
