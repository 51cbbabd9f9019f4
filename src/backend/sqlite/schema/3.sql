-- Version 3: the views have the columns of the tables in `store.tables`, with their names, and there is one of the users.
-- A counter has the time in `flags` when its window ends. A test compares the views with what the kinds say of their columns.

DROP VIEW IF EXISTS general;
DROP VIEW IF EXISTS money;
DROP VIEW IF EXISTS list;
DROP VIEW IF EXISTS world_data;
DROP VIEW IF EXISTS world_list;
DROP VIEW IF EXISTS with_limit;
DROP VIEW IF EXISTS name;
DROP VIEW IF EXISTS message;
DROP VIEW IF EXISTS achievement;
DROP VIEW IF EXISTS node;
DROP VIEW IF EXISTS storage;
DROP VIEW IF EXISTS "order";

CREATE VIEW player AS
SELECT game.name AS game, owner AS user_id, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0,
    'unixepoch') AS first_change, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0,
    'unixepoch') AS last_change, rows1 AS general, rows2 AS money, rows3 AS list, rows4 AS world_data,
    rows5 AS world_list, rows6 AS with_limit, rows8 AS message, rows9 AS achievement, rows15 AS storage,
    rows16 AS "order"
FROM (
    SELECT game, owner, min(CASE WHEN created <> 0 THEN created ELSE nullif(updated, 0) END) AS created,
    max(nullif(updated, 0)) AS updated, CAST(sum(kind = 1) AS INTEGER) AS rows1, CAST(sum(kind = 2) AS INTEGER) AS rows2,
    CAST(sum(kind = 3) AS INTEGER) AS rows3, CAST(sum(kind = 4) AS INTEGER) AS rows4,
    CAST(sum(kind = 5) AS INTEGER) AS rows5, CAST(sum(kind = 6) AS INTEGER) AS rows6,
    CAST(sum(kind = 8) AS INTEGER) AS rows8, CAST(sum(kind = 9) AS INTEGER) AS rows9,
    CAST(sum(kind = 15) AS INTEGER) AS rows15,
    CAST(sum(kind = 16) AS INTEGER) AS rows16
    FROM cloud WHERE kind IN (1, 2, 3, 4, 5, 6, 8, 9, 15, 16) AND (owner <> 0 OR kind <> 15) GROUP BY game, owner
) AS cloud JOIN game ON game.number = cloud.game;

CREATE VIEW general AS
SELECT game.name AS game, owner AS user_id, key, i_value, s_value, value, ver AS version,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 1;

CREATE VIEW money AS
SELECT game.name AS game, owner AS user_id, key, i_value AS value, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ',
    nullif(created, 0) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated,
    0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 2;

CREATE VIEW list AS
SELECT game.name AS game, owner AS user_id, key, id AS uuid, value, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ',
    nullif(created, 0) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated,
    0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 3;

CREATE VIEW world_data AS
SELECT game.name AS game, owner AS user_id, key, world AS world_id, value, ver AS version,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 4;

CREATE VIEW world_list AS
SELECT game.name AS game, owner AS user_id, key, world AS world_id, id AS uuid, value, ver AS version,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 5;

CREATE VIEW with_limit AS
SELECT game.name AS game, owner AS user_id, key, i_value AS value, aux AS "limit", s_value AS refresh,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(flags, 0) / 1000.0, 'unixepoch') AS expires, ver AS version,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 6;

CREATE VIEW name AS
SELECT game.name AS game, replace(replace(substr(key, 1, i_value), char(2) || '1', char(1)), char(2) || '2',
    char(2)) AS key, substr(key, i_value + 2) AS name, s_value AS value, ver AS version,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 7 AND owner = 0;

CREATE VIEW message AS
SELECT game.name AS game, id AS object_id, key, aux AS src_user_id, owner AS target_user_id, flags & 1 AS read,
    flags >> 1 & 1 AS deleted, value, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0,
    'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 8;

CREATE VIEW achievement AS
SELECT game.name AS game, owner AS player_id, key AS node_id, i_value AS progress,
    (SELECT node.i_value FROM cloud AS node WHERE node.game = cloud.game AND node.owner = 0 AND node.kind = 10 AND node.world = 0 AND node.key = cloud.key AND node.id = 0) AS total, s_value AS extra, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(aux, 0), 'unixepoch') AS completed_at, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 9;

CREATE VIEW node AS
SELECT game.name AS game, key AS node_id, i_value AS total, json_extract(value, '$.title') AS title,
    coalesce(json_extract(value, '$.description'), json_extract(value, '$.node_description')) AS description,
    json_extract(value, '$.rank') AS rank, flags & 1 AS custom, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ',
    nullif(created, 0) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated,
    0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 10 AND owner = 0;

CREATE VIEW storage AS
SELECT game.name AS game, owner AS user_id, key, value, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ',
    nullif(created, 0) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated,
    0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 15;

CREATE VIEW "order" AS
SELECT game.name AS game, id AS order_id, owner AS user_id, s_value AS cmd, i_value AS product_count,
    flags & 1 AS shipped, ver AS version, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(created, 0) / 1000.0,
    'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', nullif(updated, 0) / 1000.0, 'unixepoch') AS updated
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 16;

UPDATE format SET version = 3, least_writer = 3;
