"""An address that nothing has."""

__all__ = ["UnknownAddressError"]


class UnknownAddressError(Exception):
    """Nothing has this address; the message says what has one."""
