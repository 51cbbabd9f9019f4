"""Commands that the game's assistant understands."""

from .component import Component
from .plain import switch

__all__ = ["AiCommandComponentServer"]


class AiCommandComponentServer(Component):
    """``CreateAiCommand(levelId)``: whether it is there is in ``game.level.settings["ai_commands"]``."""

    Enable = switch("ai_commands", value=True)
    Disable = switch("ai_commands", value=False)
