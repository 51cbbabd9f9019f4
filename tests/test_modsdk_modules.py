"""A mod's files as Python 2 reads them: imports, encodings, errors, which Python a file is."""

import builtins
import sys
import threading
import traceback

import pytest
from cloudvars import modsdk
from mods import MAIN


def test_reload(run_mod, pack):
    # E-6
    names = run_mod("""
        import sys, helper
        reload(sys)
        sys.setdefaultencoding("utf-8")
        helper.X, helper.kept = 5, 1
        from helper import f
        same = reload(helper) is helper
        after = helper.X, helper.kept, f is helper.f
    """, helper="X = 1\ndef f(): pass\n")  # fmt: skip
    assert (names["same"], names["after"]) == (True, (1, 1, False))


def test_stars_bring_the_old_names_too(run_mod):
    # E-6
    names = run_mod("""
        from time import *
        from types import *
        from string import *
        from math import *
        slept = sleep(0), clock() >= 0, letters[:2], digits, StringType, type(f for f in ()) is GeneratorType, floor(2.5)
        import hashlib
        digest = hashlib.md5()
        digest.update("a")
        digest.update(u"b")
    """)
    import types

    assert names["slept"][:1] == (None,)
    assert names["slept"][1:] == (True, "ab", "0123456789", str, True, 2.0)
    assert type(names["slept"][-1]) is float
    assert types.GeneratorType is names["GeneratorType"]
    assert names["digest"].hexdigest() == "187ef4436122d1cc2f40dc2b92f0eba0"


def test_the_librarys_old_names(run_mod):
    # E-6
    names = run_mod("""
        import Queue, StringIO, cPickle, json, hashlib, time, string, sys, base64, types, os.path
        from collections import Callable, OrderedDict, defaultdict
        from itertools import izip, imap, chain
        import importlib
        import collections
        queue = Queue.Queue.__name__
        text = json.dumps({"a": u"\\u4e2d"}, encoding="utf-8")
        digest = hashlib.md5("abc".encode("utf-8")).hexdigest()
        pairs = list(izip([1], imap(str, [2])))
        odd = callable(Callable), string.letters[:2], sys.maxint > 0, base64.b64encode("abc"), types.StringType
        ordered = OrderedDict([("b", 1)]).keys()
        pickled = cPickle.loads(cPickle.dumps([1]))
        helper = importlib.import_module("testScripts.helper").VALUE
        clock = time.clock() >= 0
        path = os.path.join("a", "b")
    """, helper="VALUE = 5\n")  # fmt: skip
    assert (names["queue"], names["pairs"], names["helper"]) == ("Queue", [(1, "2")], 5)
    assert names["text"] == '{"a": "\\u4e2d"}'
    assert names["digest"] == "900150983cd24fb0d6963f7d28e17f72"
    assert names["odd"] == (True, "ab", True, "YWJj", str)
    assert (names["ordered"], names["pickled"], names["clock"], names["path"]) == (["b"], [1], True, "a/b")


def test_implicit_relative_imports(run_mod):
    # E-6
    files = {
        "json": "WHOSE = 'mine'\n",
        "server/__init__": "",
        "server/deep": "import near\nfrom near import *\nfrom .. import json\nWHOSE = json.WHOSE\n",
        "server/near": "__all__ = ['N']\nN = 1\nM = 2\n",
    }
    source = "import json, server.deep\nfrom server import near as n\nimport server.deep as d\nx = `1`\n"
    names = run_mod(source, **files)
    assert names["json"].WHOSE == "mine"
    assert names["server"].__name__ == "testScripts.server"
    assert names["d"].near is names["n"] is names["server"].near
    assert (names["d"].N, hasattr(names["d"], "M"), names["d"].WHOSE) == (1, False, "mine")
    names = run_mod("from __future__ import absolute_import\nimport json\nx = json.loads('1')\n", **files)
    assert names["x"] == 1
    with pytest.raises(ImportError, match="beyond the top-level package of 'testScripts'"):
        run_mod("from ... import x\n")


def test_tabs_are_eight_columns(run_mod):
    # E-6
    names = run_mod(b'def f(a):\n\tif a:\n        \treturn """\n\tkept"""\n\telse:\n            return 2\n')
    assert names["f"](1) == "\n\tkept"
    assert names["f"](0) == 2


def test_coding_cookies_and_line_ends(run_mod):
    # E-6
    text = "# -*- coding: gbk -*-\r\nname = u'成就'\r\nprint name\r\n"
    assert run_mod(text.encode("gbk"))["name"] == "成就"
    assert run_mod("name = '成就'".encode())["name"] == "成就"
    assert run_mod(b"\xef\xbb\xbfx = `1`")["x"] == "1"
    with pytest.raises(SyntaxError, match="names the encoding") as caught:
        run_mod("name = '成就'".encode("gbk"))
    assert caught.value.filename.endswith("code.py")


def test_tracebacks_point_at_the_mods_own_lines(run_mod):
    # E-6
    names = run_mod("""\
        # -*- coding: utf-8 -*-
        def first((a, b), c):
            print "spread",
            return deeper(a)
        def deeper(a):
            text = '''two
        lines''' + `a`
            raise KeyError, text
        """)
    with pytest.raises(KeyError) as caught:
        names["first"]((1, 2), 3)
    frames = traceback.extract_tb(caught.value.__traceback__)[1:]
    assert [(frame.name, frame.lineno, frame.line) for frame in frames] == [
        ("first", 4, "return deeper(a)"),
        ("deeper", 8, "raise KeyError, text"),
    ]
    shown = "".join(traceback.format_exception(caught.value))
    assert "raise KeyError, text" in shown
    assert "^" not in shown.split("code.py", 1)[1]  # no columns: those of the translation would mislead


