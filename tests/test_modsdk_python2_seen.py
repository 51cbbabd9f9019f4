"""What a test in Python 3 sees of a mod in Python 2: its methods, errors, dice, files, network."""

import inspect
import random
import traceback
from unittest import mock

import pytest
from cloudvars import modsdk
from mods import MAIN
from stores import one_store

SHOP = """
    import random, urllib2
    class Shop(object):
        def sell(self, item, count=1):
            return "%s x%d" % (item, count)
    def roll():
        return random.randint(1, 6), random.choice("abc"), random.random()
    def fetch():
        return urllib2.urlopen("http://localhost/")
"""


@one_store
def test_methods_can_be_patched_and_inspected(run_mod, monkeypatch):
    # E-6
    shop = run_mod(SHOP)["Shop"]
    assert list(inspect.signature(shop.sell).parameters) == ["self", "item", "count"]
    assert shop.sell(shop(), "bow") == "bow x1"
    with mock.patch.object(shop, "sell", lambda self, item: "patched"):
        assert shop().sell("bow") == "patched"
    assert shop().sell("bow", 2) == "bow x2"
    monkeypatch.setattr(shop, "sell", lambda self: "again")
    monkeypatch.undo()
    assert shop().sell("bow") == "bow x1"
    assert mock.create_autospec(shop)().sell("bow") is not None

    class Mine(shop):
        def sell(self, item, count=1):
            return "mine: " + super().sell(item, count)

    assert Mine().sell("bow") == "mine: bow x1"


@one_store
def test_a_tests_seed_and_patches_count(run_mod, monkeypatch):
    # E-6
    roll = run_mod(SHOP)["roll"]
    rolls = []
    for _ in range(2):
        random.seed(5)
        rolls.append(roll())
    assert rolls[0] == rolls[1]
    monkeypatch.setattr(random, "random", lambda: 0.99)
    assert roll() == (6, "c", 0.99)
    monkeypatch.setattr(random, "randint", lambda low, high: 3)
    assert roll()[0] == 3


@one_store
def test_the_network_fails_by_name(run_mod, monkeypatch):
    # E-6
    names = run_mod(SHOP)
    with pytest.raises(AttributeError, match=r"urllib2\.urlopen is not simulated") as caught:
        names["fetch"]()
    assert "set urllib2.urlopen in the test" in caught.value.__notes__[0]
    monkeypatch.setattr(names["urllib2"], "urlopen", lambda url: f"answer of {url}")
    assert names["fetch"]() == "answer of http://localhost/"
    for call in ("urllib.urlopen('x')", "urllib.urlretrieve('x')", "urllib2.build_opener()"):
        with pytest.raises(AttributeError, match=call.partition("(")[0]):
            run_mod(f"import urllib, urllib2\n{call}\n")


@one_store
def test_built_in_names_are_the_hosts(make_room, pack):
    # E-6
    mod = pack(
        modMain=MAIN,
        code="import __builtin__\n__builtin__.shared = 5\ndef f(): return shared\n",
        other="x = shared\n",
    )
    with modsdk.host(make_room(), mod=mod) as game:
        assert game.import_module("testScripts.code").f() == 5
        assert game.import_module("testScripts.other").x == 5
    with modsdk.host(make_room(), mod=mod) as game, pytest.raises(NameError, match="shared"):
        game.import_module("testScripts.other")


@one_store
@pytest.mark.parametrize(
    "line",
    [
        "int('x')",
        "float('x')",
        "'%d' % 'x'",
        "form % 1",
        "[1][5]",
        "{}['gold']",
        "{}[name]",
        "a, b = name",
        "raise ValueError, 'x'",
        "5 % 0",
        "unknown",
        "None.x",
        "'x' + 1",
        "name.missing()",
    ],
)
def test_errors_are_raised_on_the_mods_own_line(run_mod, line):
    # E-6
    run = run_mod(f"name, form = 'gold', 'x'\ndef run():\n    {line}\n    print 'done'\n")["run"]
    with pytest.raises(Exception) as caught:
        run()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename.rpartition("/")[2], last.line) == ("code.py", line)


@one_store
def test_bytes_that_are_no_text_can_be_printed(run_mod, capsys):
    # E-6
    run_mod("print chr(255), '\\xe4\\xb8' + '\\xad'\n")
    assert capsys.readouterr().out == "\\xff 中\n"


@one_store
def test_bytes_behind_a_cookie(run_mod):
    # E-6
    names = run_mod(b"# -*- coding: utf-8 -*-\nx = 'a\xcb'  # \xcb\ny = len(x), ord(x[1])\n")
    assert names["y"] == (2, 203)
    with pytest.raises(SyntaxError, match="names the encoding"):
        run_mod(b"x = 'a\xcb'\n")
