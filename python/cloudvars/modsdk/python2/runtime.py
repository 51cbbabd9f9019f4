"""What rewritten Python 2 code calls: each helper under the name that ``meaning`` and ``statements`` write."""

from typing import Any, Final

from .attributes import attribute
from .classes import make_class, type_of
from .division import divide, divide_attribute, divide_item
from .exceptions import items_of, raised
from .formats import format_values
from .numbers import digits_of, long_digits_of
from .octets import octets
from .ordering import OPERATORS
from .printing import Printer
from .recoding import recode_of
from .text import str_of, unicode_of

__all__ = ["HELPERS"]


def _unicode(kind: Any, *arguments: Any, **keywords: Any) -> Any:
    """``unicode(…)``: a str is text already, whatever encoding is named; an escape is still decoded."""
    if kind is not str or not arguments or isinstance(arguments[0], bytes):
        return kind(*arguments, **keywords)
    text = unicode_of(arguments[0])
    encoding = keywords.get("encoding", arguments[1] if len(arguments) > 1 else None)
    return text if encoding is None else recode_of(text, "decode")(encoding)


def _str(kind: Any, value: Any) -> Any:
    """Return what to give to ``str``."""
    return str_of(value) if kind is str else value


def _bytearray(kind: Any, *arguments: Any) -> Any:
    return kind(*map(octets, arguments)) if kind is bytearray else kind(*arguments)


def _print(*values: Any) -> Printer:
    """``print``: a line's first value, or an empty line."""
    return Printer()(*values)


def _modulo(left: Any, right: Any) -> Any:
    """``%``, where what is left of it is no name and no literal."""
    return left % format_values(left, right)


HELPERS: Final[dict[str, Any]] = {
    "__py2_attribute__": attribute,
    "__py2_bytearray__": _bytearray,
    "__py2_class__": make_class,
    "__py2_digits__": digits_of,
    "__py2_div__": divide,
    "__py2_div_attribute__": divide_attribute,
    "__py2_div_item__": divide_item,
    "__py2_items__": items_of,
    "__py2_long_digits__": long_digits_of,
    "__py2_mod__": _modulo,
    "__py2_print__": _print,
    "__py2_print_to__": Printer,
    "__py2_raise__": raised,
    "__py2_str__": _str,
    "__py2_type__": type_of,
    "__py2_unicode__": _unicode,
    "__py2_unicode_values__": lambda form, values: format_values(form, values, unicode_=True),
    "__py2_values__": format_values,
    **dict(OPERATORS.values()),
}
