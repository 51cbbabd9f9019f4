"""Which kinds of store a test runs on."""

import pytest

# For what is refused, or answered, before a store is asked: on the others it would run the same lines again.
one_store = pytest.mark.parametrize("target", ["memory"], indirect=True)
