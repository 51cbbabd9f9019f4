"""Runs a mod's server half outside the game: ``mod.server.extraServerApi``, on a room of cloudvars.

>>> import cloudvars
>>> from cloudvars import modsdk
>>> with cloudvars.open() as store, modsdk.host(store.room("lobby-1", delivery="tick")) as game:
...     import mod.server.extraServerApi as serverApi
...
...     serverApi.GetPlatform()
-1
"""

from .engine import ClientEvent, Message
from .host import Host, host, tick
from .unknown.recorded import Recorded
from .unknown.uses import Lacks, Use, Uses
from .warning import ModWarning

__all__ = [
    "ClientEvent",
    "Host",
    "Lacks",
    "Message",
    "ModWarning",
    "Recorded",
    "Use",
    "Uses",
    "host",
    "tick",
]
