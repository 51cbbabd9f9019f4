"""A user's project, run by pytest in a process of its own. The fixture is there for every test."""

import pytest

QUIET = ("-p", "no:cacheprovider", "-p", "no:timeout")


@pytest.fixture
def project(pytester):
    """A user's project: none of this project's fixtures."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(code, *options, **outcomes):
        pytester.makepyfile(code)
        result = pytester.runpytest_subprocess(*QUIET, *options)
        result.assert_outcomes(**outcomes)
        return result

    return run
