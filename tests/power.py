"""What a power cut may leave of a folder, by a record of what was done to its files (fixtures/power.c)."""

import random
import shutil
import struct
from collections import defaultdict
from pathlib import Path

SECTOR = 512
HEAD = struct.Struct("<cQQQ")
# Acknowledged when a copy was put in the file's place: the copy must last from the next commit on.
RESTORED = b"restored"


def acknowledge(record, what):
    """Writes down that something was acknowledged."""
    text = what.encode()
    record.write(HEAD.pack(b"a", 0, 0, len(text)) + text)
    record.flush()


def read_record(path):
    """The events, in order: (kind, file, offset, bytes)."""
    data, at, events = memoryview(path.read_bytes()), 0, []
    while at < len(data):
        kind, file, offset, length = HEAD.unpack_from(data, at)
        at += HEAD.size
        events.append((kind.decode(), file, offset, data[at : at + length]))
        at += length
    return events


class Disk:
    """What is on the disk for sure, and what was done since and may be there or not."""

    def __init__(self):
        self.flushed = {}
        self.pending = defaultdict(list)
        self.names = {}
        self.now = {}
        self.older = defaultdict(list)
        self.acknowledged = []
        self.restored = []
        self.files = {}

    def file(self, number, named):
        """The file with a number, which the number of a deleted one may be."""
        known = self.files.get(number)
        if known is None or (named and known not in self.now.values()):
            known = self.files[number] = (number, len(self.flushed))
            self.flushed[known] = bytearray()
        return known

    def apply(self, event):
        kind, number, offset, data = event
        file = self.file(number, kind == "n") if number else None
        if kind in "wt":
            self.pending[file].append((offset, data if kind == "w" else None))
        elif kind == "f":
            for change in self.pending.pop(file, ()):
                put(self.flushed[file], *change)
        elif kind == "d":
            self.names = dict(self.now)
            self.older.clear()
        elif kind in "nu":
            name = bytes(data).decode()
            was, self.now[name] = self.now.get(name), file if kind == "n" else None
            if was != self.now[name]:
                self.older[name].append(was)
        elif bytes(data) == RESTORED:
            self.acknowledged, self.restored = [], self.acknowledged
        else:
            self.acknowledged += [*self.restored, bytes(data).decode()]
            self.restored = []

    def leave(self, folder, seed):
        """Makes an image: what was flushed, and a part of what was not, sector by sector and name by name."""
        chance = random.Random(seed)
        share = chance.choice([0, 0, 0.1, 0.5, 0.9, 1])
        folder.mkdir()
        for name in sorted(self.now):
            file = chance.choice([self.names.get(name), *self.older[name][1:], self.now[name]])
            if share == 0:
                file = self.names.get(name)
            if file is None or name.endswith("-shm"):
                continue
            content = bytearray(self.flushed[file])
            for offset, data in self.pending[file]:
                if data is None:
                    if chance.random() < share:
                        put(content, offset, None)
                    continue
                for start, piece in sectors(offset, data):
                    if chance.random() < share:
                        put(content, start, piece)
            (folder / name).write_bytes(content)
        for name in self.now:
            # Shared memory is not flushed at all: what is there is anything.
            if name.endswith("-shm") and chance.random() < 0.5:
                (folder / name).write_bytes(chance.randbytes(chance.choice([3, 4096, 32768])))


def sectors(offset, data):
    """The parts of a write that reach the disk or not, each for itself."""
    start = 0
    while start < len(data):
        end = min(len(data), (offset + start) // SECTOR * SECTOR + SECTOR - offset)
        yield offset + start, data[start:end]
        start = end


def put(content, offset, data):
    """A write, or (without data) a change of the size."""
    end = offset if data is None else offset + len(data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[end:]
    else:
        content[offset:end] = data


def cuts(events, count, seed):
    """Disks at so many moments, the last one among them: before a flush there is most to lose."""
    chance = random.Random(seed)
    first = next(number for number, (kind, *_) in enumerate(events) if kind == "a")
    flushes = [number for number, (kind, *_) in enumerate(events) if kind in "fda" and number > first]
    anywhere = range(first + 1, len(events))
    chosen = {len(events)}
    for _ in range(count - 1):
        chosen.add(chance.choice(flushes) if flushes and chance.random() < 0.5 else chance.choice(anywhere))
    disk = Disk()
    for number, event in enumerate(events):
        if number in chosen:
            yield number, disk
        disk.apply(event)
    yield len(events), disk


def image(disk, folder, seed):
    """One permitted image as a folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    disk.leave(Path(folder), seed)
