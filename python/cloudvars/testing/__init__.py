"""Test a mod's server code: fresh stores, faults, interleavings, a clock that the test moves.

>>> from cloudvars import testing
>>> with testing.cloud() as cloud, cloud.faults.fail("commit", 1213):
...     cloud.room("lobby").score.get_commit().commit().error_code
1213

The pytest plugin gives the same as fixtures: ``cloud``, ``room``, ``clock``, ``game``, ``cloud_factory``.
"""

from .calls import Call, calls, shown
from .interleaving import InterleavingError, interleave
from .stores import Backend, cloud

__all__ = ["Backend", "Call", "InterleavingError", "calls", "cloud", "interleave", "shown"]
