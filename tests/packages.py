"""Achievement folders as the platform wants them. The fixture is there for every test."""

import struct

import pytest

HEADER = "NodeId,PrePic,FinPic,Title,Description,Total,Rank"
GOOD = "kill,textures/a.png,textures/b.jpg,猎人,杀死十头牛,10,1"


def png(width=120, height=120):
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + b"\0" * 30


def jpeg(width=120, height=120, frame=0xC0):
    """A comment that looks like a frame, a padded marker, a table, then the frame."""
    comment = b"\xff\xfe" + struct.pack(">H", 12) + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x00"
    table = b"\xff\xff\xc4" + struct.pack(">H", 4) + b"\0\0"
    size = bytes([0xFF, frame]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + comment + table + size + b"\xff\xd9"


@pytest.fixture
def csv_folder(tmp_path):
    """A folder that the platform accepts."""
    folder = tmp_path / "成就"
    (folder / "textures").mkdir(parents=True)
    (folder / "textures" / "a.png").write_bytes(png())
    (folder / "textures" / "b.jpg").write_bytes(jpeg())
    table(folder, GOOD)
    return folder


def table(folder, *rows, header=HEADER, encoding="gbk"):
    (folder / "NodeSetting.csv").write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
