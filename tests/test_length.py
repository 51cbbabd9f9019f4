"""How long a cloud value is: the MessagePack length."""

import pytest
from hypothesis import given
from model import packed_length
from stores import one_store
from values import VALUES


@one_store
@pytest.mark.parametrize(
    ("value", "length"),
    [
        (None, 1),
        (True, 1),
        ({"color": "red", "price": 100}, 21),
        (127, 1),
        (128, 2),
        (255, 2),
        (256, 3),
        (65535, 3),
        (65536, 5),
        (2**32 - 1, 5),
        (2**32, 9),
        (-32, 1),
        (-33, 2),
        (-128, 2),
        (-129, 3),
        (-32768, 3),
        (-32769, 5),
        (-(2**31), 5),
        (-(2**31) - 1, 9),
        (1.0, 9),
        ("", 2),
        ("x" * 255, 257),
        ("x" * 256, 259),
        ("x" * 65535, 65538),
        ("x" * 65536, 65541),
        ("😀", 6),
        ([], 1),
        ([0] * 15, 16),
        ([0] * 16, 19),
        ([0] * 65535, 65538),
        ([0] * 65536, 65541),
        ({n: 0 for n in range(15)}, 31),
        ({n: 0 for n in range(16)}, 35),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_lengths(score, value, length):
    # V-3
    assert (
        score.test_cloud_value(value=value) == (0, length, None) == score.test_cloud_value({"value": value})
    )
    assert packed_length(value) == length


@given(VALUES)
def test_every_length(free, value):
    # V-3
    assert free.test_cloud_value(value=value) == (0, packed_length(value), None)
