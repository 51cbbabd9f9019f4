"""How large a PNG or JPEG is, read from its first bytes."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The JPEG markers whose segment holds the size; the three others are tables."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""The JPEG markers without a segment."""


def size(data: bytes) -> tuple[int, int]:
    """Return (width, height) in pixels. Raises ``ValueError`` that says why they are unknown."""
    try:
        if data.startswith(_PNG):
            return _png(data)
        if data.startswith(_JPEG):
            return _jpeg(data)
    except (struct.error, IndexError):
        raise ValueError("is cut short") from None
    raise ValueError("is neither PNG nor JPEG" if data else "is empty")


def _png(data: bytes) -> tuple[int, int]:
    # The first chunk is the header: its length, its name, width, height.
    if data[12:16] != b"IHDR":
        raise ValueError("is a PNG without a header")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    at = len(_JPEG)
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004 - what begins every marker
            raise ValueError("is a damaged JPEG")
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - a marker may be padded
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            # Length, bits per sample, height, width.
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
