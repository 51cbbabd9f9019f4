"""The cycle collector, for tests. The fixture is there for every test."""

import gc

import pytest


@pytest.fixture
def quiet():
    """The cycle collector runs only when told."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()
