"""Modules that work on bytes: here they take a str and give one."""

import base64
import binascii
import functools
import hashlib
import hmac
import pickle
import struct
import zlib
from collections.abc import Callable
from typing import Any, Final

from .octets import as_binary, as_text, octets

__all__ = [
    "base64_names", "binascii_names", "cpickle_names", "hashlib_names", "hmac_names", "md5_names", "pickle_names",
    "sha_names", "struct_names", "zlib_names",
]  # fmt: skip

_LIMIT: Final = 1 << 31


def _of_str(function: Callable[..., Any], told: Callable[[bytes], str] = as_text) -> Callable[..., Any]:
    """Return a function that takes and gives a str."""

    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        given = {name: octets(value) for name, value in keywords.items()}
        answer = function(*map(octets, arguments), **given)
        return told(bytes(answer)) if isinstance(answer, bytes | bytearray) else answer

    return call


def _decoding(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that raises ``TypeError`` for a text that is none of its kind."""
    call = _of_str(function)

    @functools.wraps(function)
    def decode(*arguments: Any, **keywords: Any) -> Any:
        try:
            return call(*arguments, **keywords)
        except binascii.Error as error:
            raise TypeError(str(error)) from None

    return decode


def _signed(function: Callable[..., int]) -> Callable[..., int]:
    """Return a checksum as Python 2 has it: from -2**31 to 2**31 - 1."""

    def call(text: Any, *start: int) -> int:
        number = function(octets(text), *(value & 0xFFFFFFFF for value in start))
        return number - 2 * _LIMIT if number >= _LIMIT else number

    return call


def base64_names() -> dict[str, Any]:
    """``base64``."""
    encoding = ("b64encode", "standard_b64encode", "urlsafe_b64encode", "b32encode", "b16encode")
    return {
        **{name: _of_str(getattr(base64, name)) for name in encoding},
        **{
            name: _decoding(getattr(base64, name))
            for name in (one.replace("encode", "decode") for one in encoding)
        },
        "decodestring": _of_str(base64.decodebytes),
        "encodestring": _of_str(base64.encodebytes),
    }


def binascii_names() -> dict[str, Any]:
    """``binascii``."""
    same = ("a2b_base64", "a2b_qp", "a2b_uu", "b2a_base64", "b2a_hex", "b2a_qp", "b2a_uu", "hexlify")
    return {
        **{name: _of_str(getattr(binascii, name)) for name in same},
        "a2b_hex": _decoding(binascii.a2b_hex),
        "crc32": _signed(binascii.crc32),
        "unhexlify": _decoding(binascii.unhexlify),
    }


class _Hash:
    """A hash that is fed text."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def update(self, value: Any) -> None:
        self._made.update(octets(value))

    def digest(self) -> str:
        return as_binary(octets(self._made.digest()))

    def copy(self) -> "_Hash":
        return _Hash(self._made.copy())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def _hash(function: Callable[..., Any]) -> Callable[..., _Hash]:
    """Return the function that makes a hash of a str: its UTF-8 is what a str of Python 2 holds."""

    def call(value: Any = "") -> _Hash:
        return _Hash(function(octets(value)))

    call.made = function  # type: ignore[attr-defined] # what hmac asks for
    return call


def hashlib_names() -> dict[str, Any]:
    """``hashlib``."""
    names = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
    made: dict[str, Any] = {name: _hash(getattr(hashlib, name)) for name in names}
    return {**made, "new": lambda name, text="": _Hash(hashlib.new(name, octets(text)))}


def md5_names() -> dict[str, Any]:
    """``md5``."""
    return dict.fromkeys(("md5", "new"), _hash(hashlib.md5)) | {"digest_size": 16}


def sha_names() -> dict[str, Any]:
    """``sha``."""
    return dict.fromkeys(("sha", "new"), _hash(hashlib.sha1)) | {"digest_size": 20}


def hmac_names() -> dict[str, Any]:
    """``hmac``."""

    def new(key: Any, msg: Any = None, digestmod: Any = hashlib.md5) -> _Hash:
        digestmod = getattr(digestmod, "new", digestmod)  # a module such as md5
        return _Hash(hmac.new(octets(key), octets(msg), getattr(digestmod, "made", digestmod)))

    return {"HMAC": new, "compare_digest": _of_str(hmac.compare_digest), "new": new}


def struct_names() -> dict[str, Any]:
    """``struct``."""

    class Struct:
        """A format that is used often."""

        def __init__(self, fmt: str) -> None:
            self._made = struct.Struct(fmt)
            self.format, self.size = fmt, self._made.size
            self.pack = _of_str(self._made.pack, as_binary)
            self.unpack = _unpacked(self._made.unpack)
            self.unpack_from = _unpacked(self._made.unpack_from)

    return {
        "Struct": Struct,
        "pack": _packed,
        "unpack": _unpacked(struct.unpack),
        "unpack_from": _unpacked(struct.unpack_from),
    }


def _packed(fmt: str, *values: Any) -> str:
    return as_binary(struct.pack(fmt, *map(octets, values)))


def _unpacked(function: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    def call(*arguments: Any) -> tuple[Any, ...]:
        values = function(*map(octets, arguments))
        return tuple([as_text(value) if isinstance(value, bytes) else value for value in values])

    return call


def zlib_names() -> dict[str, Any]:
    """``zlib``."""
    return {
        "adler32": _signed(zlib.adler32),
        "compress": _of_str(zlib.compress, as_binary),
        "crc32": _signed(zlib.crc32),
        "decompress": _of_str(zlib.decompress),
    }


class _Bytes:
    """A file of Python 2, read as bytes."""

    def __init__(self, file: Any) -> None:
        self.read = _octets_of(file.read)
        self.readline = _octets_of(file.readline)


def _octets_of(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: octets(function(*arguments))


def pickle_names() -> dict[str, Any]:
    """``pickle``."""

    def dumps(obj: Any, protocol: int | None = 0) -> str:
        return as_binary(pickle.dumps(obj, protocol))

    def dump(obj: Any, file: Any, protocol: int | None = 0) -> None:
        file.write(dumps(obj, protocol))

    def loads(text: Any) -> Any:
        return pickle.loads(octets(text), encoding="utf-8", errors="surrogateescape")  # noqa: S301 - the mod's own

    def load(file: Any) -> Any:
        return pickle.load(_Bytes(file), encoding="utf-8", errors="surrogateescape")  # noqa: S301 - ditto

    return {"dump": dump, "dumps": dumps, "load": load, "loads": loads}


cpickle_names = pickle_names
