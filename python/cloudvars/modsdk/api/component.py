"""``mod.common.component``: the base of a mod's own components, and a class that mods name in annotations (E-12)."""

__all__ = ["BaseComponent", "BlockPaletteComponent"]


class BaseComponent:
    """The base class of components that a mod defines. Clause E-12."""

    def __init__(self, entityId: object) -> None:
        self.mEntityId = entityId

    def GetEntityId(self) -> object:
        """Return the id of the entity that the component is of, as it was given."""
        return self.mEntityId

    def Destroy(self) -> None:
        """Do nothing; a mod's component overrides it."""


class BlockPaletteComponent:
    """The class of block palettes, which are not simulated: nothing makes one. Clause E-12."""
