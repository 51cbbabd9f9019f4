-- The views of the lobby storage. They came after the first files of version 1, which get them when they are opened.

CREATE VIEW IF NOT EXISTS storage AS
SELECT game.name AS game, owner AS uid, key, value, ver AS version
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 15;

CREATE VIEW IF NOT EXISTS "order" AS
SELECT game.name AS game, owner AS uid, id AS order_id, s_value AS cmd, i_value AS product_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS placed, flags & 1 AS shipped
FROM cloud JOIN game ON game.number = cloud.game WHERE kind = 16;

-- A player's number under each key that holds one; a row of kind 17 makes the key sorted.
CREATE VIEW IF NOT EXISTS place AS
SELECT game.name AS game, place.s_value AS key, place.aux AS uid, place.i_value AS value, board.kind IS NOT NULL AS sorted
FROM cloud AS place JOIN game ON game.number = place.game
LEFT JOIN cloud AS board ON board.game = place.game AND board.owner = 0 AND board.kind = 17 AND board.world = 0
    AND board.key = place.s_value AND board.id = 0
WHERE place.kind = 18;
