//! Many commits that count as one write. Clause B-3.

use super::Room;
use super::calls::Sent;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::kinds::outcome::Outcome;
use crate::op::Op;

impl Room {
    /// Runs independent commits of `bytes` bytes together, made durable together; all of them count as one write.
    pub fn commit_chunk(&self, commits: Vec<Vec<Op>>, bytes: u64) -> Result<Vec<Result<Outcome>>> {
        self.count_write(bytes)?;
        let mut sent = Vec::with_capacity(commits.len());
        let mut let_through = Vec::with_capacity(commits.len());
        for ops in commits {
            let one = self.sends(&Call::write(&ops), |_| Ok(())).map_err(Err);
            sent.push(one.inspect(|_| let_through.push(ops)));
        }
        let mut answers = self.together(sent, let_through);
        // It is that of all that were sent.
        match answers.iter().position(|answer| matches!(answer, Err(Error::Interrupted { .. }))) {
            Some(index) => answers.swap_remove(index).map(|_| Vec::new()),
            None => Ok(answers),
        }
    }

    /// Runs the commits that were let through; the others have their answer in `sent`.
    pub(super) fn together(
        &self,
        sent: Vec<Result<Sent<'_>, Result<Outcome>>>,
        let_through: Vec<Vec<Op>>,
    ) -> Vec<Result<Outcome>> {
        let mut answers = self.store().commit_many(let_through).into_iter();
        let mut answer = || answers.next().unwrap_or_else(|| Err(Error::store("internal error: no answer")));
        let answered = |sent: Result<Sent<'_>, Result<Outcome>>| match sent {
            Err(refused) => refused,
            Ok(sent) => sent.answered(answer()),
        };
        sent.into_iter().map(answered).collect()
    }
}
