"""The engine's components, as far as they are simulated. Each is a file; ``factory.py`` lists them."""

from .block_entity_data import BlockEntityData
from .component import Component
from .factory import COMPONENTS, FACTORY, EngineCompFactoryServer

__all__ = ["COMPONENTS", "FACTORY", "BlockEntityData", "Component", "EngineCompFactoryServer"]
