"""Runs a mod's server half outside the game: ``mod.server.extraServerApi``, on a room of cloudvars.

>>> import cloudvars
>>> from cloudvars import modsdk
>>> with cloudvars.open() as store, modsdk.host(store.room("lobby-1", delivery="tick")) as game:
...     import mod.server.extraServerApi as serverApi
...
...     serverApi.GetPlatform()
-1
"""

import sys

from .engine import ClientEvent, Message
from .host import Host, host, tick

__all__ = ["ClientEvent", "Host", "Message", "host", "tick"]

for _name, _module in list(sys.modules.items()):
    if _name.startswith(f"{__name__}."):
        # pytest leaves the lines of these modules out of tracebacks: a test's author looks for the mod's lines.
        vars(_module)["__tracebackhide__"] = True
