-- The table of a cloudvars store on a MySQL-protocol server, version 2. Only SQL that MariaDB >= 10.6,
-- MySQL >= 8.0 and TiDB >= 6.5 share.
--
-- What the columns hold is said by each kind (`src/kinds/`); `kind` 0 is this backend's own bookkeeping
-- (`src/backend/mysql/address.rs`). A player's rows lie together.
CREATE TABLE IF NOT EXISTS cloud (
    game    BIGINT          NOT NULL,   -- number of the game; 0 = the store itself; -1 = this backend
    owner   BIGINT          NOT NULL,   -- user id; 0 where a kind has no user
    kind    TINYINT         NOT NULL,
    world   BIGINT          NOT NULL,   -- world id; 0 where a kind has no world
    `key`   VARBINARY(1500) NOT NULL,   -- UTF-8, compared byte by byte
    id      BIGINT          NOT NULL,   -- 0, or an id that no other row of its kind has
    stamp   BIGINT          NOT NULL,   -- raised by one with every write: what a write must find
    gone    TINYINT         NOT NULL,   -- 1 = deleted; the row is swept later
    ver     BIGINT          NOT NULL,
    i_value BIGINT          NULL,
    s_value LONGBLOB        NULL,       -- UTF-8
    value   LONGBLOB        NULL,       -- JSON
    aux     BIGINT          NOT NULL,
    flags   BIGINT          NOT NULL,
    created BIGINT          NOT NULL,   -- ms since 1970
    updated BIGINT          NOT NULL,   -- ms since 1970
    seq     BIGINT          NOT NULL,   -- order of the last change among all changes
    PRIMARY KEY (game, owner, kind, world, `key`, id),
    KEY cloud_id (id),
    -- Items of a list by their last change (their `flags` are 0), and unread messages (0 or 4). A table of version 1 gets it
    -- where the user may, and works without it, slower.
    KEY cloud_order (game, kind, world, `key`, flags, owner, seq)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
