//! Rows that come batch by batch, of one snapshot. A thread reads ahead, by a few batches; so what is read is bounded, and
//! the reader's own thread does other things meanwhile.

use super::Table;
use super::batch;
use super::column::Field;
use crate::error::{Error, Reason, Result};
use crate::fork::{self, Process};
use crate::interrupt;
use crate::lock::locked;
use crate::store::Store;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The most rows of a batch.
pub const ROWS_AT_ONCE: usize = 65_536;
/// This many batches are read ahead.
const AHEAD: usize = 2;
/// How often a thread that has read ahead looks whether it must go on although nobody took anything.
const LOOK: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
struct State {
    head: Option<(Vec<Field>, SchemaRef)>,
    ready: VecDeque<RecordBatch>,
    /// Whether a batch was taken: then the rows cannot be read anew.
    taken: bool,
    ended: Option<Result<()>>,
    /// Nobody wants the rest.
    dropped: bool,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

thread_local! {
    /// The stream that this thread reads for.
    static READS_FOR: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

fn is_dropped() -> bool {
    READS_FOR.with_borrow(|stream| stream.as_ref().is_some_and(|stream| locked(&stream.state).dropped))
}

/// Rows that come in batches. Dropping it ends the reading.
#[derive(Debug)]
pub struct Stream {
    shared: Arc<Shared>,
    process: Process,
    fields: Vec<Field>,
    schema: SchemaRef,
}

impl Stream {
    /// Begins to read; waits until the columns are known.
    pub fn open(store: &Arc<Store>, table: &Table, at_once: usize) -> Result<Self> {
        if table.is_stored() {
            store.check_open()?;
        }
        let shared = Arc::new(Shared::default());
        let process = Process::current();
        if !table.is_stored() {
            let memory = table.rows(store)?;
            let schema = batch::schema(&memory.fields);
            let mut state = locked(&shared.state);
            state.ready = memory.batches.into();
            state.ended = Some(Ok(()));
            drop(state);
            return Ok(Self { shared, process, fields: memory.fields, schema });
        }
        if let Some(fields) = table.known() {
            let schema = batch::schema(&fields);
            locked(&shared.state).head = Some((fields, schema));
        }
        let (reader, store, table) = (shared.clone(), store.clone(), table.clone());
        thread::Builder::new()
            .name("cloudvars-table".into())
            .spawn(move || {
                let _streaming = store.streaming();
                READS_FOR.replace(Some(reader.clone()));
                let read = interrupt::listening(is_dropped, || reader.read(&store, &table, at_once));
                READS_FOR.replace(None);
                // The store is let go of first: its last user closes it.
                drop(table);
                let mut state = locked(&reader.state);
                state.ended = Some(read);
                drop(state);
                reader.changed.notify_all();
            })
            .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
        let mut stream = Self { shared, process, fields: Vec::new(), schema: batch::schema(&[]) };
        (stream.fields, stream.schema) = stream.head()?;
        Ok(stream)
    }

    fn head(&self) -> Result<(Vec<Field>, SchemaRef)> {
        let state = self.wait(|state| state.head.is_none())?;
        match (&state.head, &state.ended) {
            (Some(head), _) => Ok(head.clone()),
            (None, Some(Err(error))) => Err(error.clone()),
            _ => Err(Error::store("internal error: a stream without columns")),
        }
    }

    /// Waits while something is missing that a thread still reads.
    fn wait(&self, missing: impl Fn(&State) -> bool) -> Result<std::sync::MutexGuard<'_, State>> {
        self.process.check()?;
        let state = locked(&self.shared.state);
        let waits = |state: &mut State| missing(state) && state.ended.is_none();
        let (state, stopped) =
            interrupt::wait_while(&self.shared.state, &self.shared.changed, state, None, waits);
        if stopped { Err(Error::Interrupted { unsure: false }) } else { Ok(state) }
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The columns as Arrow sees them.
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next rows; `None` when there are no more.
    pub fn next_batch(&self) -> Result<Option<RecordBatch>> {
        let mut state = self.wait(|state| state.ready.is_empty())?;
        if let Some(batch) = state.ready.pop_front() {
            state.taken = true;
            drop(state);
            self.shared.changed.notify_all();
            return Ok(Some(batch));
        }
        match &state.ended {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(None),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // In a forked child the thread does not exist, and may have held the lock.
        if self.process.check().is_ok() {
            locked(&self.shared.state).dropped = true;
            self.shared.changed.notify_all();
        }
    }
}

impl Shared {
    fn read(&self, store: &Store, table: &Table, at_once: usize) -> Result<()> {
        // A store in memory has one connection: nobody else could use it while this thread waits.
        let ahead = if store.backend().is_shared() { AHEAD } else { usize::MAX };
        table.reading(store, |reading| {
            let mut state = locked(&self.state);
            if state.taken {
                return Err(Reason::Other.error(
                    "the store changed, or its connection was lost, while the rows were read: read them again",
                ));
            }
            state.ready.clear();
            drop(state);
            reading.sparing = true;
            table.read(
                reading,
                at_once,
                &mut |fields, schema| {
                    locked(&self.state).head = Some((fields.to_vec(), schema.clone()));
                    self.changed.notify_all();
                    Ok(())
                },
                &mut |batch| self.put(store, batch, ahead),
            )
        })
    }

    fn put(&self, store: &Store, batch: RecordBatch, ahead: usize) -> Result<ControlFlow<()>> {
        let mut state = locked(&self.state);
        // Who forks waits until no thread reads a file, and a server lets only so many read: then the rest is read into
        // memory.
        let is_awaited = || fork::is_wanted() || store.backend().is_crowded();
        while state.ready.len() >= ahead && !state.dropped && !is_awaited() {
            store.not_closed()?;
            state = self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.dropped {
            return Err(Error::Interrupted { unsure: false });
        }
        state.ready.push_back(batch);
        drop(state);
        self.changed.notify_all();
        Ok(ControlFlow::Continue(()))
    }
}
