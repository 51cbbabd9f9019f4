"""``Reason``: why a store fails, as a type."""

from typing import Literal, TypeAlias

__all__ = ["Reason"]

Reason: TypeAlias = Literal[
    "closed",
    "damaged",
    "disk",
    "foreign",
    "forked",
    "full",
    "locked",
    "missing",
    "newer",
    "not_empty",
    "outcome_unknown",
    "permission",
    "readonly",
    "refused",
    "replaced",
    "throttled",
    "unreachable",
    "other",
]
"""The words of ``StoreError.reason``, which explains them."""
