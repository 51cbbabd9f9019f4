-- Version 1 of the schema. There are files of it: nothing here changes any more, but for comments.
-- Rows are read and written through `cloud` and `note` alone; the views are for people with an SQL tool.

-- One row of any kind; what the columns hold is said by each kind (see the views).
-- A player's rows lie together.
CREATE TABLE cloud (
    game    INTEGER NOT NULL,           -- number of the game; 0 = the store itself
    owner   INTEGER NOT NULL,           -- user id; 0 where a kind has no user
    kind    INTEGER NOT NULL,
    world   INTEGER NOT NULL,           -- world id; 0 where a kind has no world
    key     TEXT    NOT NULL,
    id      INTEGER NOT NULL,           -- 0, or an id that no other row of the store has
    ver     INTEGER NOT NULL DEFAULT 0, -- raised by one with every change
    i_value INTEGER,
    s_value TEXT,
    value   TEXT,                       -- JSON
    aux     INTEGER NOT NULL DEFAULT 0,
    flags   INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL DEFAULT 0, -- ms since 1970
    updated INTEGER NOT NULL DEFAULT 0, -- ms since 1970
    seq     INTEGER NOT NULL DEFAULT 0, -- order of the last change among all changes
    PRIMARY KEY (game, owner, kind, world, key, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX cloud_id ON cloud (id) WHERE id <> 0;

CREATE INDEX cloud_message ON cloud (game, key, id) WHERE kind = 8;

-- Hints for rooms that listen. AUTOINCREMENT: a cursor is never used twice, even after old notes were purged.
CREATE TABLE note (
    cursor  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,           -- ms since 1970, real time
    game    INTEGER NOT NULL,
    channel TEXT    NOT NULL,
    id      INTEGER NOT NULL,
    value   TEXT
) STRICT;

CREATE VIEW game AS
SELECT i_value AS number, key AS name FROM cloud WHERE game = 0 AND owner = 0 AND kind = 13;

CREATE VIEW general AS
SELECT game.name AS game, owner AS user_id, key, i_value, s_value, value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 1;

CREATE VIEW money AS
SELECT game.name AS game, owner AS user_id, key, i_value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 2;

CREATE VIEW list AS
SELECT game.name AS game, owner AS user_id, key, id AS uuid, value,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 3;

CREATE VIEW world_data AS
SELECT game.name AS game, owner AS user_id, key, world AS world_id, value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 4;

CREATE VIEW world_list AS
SELECT game.name AS game, owner AS user_id, key, world AS world_id, id AS uuid, value,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 5;

-- `anchor`: when the last add was; the window that `refresh` describes is the one it lies in.
CREATE VIEW with_limit AS
SELECT game.name AS game, owner AS user_id, key, i_value AS value, aux AS "limit", s_value AS refresh,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated / 1000.0, 'unixepoch') AS anchor
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 6;

-- Stored as <key> U+0001 <name>; within <key>, U+0001 and U+0002 are written U+0002 '1' and U+0002 '2'.
CREATE VIEW name AS
SELECT game.name AS game,
    replace(replace(substr(key, 1, i_value), char(2) || '1', char(1)), char(2) || '2', char(2)) AS key,
    substr(key, i_value + 2) AS name, s_value AS value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 7;

CREATE VIEW message AS
SELECT game.name AS game, id AS object_id, key, aux AS src_user_id, owner AS target_user_id,
    flags & 1 AS read, flags >> 1 & 1 AS deleted,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS created, value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 8;

CREATE VIEW achievement AS
SELECT game.name AS game, owner AS player_id, key AS node_id, i_value AS progress, s_value AS extra,
    ver AS version, strftime('%Y-%m-%dT%H:%M:%SZ', nullif(aux, 0), 'unixepoch') AS completed_at
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 9;

CREATE VIEW node AS
SELECT game.name AS game, key AS node_id, i_value AS total, value
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 10;

-- The views of the lobby storage. The first files of version 1 lack them, and get them when they are opened.

CREATE VIEW storage AS
SELECT game.name AS game, owner AS uid, key, value, ver AS version
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 15;

CREATE VIEW "order" AS
SELECT game.name AS game, owner AS uid, id AS order_id, s_value AS cmd, i_value AS product_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS placed, flags & 1 AS shipped
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 16;

-- A player's number under each key that holds one; a row of kind 17 makes the key sorted.
CREATE VIEW place AS
SELECT game.name AS game, place.s_value AS key, place.aux AS uid, place.i_value AS value, board.kind IS NOT NULL AS sorted
FROM cloud AS place JOIN game ON game.number = place.game
LEFT JOIN cloud AS board ON board.game = place.game AND board.owner = 0 AND board.kind = 17 AND board.world = 0
    AND board.key = place.s_value AND board.id = 0
WHERE place.kind = 18;
