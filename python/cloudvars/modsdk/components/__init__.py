"""The engine's components, as far as they are simulated. Each is a file; ``factory.py`` lists them."""

from .component import Component
from .factory import COMPONENTS, FACTORY, EngineCompFactoryServer

__all__ = ["COMPONENTS", "FACTORY", "Component", "EngineCompFactoryServer"]
