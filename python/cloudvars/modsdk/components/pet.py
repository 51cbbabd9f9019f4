"""The companions of the game's shop."""

from .component import Component
from .plain import switch

__all__ = ["PetComponentServer"]


class PetComponentServer(Component):
    """``CreatePet(levelId)``: whether players may have companions is in ``game.level.settings["pets"]``."""

    Enable = switch("pets", value=True)
    Disable = switch("pets", value=False)
