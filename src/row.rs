//! What a backend holds: rows of one shape, found by [`Key`] (or by id).

use quick_cache::Equivalent;
use std::fmt;
use std::sync::Arc;

/// Which table a row belongs to: one of clause G-6 or of the store's own bookkeeping, by its number in the format.
///
/// A number that this version does not know is a kind of a later one: its rows are carried along untouched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        #[expect(non_upper_case_globals, reason = "the variants of a set that later versions make larger")]
        #[expect(missing_docs, reason = "named after the kinds of the contract")]
        impl Kind {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// Those that this version knows.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name, of a kind that this version knows.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    General = 1,
    Money = 2,
    List = 3,
    WorldData = 4,
    WorldList = 5,
    Limit = 6,
    Name = 7,
    Message = 8,
    Achievement = 9,
    /// A node definition: key = node id.
    Node = 10,
    /// How many achievement sets this game had in the running second (clause Q-4).
    SetRate = 11,
    /// A user joined a room of the game named by the key (game 0).
    Joined = 12,
    /// A game's name (key, game 0) and number (`i_value`).
    Game = 13,
    /// The store's counters (game 0).
    Counter = 14,
    /// The lobby storage: key = storage key.
    Storage = 15,
    /// An order of the lobby's goods.
    Order = 16,
    /// A sorted key of the lobby storage, with the ends of its board.
    Board = 17,
    /// A player's number under a storage key.
    Place = 18,
    /// A player's name on the boards.
    Nickname = 19,
    /// What mods attach to a player or to the level: key = the room's name, world = 1 for a player.
    Save = 20,
}

impl Kind {
    /// The largest number that a kind can have: what a server's `TINYINT` holds.
    pub const NUMBER_MAX: i64 = 127;

    /// The kind with this number, known or not; `None` if the number is out of range.
    pub fn from_number(number: i64) -> Option<Self> {
        let number = u8::try_from(number).ok()?;
        (1..=Self::NUMBER_MAX).contains(&i64::from(number)).then_some(Self(number))
    }

    /// Its number in the format.
    pub const fn number(self) -> i64 {
        self.0 as i64
    }

    /// Whether this version knows what its rows mean.
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "kind {}", self.0),
        }
    }
}

/// A row's primary key, in the order in which rows are clustered: a player's rows lie together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Number of the game (namespace); 0 = the store itself.
    pub game: i64,
    /// User id; 0 where a kind has no user.
    pub owner: i64,
    /// Which table.
    pub kind: Kind,
    /// World id; 0 where a kind has no world.
    pub world: i64,
    /// The key, compared by code point.
    pub key: Arc<str>,
    /// 0, or the uuid of a list item, the id of a message.
    pub id: i64,
}

/// A [`Key`] that is only looked for: its text belongs to the caller.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Sought<'k> {
    /// Number of the game.
    pub game: i64,
    /// User id.
    pub owner: i64,
    /// Which table.
    pub kind: Kind,
    /// World id.
    pub world: i64,
    /// The key.
    pub key: &'k str,
    /// 0, or the id.
    pub id: i64,
}

impl Key {
    /// This key, to look for it.
    pub fn sought(&self) -> Sought<'_> {
        let Self { game, owner, kind, world, ref key, id } = *self;
        Sought { game, owner, kind, world, key, id }
    }
}

// Both hash the same fields in the same order.
impl Equivalent<Key> for Sought<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        (self.game, self.owner, self.kind, self.world, self.id)
            == (key.game, key.owner, key.kind, key.world, key.id)
            && self.key == &*key.key
    }
}

/// A row's content. What each column holds is said by its kind: `COLUMNS` in `kinds/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Raised by one with every stored change; 1 = just created.
    pub ver: i64,
    /// A counter.
    pub i_value: Option<i64>,
    /// A text.
    pub s_value: Option<Arc<str>>,
    /// A cloud value: JSON text.
    pub value: Option<Arc<str>>,
    /// A second number (a limit, a sender, a time).
    pub aux: i64,
    /// Small facts as bits.
    pub flags: i64,
    /// When the row was created: milliseconds since 1970, by the store's clock.
    pub created: i64,
    /// When the row was last changed, in the same way.
    pub updated: i64,
    /// Order of the last change among all changes of the store: later is larger.
    pub seq: i64,
}

impl Row {
    /// Its texts.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        [&self.s_value, &self.value].into_iter().flatten()
    }

    /// The bytes of its texts.
    pub fn text_bytes(&self) -> usize {
        self.texts().map(|text| text.len()).sum()
    }
}

/// A row with its key. Whoever reads it while it does not change gets the same one.
pub type Found = Arc<(Key, Row)>;

/// Microseconds from 1970 to 2020: ids and order stamps count from there.
pub const EPOCH_US: i64 = 1_577_836_800_000_000;

/// The first order stamp of a moment (microseconds since 1970).
pub const fn stamp_at(us: i64) -> i64 {
    us.saturating_sub(EPOCH_US).saturating_mul(1 << 12)
}

/// A run of rows in key order: those of one (game, owner, kind, world) from key `from` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Number of the game.
    pub game: i64,
    /// User id.
    pub owner: i64,
    /// Which table.
    pub kind: Kind,
    /// World id.
    pub world: i64,
    /// The first key, inclusive.
    pub from: Arc<str>,
    /// The last key, inclusive; `None` = to the end.
    pub to: Option<Arc<str>>,
}

/// An index by order stamp over a part of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// Items of lists or world lists of this kind, of one user and world.
    Items {
        /// [`Kind::List`] or [`Kind::WorldList`].
        kind: Kind,
        /// User id.
        owner: i64,
        /// World id; 0 for lists.
        world: i64,
    },
    /// Messages with neither of the two lowest flags.
    Unread {
        /// The target user; `None` = everybody, user by user.
        owner: Option<i64>,
    },
}

/// The rows that an index has under one key, by their order stamps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Which rows.
    pub index: Index,
    /// Number of the game.
    pub game: i64,
    /// The key.
    pub key: Arc<str>,
    /// The largest stamp first?
    pub newest_first: bool,
    /// At most this many; `None` = all.
    pub limit: Option<usize>,
}

/// A hint that something happened, read by every process on the store in commit order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Number of the game.
    pub game: i64,
    /// Channel name; for a message `<user id>_<key>`.
    pub channel: Arc<str>,
    /// The stored message that arrived, or 0 for a published value.
    pub id: i64,
    /// The published value (JSON text), for id 0.
    pub value: Option<Arc<str>>,
}
