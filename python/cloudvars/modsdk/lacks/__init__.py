"""What a mod uses of the game's API that the host does not simulate, read from its scripts; none is run (E-18)."""

from .finding import lacks

__all__ = ["lacks"]
