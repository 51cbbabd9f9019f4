//! One operation of a commit, of any kind. The file of its kind says what it is called, what it touches and what it does.

use crate::kinds::verb::{Calls, Verb};
use crate::kinds::{
    achievement, board, channel, counter, delete, general, limit, list, message, money, name, node, order,
    player, save, storage, world,
};

/// Makes [`Op`] and [`CALLS`] of the kinds that have operations.
macro_rules! kinds {
    ($($kind:ident($file:ident),)*) => {
        /// What a commit is made of.
        #[derive(Clone, Debug)]
        #[expect(missing_docs, reason = "said at the operations of each kind")]
        pub enum Op {
            $($kind($file::Op),)*
        }

        impl Op {
            /// The operation itself.
            pub fn verb(&self) -> &dyn Verb {
                match self {
                    $(Self::$kind(op) => op,)*
                }
            }

            fn verb_mut(&mut self) -> &mut dyn Verb {
                match self {
                    $(Self::$kind(op) => op,)*
                }
            }
        }

        $(impl From<$file::Op> for Op {
            fn from(op: $file::Op) -> Self {
                Self::$kind(op)
            }
        })*

        /// The names of each kind's calls.
        pub const CALLS: &[Calls] = &[$($file::CALLS,)*];
    };
}

kinds! {
    General(general),
    Money(money),
    List(list),
    World(world),
    Name(name),
    Limit(limit),
    Message(message),
    Channel(channel),
    Achievement(achievement),
    Node(node),
    Player(player),
    Counter(counter),
    Storage(storage),
    Order(order),
    Board(board),
    Save(save),
    Delete(delete),
}

impl Op {
    /// The name under which the user called it.
    pub fn name(&self) -> &'static str {
        self.verb().name()
    }

    /// The same without a place in the running second, if it is a set that has one (clause Q-4).
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.verb_mut().lift_limit();
        self
    }
}
