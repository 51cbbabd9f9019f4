"""What players do in a hosted world, as the test says: they chat, use items, break blocks, and hurt somebody (E-16)."""

from typing import Any

from cloudvars.errors import CloudValueError

from .items import item_of, shown
from .world import World

__all__ = ["Acts"]

_WHITE = "\xa7f"
_UP = 1
"""The upper side of a block, of ``Facing``."""
_MIDDLE = 0.5
_Position = tuple[int, int, int]


class Acts(World):
    """The part of a host in which players act."""

    def chat(self, player: int | str, text: str) -> dict[str, Any]:
        """Let a player say something: ``ServerChatEvent``; returns its dict.

        Unless a listener set ``cancel`` or ``bForbid``, ``game.messages`` gets the text for everybody who is here; with
        ``bChatById``, for those in ``toPlayerIds``.
        Clause E-16.
        """
        if not isinstance(text, str):
            message = f"text: {text!r}; a str is accepted"
            raise CloudValueError(message)
        with self._failures.entry():
            who = self._present(player)
            name = self._engine.names[who]
            data = self._engine.fire("ServerChatEvent", _chat(who, name, text))
            if not data["cancel"] and not data["bForbid"]:
                heard = data["toPlayerIds"] if data["bChatById"] else self.players
                self._engine.tell([str(one) for one in heard], data["message"], _WHITE, name)
            return data

    def use_item(self, player: int | str, item: str | dict[str, Any] | None = None) -> dict[str, Any]:
        """Let a player use an item in the air: ``ServerItemTryUseEvent``; returns its dict.

        Unless a listener set ``cancel``, ``ItemUseAfterServerEvent`` follows. The item stays where it is.

        ``item``: its name or an item dict; None: what the player carries in the hand.
        Clause E-16.
        """
        with self._failures.entry():
            who = self._present(player)
            used = self._used(who, item)
            data = self._engine.fire(
                "ServerItemTryUseEvent", {"playerId": who, "itemDict": used, "cancel": False}
            )
            if not data["cancel"]:
                self._engine.fire("ItemUseAfterServerEvent", {"entityId": who, "itemDict": dict(used)})
            return data

    def use_item_on(
        self,
        player: int | str,
        pos: _Position,
        item: str | dict[str, Any] | None = None,
        *,
        name: str = "minecraft:stone",
        face: int = _UP,
    ) -> dict[str, Any]:
        """Let a player use an item on a block: ``ServerItemUseOnEvent``; returns its dict.

        Unless a listener set ``ret``, ``ItemUseOnAfterServerEvent`` follows. The item stays where it is.

        ``pos``: the block's position, three ints. ``item``: as for ``use_item``. ``name``: the block's; ``face``: the
        side that is clicked, an int of ``Facing``.
        Clause E-16.
        """
        with self._failures.entry():
            who = self._present(player)
            used = self._used(who, item)
            about = _clicked(pos, face) | {
                "blockName": name,
                "blockAuxValue": 0,
                "dimensionId": self._dimension(who),
            }
            data = self._engine.fire(
                "ServerItemUseOnEvent", {"entityId": who, "itemDict": used, **about, "ret": False}
            )
            if not data["ret"]:
                self._engine.fire(
                    "ItemUseOnAfterServerEvent", {"entityId": who, "itemDict": dict(used), **about}
                )
            return data

    def use_block(
        self, player: int | str, pos: _Position, *, name: str = "minecraft:stone", face: int = _UP
    ) -> dict[str, Any]:
        """Let a player click a block with the right button: ``ServerBlockUseEvent``; returns its dict.

        The engine fires it for blocks of a mod, and for those that were added with ``AddBlockItemListenForUseEvent``.

        ``pos``, ``name``, ``face``: as for ``use_item_on``.
        Clause E-16.
        """
        with self._failures.entry():
            who = self._present(player)
            carried = shown(self._engine.inventory(who).carried)
            about = _clicked(pos, face) | {"itemDict": carried, "dimensionId": self._dimension(who)}
            data = {"playerId": who, "blockName": name, "aux": 0, "cancel": False, **about}
            return self._engine.fire("ServerBlockUseEvent", data)

    def break_block(
        self, player: int | str, pos: _Position, *, name: str = "minecraft:stone", face: int = _UP
    ) -> dict[str, Any]:
        """Let a player break a block: ``ServerPlayerTryDestroyBlockEvent``; returns its dict.

        Unless a listener set ``cancel``, ``DestroyBlockEvent`` follows. No item drops.

        ``pos``, ``name``, ``face``: as for ``use_item_on``.
        Clause E-16.
        """
        with self._failures.entry():
            who = self._present(player)
            x, y, z = _block(pos)
            about = {"x": x, "y": y, "z": z, "face": face, "fullName": name, "auxData": 0, "playerId": who}
            about["dimensionId"] = self._dimension(who)
            asked = {**about, "cancel": False, "spawnResources": True}
            data = self._engine.fire("ServerPlayerTryDestroyBlockEvent", asked)
            if not data["cancel"]:
                self._engine.fire("DestroyBlockEvent", {**about, "dropEntityIds": []})
            return data

    def damage(
        self,
        entity: int | str,
        amount: float,
        attacker: int | str | None = None,
        *,
        cause: str = "entity_attack",
    ) -> float:
        """Hurt an entity or a player who is here; returns the health that it lost.

        In this order: ``PlayerAttackEntityEvent`` (a player attacks with ``entity_attack``), ``PlayerHurtEvent`` (of a
        player), ``DamageEvent``, ``ActuallyHurtServerEvent``, ``ActorHurtServerEvent``, ``HealthChangeServerEvent``,
        and ``MobDieEvent`` when no health is left. What listeners write into ``damage`` counts, and so does the
        ``cancel`` of the first.

        ``amount``: points of health, a number from 0. ``attacker``: the id of a player or an entity. ``cause``: one of
        ``ActorDamageCause``.
        Clause E-16.
        """
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < float("inf"):
            message = f"amount: {amount!r}; a number from 0 is accepted"
            raise CloudValueError(message)
        with self._failures.entry():
            hurt = self._engine.entity(entity)
            if hurt is None or not hurt.species.is_mob:
                message = f"entity: {entity!r}; the id of a player or a mob that is here is accepted"
                raise CloudValueError(message)
            by = "-1" if attacker is None else str(attacker)
            before = hurt.attr.health
            if by in self.players and cause == "entity_attack":
                attack = self._engine.fire("PlayerAttackEntityEvent", _attack(by, hurt.id))
                if attack["cancel"]:
                    return 0.0
                amount = attack["damage"] if attack["isValid"] else amount
            self._engine.changes.hurt(hurt, float(amount), attacker=by, cause=cause)
            return before - hurt.attr.health

    def _used(self, who: str, item: str | dict[str, Any] | None) -> dict[str, Any]:
        """Return the item dict of what is used. Raises ``CloudValueError``."""
        if item is not None:
            return item_of(item)
        carried = shown(self._engine.inventory(who).carried)
        if carried is None:
            message = f"item: None; the hand of player {who} is empty: name an item, or game.give one first"
            raise CloudValueError(message)
        return carried

    def _dimension(self, who: str) -> int:
        return self._engine.entities[who].dimension


def _chat(who: str, name: str, text: str) -> dict[str, Any]:
    prefix = {"gameChatPrefix": "", **{f"gameChatPrefixColor{part}": 0.0 for part in "RGB"}}
    said = {"username": name, "playerId": who, "message": text, "cancel": False}
    return {**said, "bChatById": False, "bForbid": False, "toPlayerIds": [], **prefix}


def _attack(by: str, hurt: str) -> dict[str, Any]:
    told = {"playerId": by, "victimId": hurt, "damage": 0.0, "isValid": 0}
    return {**told, "cancel": False, "isKnockBack": True, "isCrit": False}


def _block(pos: Any) -> _Position:
    whole = isinstance(pos, tuple | list) and all(type(part) is int for part in pos)
    if not whole or len(pos) != len("xyz"):
        message = f"pos: {pos!r}; the three ints of a block's position are accepted"
        raise CloudValueError(message)
    return pos[0], pos[1], pos[2]


def _clicked(pos: Any, face: int) -> dict[str, Any]:
    x, y, z = _block(pos)
    return {"x": x, "y": y, "z": z, "face": face, "clickX": _MIDDLE, "clickY": _MIDDLE, "clickZ": _MIDDLE}