def test_syntax_errors_name_file_and_line(run_mod):
    # E-6
    with pytest.raises(SyntaxError, match="not Python 2: .*; not Python 3: ") as caught:
        run_mod("print 'a'\nx = = 1\n")
    assert caught.value.filename.endswith("code.py")
    assert (caught.value.lineno, caught.value.text) == (2, "x = = 1")
    with pytest.raises(SyntaxError) as caught:
        run_mod("x = 1\nprint 'a'\n", python=3)
    assert caught.value.lineno == 2


def test_which_python(run_mod):
    # E-6
    assert run_mod("x = 7 / 2\n")["x"] == 3  # valid in both: it means what it means in the game
    assert run_mod("x = 7 / 2\n", python=3)["x"] == 3.5
    for python3 in (
        "y = f'{1}'",
        "y: int = 1",
        "def f(*, a): pass",
        "def f(a) -> int: pass",
        "async def f(): pass",
        "class A(metaclass=type): pass",
        "class A:\n    def f(self): super().f()",
        "a, *b = [1, 2]",
        "y = [*[1], 2]",
        "y = {**{}}",
        "if (y := 1): pass",
        "def f():\n    y = 1\n    def g():\n        nonlocal y",
        "try:\n    pass\nexcept KeyError as e:\n    raise ValueError from e",
    ):
        assert run_mod(f"{python3}\nx = 7 / 2\n")["x"] == 3.5, python3
        assert run_mod(f"{python3}\nx = 7 / 2\n", python=3)["x"] == 3.5
    for python2 in ("y = `1`", "print 1", "exec '1'", "y = 0777"):
        assert run_mod(f"{python2}\nx = 7 / 2\n")["x"] == 3, python2


def test_without_fissix(run_mod, monkeypatch):
    # E-6
    from cloudvars.modsdk.python2 import grammar

    grammar._tool.cache_clear()
    real = builtins.__import__

    def refuse(name, *arguments, **keywords):
        if name.startswith("fissix"):
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert run_mod("x = 7 / 2\nprint(x)\n")["x"] == 3  # what Python 3 can read needs no fissix
    with pytest.raises(ModuleNotFoundError, match=r'pip install "cloudvars\[modsdk\]"'):
        run_mod("print 'without fissix'\n")


def test_translation_is_kept(run_mod, monkeypatch):
    from cloudvars.modsdk.python2 import language

    source = "x = `'once'`\n"
    run_mod(source)
    monkeypatch.setattr(language, "to_python3", lambda *_: pytest.fail("translated twice"))
    assert run_mod(source)["x"] == "'once'"
    with pytest.raises(pytest.fail.Exception):
        run_mod("x = `'twice'`\n")


@pytest.mark.parametrize(
    "statement",
    [
        "import testScripts.bare.thing",
        "from testScripts.bare import thing",
        "from testScripts import bare",
        "from . import bare",
        "from .bare.thing import x",
        "import bare.thing",
        "import bare",
        "import importlib\nimportlib.import_module('testScripts.bare.thing')",
        "import mod.server.extraServerApi as s\ns.RegisterSystem('a', 'b', 'testScripts.bare.thing.System')",
    ],
)
def test_a_package_needs_its_init(run_mod, pack, statement):
    # E-6
    folder = pack.folder / "pack" / "testScripts" / "bare"
    folder.mkdir(parents=True)
    (folder / "thing.py").write_text("x = 1\n")
    for python in ("print 'two'\n", ""):
        with pytest.raises(ImportError, match=r"bare has no __init__\.py"):
            run_mod(f"{python}{statement}\n")
    (pack.folder / "pack" / "top").mkdir()
    with pytest.raises(ImportError, match=r"top has no __init__\.py"):
        run_mod("import top.thing\n")
    with pytest.raises(ImportError, match=r"^No module named 'surely_not_there'$"):
        run_mod("import surely_not_there\n")


def test_a_file_is_named_from_its_pack_on_and_found(run_mod, pack):
    # E-15
    told = run_mod(
        """
        import inspect, sys
        from . import sub
        from .sub import inner
        files = __file__, sub.__file__, inner.__file__
        root = __file__.rsplit("/" if "/" in __file__ else ".", 1)[0]
        class Seen(object):
            def method(self): return 1
        def function(): return 2
        sources = [inspect.getsource(one) for one in (Seen, function, Seen.method, sys.modules[__name__], inner)]
        """,
        **{"sub/__init__": "", "sub/inner": "text = 'inner'\n"},
    )
    assert told["files"] == ("testScripts/code.py", "testScripts/sub/__init__.py", "testScripts/sub/inner.py")
    assert told["root"] == "testScripts"
    for source, start in zip(
        told["sources"],
        ("class Seen", "def function", "    def method", "\nimport", "text = 'inner'"),
        strict=True,
    ):
        assert source.startswith(start)


@pytest.mark.parametrize("python", [2, 3])
def test_files_are_found_by_names_that_begin_as_a_module_s(run_mod, python):
    # E-15
    told = run_mod(
        """
        import os
        folder = os.path.dirname(__file__)
        with open(os.path.join(folder, "new.txt"), "w") as file:
            file.write("stored")
        with open("testScripts/new.txt") as file:
            text = file.read()
        """,
        python=python,
    )
    assert (told["folder"], told["text"]) == ("testScripts", "stored")


def test_threads_import_once(make_room, pack):
    # E-1
    mod = pack(modMain=MAIN, slow="import time\ntime.sleep(0.01)\nx = `1`\n")
    with modsdk.host(make_room(), mod=mod) as game:
        found = []
        barrier = threading.Barrier(8)

        def work():
            barrier.wait()
            found.append(game.import_module("testScripts.slow"))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(map(id, found))) == 1
        assert sys.modules["testScripts.slow"] is found[0]
