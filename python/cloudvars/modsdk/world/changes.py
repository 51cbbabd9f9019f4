"""What the engine tells when the state of the world changes, in its order (E-7)."""

from typing import TYPE_CHECKING, Any

from .attributes import ABSORPTION, HEALTH, HUNGER, Set
from .entities import EYES
from .inventory import ARMOR, CARRIED, INVENTORY, OFFHAND
from .items import air, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars.modsdk.engine import Engine

    from .effects import Effect
    from .entities import Entity
    from .positions import Position

__all__ = ["Changes"]


class Changes:
    """Changes the state of one host's world, and fires the engine's events."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    # --- entities ---

    def created(self, entity: "Entity") -> None:
        """``AddEntityServerEvent``."""
        x, y, z = entity.pos
        where = {"posX": x, "posY": y, "posZ": z, "dimensionId": entity.dimension, "isBaby": False}
        data = {"id": entity.id, **where, "engineTypeStr": entity.identifier}
        if entity.item is not None:
            data |= {"itemName": entity.item["itemName"], "auxValue": entity.item["auxValue"]}
        self._engine.fire("AddEntityServerEvent", data)

    def removed(self, entity: "Entity") -> None:
        """Take an entity out of the world: ``EntityRemoveEvent``."""
        if entity.here:
            self._engine.fire("EntityRemoveEvent", {"id": entity.id})
            entity.here = False

    def died(self, entity: "Entity", cause: str, attacker: str = "-1", tag: str = "") -> None:
        """Let an entity die, or vanish if it does not live."""
        if not entity.species.is_mob:
            self.removed(entity)
        elif not entity.dead:
            data = {"id": entity.id, "attacker": attacker, "cause": cause, "customTag": tag}
            self._engine.fire("MobDieEvent", data)

    def teleported(self, entity: "Entity", pos: "Position", dimension: int | None = None) -> bool:
        """Move an entity's feet. False: a listener of ``WillTeleportToServerEvent`` forbade it."""
        before, old = entity.dimension, entity.pos
        dimension = before if dimension is None else dimension
        where = {"fromDimensionId": before, "toDimensionId": dimension}
        way = {**where, "fromX": old[0], "fromY": old[1], "fromZ": old[2]}
        way |= {"toX": pos[0], "toY": pos[1], "toZ": pos[2]}
        whole = {key: value if key in where else int(value) for key, value in way.items()}
        asked = {"cancel": False, "entityId": entity.id, **whole, "cause": "script"}
        if self._engine.fire("WillTeleportToServerEvent", asked).get("cancel"):
            return False
        entity.dimension, entity.pos = dimension, pos
        if entity.is_player:
            self._engine.fire("PlayerTeleportEvent", {"id": entity.id})
        if before != dimension:
            self._changed_dimension(entity, where, way)
        return True

    def _changed_dimension(self, entity: "Entity", where: dict[str, Any], way: dict[str, Any]) -> None:
        pos = entity.pos
        if entity.is_player:
            self._engine.fire("DimensionChangeServerEvent", {"playerId": entity.id, **way})
            there = (pos[0], pos[1] + EYES, pos[2])
            self._engine.fire(
                "DimensionChangeFinishServerEvent", {"playerId": entity.id, **where, "toPos": there}
            )
        else:
            self._engine.fire("EntityChangeDimensionServerEvent", {"entityId": entity.id, **way})

    # --- attributes ---

    def attribute(
        self, entity: "Entity", number: Any, change: "Callable[[], Set]", *, by_script: bool = True
    ) -> bool:
        """Change an attribute. Health and hunger have events, of which the first can prevent the change."""
        after = entity.attr.outcome(change)
        if after.before == after.after or number not in {HEALTH, HUNGER}:
            return change().done
        if number == HUNGER:
            data = {
                "playerId": entity.id,
                "hungerBefore": after.before,
                "hunger": after.after,
                "cancel": False,
            }
            self._engine.fire("PlayerHungerChangeServerEvent", data)
            return not data["cancel"] and change().done
        data = {"entityId": entity.id, "from": after.before, "to": after.after, "byScript": by_script}
        before = self._engine.fire("HealthChangeBeforeServerEvent", {**data, "cancel": False})
        if before.get("cancel"):
            return False
        done = change().done
        self._engine.fire("HealthChangeServerEvent", data)
        if entity.attr.value(HEALTH) <= 0:
            self.died(entity, "none")
        return done

    def hurt(  # noqa: PLR0913 - what the events say
        self,
        entity: "Entity",
        amount: float,
        *,
        attacker: str = "-1",
        child: str = "-1",
        cause: str,
        tag: str = "",
        knock: bool = True,
    ) -> bool:
        """Take health: ``DamageEvent``, whose damage listeners may change, to the death. False: nothing happened."""
        if not entity.alive or not entity.species.is_mob or entity.settings.get("immune"):
            return False
        absorption = entity.attr.absorption
        who = {"srcId": attacker, "projectileId": child, "entityId": entity.id}
        data: dict[str, Any] = {
            **who,
            "damage": amount,
            "absorption": int(max(absorption, 0)),
            "cause": cause,
        }
        data |= {"knock": knock, "ignite": False, "customTag": tag}
        if entity.is_player:
            hurt = {"id": entity.id, "attacker": attacker, "customTag": tag, "cause": cause}
            self._engine.fire("PlayerHurtEvent", hurt)
        damage = float(self._engine.fire("DamageEvent", data)["damage"])
        if damage <= 0:
            return False
        data = {
            **who,
            "damage": damage,
            "invulnerableTime": 0,
            "lastHurt": 0.0,
            "cause": cause,
            "customTag": tag,
        }
        damage = float(self._engine.fire("ActuallyHurtServerEvent", data)["damage"])
        absorbed = min(max(absorption, 0.0), damage)
        entity.attr.set_value(ABSORPTION, absorption - absorbed)
        told = {
            "entityId": entity.id,
            "cause": cause,
            "damage": damage - absorbed,
            "absorbedDamage": int(absorbed),
        }
        self._engine.fire("ActorHurtServerEvent", {**told, "customTag": tag})
        health = entity.attr.health - (damage - absorbed)
        before = entity.attr.health
        entity.attr.set_value(HEALTH, health)
        if before != entity.attr.health:
            change = {"entityId": entity.id, "from": before, "to": entity.attr.health, "byScript": False}
            self._engine.fire("HealthChangeServerEvent", change)
        if entity.attr.health <= 0:
            self.died(entity, cause, attacker, tag)
        return True

    def levels(self, player: "Entity", won: int) -> None:
        """``AddLevelEvent``, if a player won levels."""
        if won > 0:
            data = {"id": player.id, "addLevel": won, "newLevel": player.experience.level}
            self._engine.fire("AddLevelEvent", data)

    # --- effects ---

    def effect(self, entity: "Entity", name: str, seconds: float, amplifier: int, *, particles: bool) -> bool:
        """Give an effect: ``AddEffectServerEvent``, ``RefreshEffectServerEvent`` for one that the entity had."""
        had = name in entity.effects
        if not entity.effects.add(name, seconds, amplifier, particles=particles):
            return False
        event = "RefreshEffectServerEvent" if had else "AddEffectServerEvent"
        data = {"entityId": entity.id, "effectName": name, "effectDuration": int(seconds)}
        self._engine.fire(event, {**data, "effectAmplifier": amplifier, "damage": 0.0})
        return True

    def effect_ended(self, entity: "Entity", effect: "Effect") -> None:
        """``RemoveEffectServerEvent``."""
        left = max(0, int(entity.effects.left(effect)))
        data = {"entityId": entity.id, "effectName": effect.name, "effectDuration": left}
        self._engine.fire("RemoveEffectServerEvent", {**data, "effectAmplifier": effect.amplifier})

    # --- items ---

    def item(self, entity: "Entity", where: int, slot: int, item: dict[str, Any] | None) -> None:
        """Fill or empty a slot. A player's slots, hands and armor have events. Raises ``CloudValueError``."""
        items = entity.items
        old = shown(items.get(where, slot))
        if not entity.is_player:
            items.set(where, slot, item)
            return
        slot = items.selected if where == CARRIED else slot
        carried = where in {CARRIED, INVENTORY} and slot == items.selected
        items.set(where, slot if where != CARRIED else 0, item)
        new = shown(items.get(where, slot if where != CARRIED else 0))
        if old == new:
            return
        if where in {CARRIED, INVENTORY}:
            data = {
                "playerId": entity.id,
                "slot": slot,
                "oldItemDict": old or air(),
                "newItemDict": new or air(),
            }
            self._engine.fire("InventoryItemChangedServerEvent", data)
        hand = {"oldItemDict": old, "newItemDict": new, "playerId": entity.id}
        if carried:
            self._engine.fire("OnCarriedNewItemChangedServerEvent", hand)
        elif where == OFFHAND:
            self._engine.fire("OnOffhandItemChangedServerEvent", hand)
        elif where == ARMOR:
            data = {"slot": slot, "oldArmorDict": old, "newArmorDict": new, "playerId": entity.id}
            self._engine.fire("OnNewArmorExchangeServerEvent", data)

    def picked_up(self, player: "Entity", dropped: "Entity") -> bool:
        """Move a dropped item into a player's slots. False: there is no room for all of it."""
        changes, left = player.items.room_for(dropped.item)
        for slot, _, stack in changes:
            self.item(player, INVENTORY, slot, stack)
        if left and dropped.item is not None:
            dropped.item = {**dropped.item, "count": left}
        else:
            self.removed(dropped)
        return not left

    def select(self, entity: "Entity", slot: int) -> None:
        """Take another slot into a player's hand."""
        old = shown(entity.items.carried)
        entity.items.selected = slot
        new = shown(entity.items.carried)
        if old != new:
            data = {"oldItemDict": old, "newItemDict": new, "playerId": entity.id}
            self._engine.fire("OnCarriedNewItemChangedServerEvent", data)

    # --- time ---

    def tick(self) -> None:
        """Let effects end whose time is over, and the dead vanish; players stay."""
        for entity in self._engine.entities:
            for effect in entity.effects.ended():
                self.effect_ended(entity, effect)
            if entity.dead and not entity.is_player:
                self.removed(entity)
