-- Version 2: what is newest in a list and what is unread are found without reading the rest; a file says who may use it.

-- 0 for every row but the items of short lists, where it counts them.
ALTER TABLE cloud ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;

-- Items of long lists and world lists by their last change.
CREATE INDEX cloud_list ON cloud (game, owner, kind, world, key, seq) WHERE kind IN (3, 5) AND nth = 0;

-- Messages that are neither read nor deleted (bits 1 and 2 of `flags`), by target user.
CREATE INDEX cloud_unread ON cloud (game, key, owner, seq) WHERE kind = 8 AND flags & 3 = 0;

-- One row. `PRAGMA user_version` is `version`; a cloudvars that knows less may look here whether it may go on.
CREATE TABLE format (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    version      INTEGER NOT NULL,
    least_reader INTEGER NOT NULL,      -- who knows this version or a later one may read
    least_writer INTEGER NOT NULL,      -- who knows this version or a later one may write
    stamped      INTEGER NOT NULL       -- no row's `seq` is larger
) STRICT;

INSERT INTO format SELECT 1, 2, 1, 2, coalesce(max(seq), 0) FROM cloud;
