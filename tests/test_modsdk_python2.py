"""Python 2 sources, run with Python 2's meaning."""

import builtins
import sys
import textwrap
import threading
import traceback

import pytest
from cloudvars import modsdk

START = "from mod.common.mod import Mod\n"


@pytest.fixture
def run(make_room, pack):
    """Runs a module of a mod; answers its globals."""

    def run(source, python="auto", **files):
        if isinstance(source, str):
            source = textwrap.dedent(source)
        mod = pack(modMain=START, code=source, **files)
        with modsdk.host(make_room(), mod=mod, python=python) as game:
            return vars(game.import_module("testScripts.code"))

    return run


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -4),
        ("7 / 2.0", 3.5),
        ("True / 2", 0),
        ("7 // 2", 3),
        ("1 <> 2", True),
        ("`1` + `'a'`", "1'a'"),
        ("0777 + 0xFFL", 511 + 255),
        ("10000000000000000000L", 10**19),
        ("ur'\\d' + u'x' + b'y'", "\\dxy"),
        ("b'x' == 'x'", True),
        ("range(3)", [0, 1, 2]),
        ("[x for x in 1, 2]", [1, 2]),
        ("list(xrange(2))", [0, 1]),
        ("map(None, [1, 2], [3])", [(1, 3), (2, None)]),
        ("map(str, [1])", ["1"]),
        ("filter(None, [0, 1])", [1]),
        ("filter(lambda c: c > 'a', 'abc')", "bc"),
        ("filter(None, (0, 1))", (1,)),
        ("zip('ab', 'c')", [("a", "c")]),
        ("{'a': 1}.keys()[0]", "a"),
        ("{'a': 1}.items()", [("a", 1)]),
        ("{'a': 1}.has_key('a')", True),
        ("list({'a': 1}.iteritems())", [("a", 1)]),
        ("list({'a': 1}.viewvalues())", [1]),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(2.345, 2)", 2.35),
        ("type(round(2)).__name__", "float"),
        ("isinstance('x', basestring) and isinstance(u'x', unicode) and isinstance('x', unicode)", True),
        ("unicode('x', 'utf-8')", "x"),
        ("'\xe4'.encode('utf-8').decode('gbk')", "\xe4"),
        ("'abc'.encode('hex')", "616263"),
        ("isinstance(5L, (int, long))", True),
        ("cmp(1, 2)", -1),
        ("sorted([1, 3, 2], lambda a, b: cmp(b, a))", [3, 2, 1]),
        ("reduce(lambda a, b: a + b, [1, 2])", 3),
        ("apply(max, (1, 2))", 2),
        ("iter([5]).next()", 5),
        ("(lambda (a, b): a + b)((1, 2))", 3),
        ("(lambda (a, b), c: a + b + c)((1, 2), 3)", 6),
        (
            "(lambda x, (a, (b, c)), y=4: [x, a, b, c, y, (lambda (q,): q)([5])])(0, (1, (2, 3)))",
            [0, 1, 2, 3, 4, 5],
        ),
        (
            "(lambda x, (a, b): lambda c, (d, e): [x, a, b, c, d, e])(0, (1, 2))(3, (4, 5))",
            [0, 1, 2, 3, 4, 5],
        ),
        ("eval(' 7 / 2')", 3),
        ("(lambda: 0).func_name", "<lambda>"),
        ("'abc'.sort if False else 1", 1),
        ("unichr(65) + intern('x')", "Ax"),
        ("[oct(8), oct(0), oct(-8)]", ["010", "0", "-010"]),
        ("getattr({1: 2}, 'items')() + list(getattr({3: 4}, 'iteritems')())", [(1, 2), (3, 4)]),
        ("[getattr({}, 'nothing', 5), getattr(5, 'iteritems', 6), getattr('a', 'upper')()]", [5, 6, "A"]),
        (
            "[hasattr(x, n) for x in ({}, 'a', [], 5) for n in ('has_key', '__iter__')]",
            [True, True, False, False, False, True, False, False],
        ),
        ("type(u'x') is unicode and type(u'x') == unicode and issubclass(unicode, basestring)", True),
        ("unicode('\xe4', 'utf-8') + unicode(5) + unicode()", "\xe45"),
        ("map(unicode, [1]) + [unicode.upper(u'a')]", ["1", "A"]),
        ("'\\xe6\\x88\\x90'.decode('utf-8') + u'\\xe6'", "成æ"),
        ("'\xe4\\xff'", "\xe4\xff"),
        ("__import__('math').floor(7) / 2", 3.5),
        ("__import__('math').ceil(float('inf'))", float("inf")),
        ("__import__('operator').div(7, 2)", 3),
        ("dict.keys({1: 2}) + list(dict.iteritems({1: 2}))", [1, (1, 2)]),
        (
            "[None < 0, None > -1, 1 < 'a', 'a' > 5, {} < [], (1,) > 'z', 2 <= 2.0]",
            [True, False, True, True, True, True, True],
        ),
        ("(lambda x: [0 < x < 5, 0 < x <= 4 < 9])(None)", [False, False]),
        (
            "[cmp(None, 1), cmp([1, None], [1, 0]), cmp('a', 1), cmp({1: 2}, {1: 3}), cmp({}, {})]",
            [-1, -1, 1, -1, 0],
        ),
        ("sorted([3, 'a', None, 1.5, (1, None), (1, 2)])", [None, 1.5, 3, "a", (1, None), (1, 2)]),
        ("sorted([3, None, 1], reverse=True, key=lambda n: n)", [3, 1, None]),
        (
            "[max(None, 1), max(iter([None, 1])), min([2, None]), max([1, 2], key=lambda n: -n)]",
            [1, 1, None, 1],
        ),
    ],
)
def test_expressions(run, code, value):
    # E-6
    names = run(f"# -*- coding: utf-8 -*-\nvalue = {code}\n", python=2)
    assert (names["value"], type(names["value"])) == (value, type(value))


def test_division(run):
    # E-6
    names = run("""
        class Thing(object):
            n = 7
            def __div__(self, other):
                return "divided"
        thing, calls = Thing(), []
        def owner():
            calls.append(1)
            return thing
        a = 7
        a /= 2
        owner().n /= 2
        items = [7]
        items[len(calls) - 1] /= 2
        whole = Thing() / 2
        def inside():
            n = 9
            n /= 2
            return n
        local = inside()
    """)
    assert (names["a"], names["thing"].n, names["items"], names["whole"], names["local"]) == (
        3, 3, [3], "divided", 4,
    )  # fmt: skip
    assert names["calls"] == [1]
    assert run("from __future__ import division\nx = 7 / 2\ny = [n for n in 1, 2]\n")["x"] == 3.5


def test_statements(run, capsys):
    # E-6
    names = run("""
        import sys
        print "a", 1,
        print
        print >>sys.stdout, "b"
        print ("c", 2)
        print("d")
        try:
            raise ValueError, "text"
        except (KeyError, ValueError), e:
            message = e.message
        kept = str(e)
        ns = {"v": 7}
        exec "w = v / 2" in ns
        exec "here = 9 / 2"
        if 1: print "one line"
        try:
            try:
                raise KeyError
            except KeyError:
                raise
        except Exception as second:
            pass
        again = type(second).__name__
    """)
    assert capsys.readouterr().out == "a 1 \nb\n('c', 2)\nd\none line\n"
    assert (names["message"], names["kept"], names["ns"]["w"], names["here"]) == ("text", "text", 3, 4)
    assert names["again"] == "KeyError"


def test_print_is_read_as_python_2_does(run, capsys):
    # E-6
    run('print (1), 2\nprint -1\nprint ("a" + "b") * 2\nprint (1, 2)\n')
    assert capsys.readouterr().out == "1 2\n-1\nabab\n(1, 2)\n"
    run('from __future__ import print_function\nprint(1, 2, sep="-")\nx = `1`\n')
    assert capsys.readouterr().out == "1-2\n"


def test_classes(run):
    # E-6
    names = run("""
        class Meta(type):
            def __new__(cls, name, bases, body):
                body["made"] = True
                return type.__new__(cls, name, bases, body)
        class Empty(object):
            __metaclass__ = Meta
            def __nonzero__(self):
                return False
        class Countdown:
            def __init__(self):
                self.n = 2
            def __iter__(self):
                return self
            def next(self):
                if not self.n:
                    raise StopIteration
                self.n -= 1
                return self.n
        class Version(object):
            def __init__(self, n):
                self.n = n
            def __cmp__(self, other):
                return cmp(self.n, other.n)
        class Same(object):
            def __eq__(self, other):
                return True
        class Words(dict):
            def keys(self):
                return "mine"
        made, empty, counted = Empty.made, bool(Empty()), list(Countdown())
        ordered = [v.n for v in sorted([Version(2), Version(1)])], Version(1) == Version(1), Version(1) != Version(1)
        hashed = {Same(): 1}.values()
        own = Words().keys()
        nums = [3, 1, 2]
        nums.sort(lambda a, b: cmp(b, a))
        more = [3, 1, 2]
        more.sort(key=lambda n: -n, reverse=True)
    """)
    assert (names["made"], names["empty"], names["counted"]) == (True, False, [1, 0])
    assert names["ordered"] == ([1, 2], True, False)
    assert (names["hashed"], names["own"], names["nums"], names["more"]) == (
        [1], "mine", [3, 2, 1], [1, 2, 3],
    )  # fmt: skip


def test_what_a_list_leaves_behind(run):
    # E-6
    names = run("""
        [i for i in range(3)]
        [(a, b) for a, (b, c) in [(1, (2, 3))] for d in [a, c] if d > 1]
        rows = [[n for n in row] for row in [[1], [2, 3]]]
        inner = [x for x in [y for y in range(3)] if x]
        def shadowed():
            x = 5
            squares = [x * x for x in range(3)]
            later = [lambda: x for x in range(2)]
            return x, squares, [f() for f in later]
        def generator():
            k = 7
            kept = sum(k for k in range(3)) + len(set(k for k in [1]))
            return k, kept
        got, lazy = shadowed(), generator()
        class Config:
            names = ["a"]
            upper = [name.upper() for name in names]
            def ids(self, start=[s for s in "xy"]):
                return [n for n in start], n
        config = Config.upper, Config().ids()
        slots = {}
        [0 for slots["last"] in range(3)]
        [z for z in "b"]
    """)
    assert (names["i"], names["a"], names["b"], names["c"], names["d"]) == (2, 1, 2, 3, 3)
    assert (names["rows"], names["row"], names["inner"], names["x"]) == ([[1], [2, 3]], [2, 3], [1, 2], 2)
    assert names["got"] == (1, [0, 1, 4], [1, 1])
    assert names["lazy"] == (7, 4)
    assert names["config"] == (["A"], (["x", "y"], "y"))
    assert (names["slots"], names["z"]) == ({"last": 2}, "b")


def test_what_exec_runs_leaves_nothing_in_the_module(run):
    # E-6
    names = run("""
        n = "kept"
        def inside():
            exec "list_ = [n for n in range(3)]"
            return eval("[n for n in range(2)]")
        value = inside()
        space = {"n": 7}
        exec "got = [n for n in range(3)]" in space
    """)
    assert (names["n"], names["value"], names["space"]["got"]) == ("kept", [0, 1], [0, 1, 2])


def test_times_are_ordered_among_themselves_only(run):
    # E-6
    names = run("""
        from datetime import datetime, timedelta
        day, told = datetime(2026, 1, 1), []
        fine = sorted([day + timedelta(1), day])[0] == day, day < day + timedelta(1)
        for call in (lambda: day < 5, lambda: None > day, lambda: cmp(day, "x"), lambda: sorted([day, 5]), lambda: 1j < 2):
            try:
                call()
            except TypeError, e:
                told.append(str(e))
    """)
    assert names["fine"] == (True, True)
    assert len(names["told"]) == 5
    assert names["told"][0] == "can't compare datetime to int"


def test_comparing_raises_what_the_mod_raises(run):
    # E-6
    names = run("""
        class Strict(object):
            def __lt__(self, other):
                raise TypeError("mine")
            __gt__ = __lt__
            def __cmp__(self, other):
                raise TypeError("mine")
        class Plain(object):
            pass
        def attempt(call):
            try:
                call()
            except TypeError, e:
                return str(e)
        mine = [attempt(lambda: Strict() < 1), attempt(lambda: sorted([Strict(), Strict()])),
                attempt(lambda: cmp(Strict(), 1)), attempt(lambda: max([Strict(), Strict()]))]
        pair = [Plain(), Plain()]
        either = (pair[0] < pair[1]) != (pair[0] > pair[1])
        pair.sort()
        wrong = attempt(lambda: max(5)), attempt(lambda: sorted([1], key=lambda: 0))
    """)
    assert names["mine"] == ["mine"] * 4
    assert names["either"]
    assert "not iterable" in names["wrong"][0]
    assert "<lambda>() takes 0 positional arguments" in names["wrong"][1]


def test_classes_as_python_2_has_them(run):
    # E-6
    names = run("""
        class Same(object):
            def __eq__(self, other):
                return True
        class Sub(Same):
            pass
        class Sorted(dict):
            def keys(self):
                keys = super(Sorted, self).keys()
                keys.sort()
                return keys
            def first(self):
                return list(super(Sorted, self).iteritems())[0], super(Sorted, self).has_key("a")
        class Old(dict):
            def keys(self):
                return ["old"] + dict.keys(self)
        class More(Sorted):
            def keys(self):
                return super(More, self).keys() + ["more"]
        class Player(object):
            def name(self):
                return "n"
        one = Same()
        differ = [Same() != Same(), one != one, Sub() != Sub(), Same() == Same()]
        keys = More(b=1, a=2).keys(), Sorted(a=2).first(), Old(a=1).keys()
        player = Player()
        methods = Player.name.im_func(player), player.name.im_func(player), player.name.im_class is Player
    """)
    assert names["differ"] == [True, False, True, True]
    assert names["keys"] == (["a", "b", "more"], (("a", 2), True), ["old", "a"])
    assert names["methods"] == ("n", "n", True)


def test_generators_end_with_stop_iteration(run):
    # E-6
    names = run("""
        def stops():
            "doc"
            yield 1
            raise StopIteration
        def pairs(values):
            values = iter(values)
            while True:
                yield values.next(), values.next()
        def fails():
            yield 1
            raise KeyError, "k"
        got = list(stops()), list(pairs([1, 2, 3])), stops.__doc__
        def outer():
            def inner():
                yield 1
            raise StopIteration
        try:
            list(fails())
        except KeyError, e:
            failed = e.message
        try:
            outer()
            plain = "nothing"
        except StopIteration:
            plain = "raised"
    """)
    assert names["got"] == ([1], [(1, 2)], "doc")
    assert (names["failed"], names["plain"]) == ("k", "raised")


def test_reload(run, pack):
    # E-6
    names = run("""
        import sys, helper
        reload(sys)
        sys.setdefaultencoding("utf-8")
        helper.X, helper.kept = 5, 1
        from helper import f
        same = reload(helper) is helper
        after = helper.X, helper.kept, f is helper.f
    """, helper="X = 1\ndef f(): pass\n")  # fmt: skip
    assert (names["same"], names["after"]) == (True, (1, 1, False))


def test_stars_bring_the_old_names_too(run):
    # E-6
    names = run("""
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


def test_the_librarys_old_names(run):
    # E-6
    names = run("""
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


def test_implicit_relative_imports(run):
    # E-6
    files = {
        "json": "WHOSE = 'mine'\n",
        "server/__init__": "",
        "server/deep": "import near\nfrom near import *\nfrom .. import json\nWHOSE = json.WHOSE\n",
        "server/near": "__all__ = ['N']\nN = 1\nM = 2\n",
    }
    source = "import json, server.deep\nfrom server import near as n\nimport server.deep as d\nx = `1`\n"
    names = run(source, **files)
    assert names["json"].WHOSE == "mine"
    assert names["server"].__name__ == "testScripts.server"
    assert names["d"].near is names["n"] is names["server"].near
    assert (names["d"].N, hasattr(names["d"], "M"), names["d"].WHOSE) == (1, False, "mine")
    names = run("from __future__ import absolute_import\nimport json\nx = json.loads('1')\n", **files)
    assert names["x"] == 1
    with pytest.raises(ImportError, match="beyond the top-level package of 'testScripts'"):
        run("from ... import x\n")


def test_tabs_are_eight_columns(run):
    # E-6
    names = run(b'def f(a):\n\tif a:\n        \treturn """\n\tkept"""\n\telse:\n            return 2\n')
    assert names["f"](1) == "\n\tkept"
    assert names["f"](0) == 2


def test_coding_cookies_and_line_ends(run):
    # E-6
    text = "# -*- coding: gbk -*-\r\nname = u'成就'\r\nprint name\r\n"
    assert run(text.encode("gbk"))["name"] == "成就"
    assert run("name = '成就'".encode())["name"] == "成就"
    assert run(b"\xef\xbb\xbfx = `1`")["x"] == "1"
    with pytest.raises(SyntaxError, match="names the encoding") as caught:
        run("name = '成就'".encode("gbk"))
    assert caught.value.filename.endswith("code.py")


def test_tracebacks_point_at_the_mods_own_lines(run):
    # E-6
    names = run("""\
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


def test_syntax_errors_name_file_and_line(run):
    # E-6
    with pytest.raises(SyntaxError, match="not Python 2: .*; not Python 3: ") as caught:
        run("print 'a'\nx = = 1\n")
    assert caught.value.filename.endswith("code.py")
    assert (caught.value.lineno, caught.value.text) == (2, "x = = 1")
    with pytest.raises(SyntaxError) as caught:
        run("x = 1\nprint 'a'\n", python=3)
    assert caught.value.lineno == 2


def test_which_python(run):
    # E-6
    assert run("x = 7 / 2\n")["x"] == 3  # valid in both: it means what it means in the game
    assert run("x = 7 / 2\n", python=3)["x"] == 3.5
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
        assert run(f"{python3}\nx = 7 / 2\n")["x"] == 3.5, python3
        assert run(f"{python3}\nx = 7 / 2\n", python=3)["x"] == 3.5
    for python2 in ("y = `1`", "print 1", "exec '1'", "y = 0777"):
        assert run(f"{python2}\nx = 7 / 2\n")["x"] == 3, python2


def test_without_fissix(run, monkeypatch):
    # E-6
    from cloudvars.modsdk.python2 import grammar

    grammar._tool.cache_clear()
    real = builtins.__import__

    def refuse(name, *arguments, **keywords):
        if name.startswith("fissix"):
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert run("x = 7 / 2\nprint(x)\n")["x"] == 3  # what Python 3 can read needs no fissix
    with pytest.raises(ModuleNotFoundError, match=r'pip install "cloudvars\[modsdk\]"'):
        run("print 'without fissix'\n")


def test_translation_is_kept(run, monkeypatch):
    # E-6
    from cloudvars.modsdk.python2 import language

    source = "x = `'once'`\n"
    run(source)
    monkeypatch.setattr(language, "to_python3", lambda *_: pytest.fail("translated twice"))
    assert run(source)["x"] == "'once'"
    with pytest.raises(pytest.fail.Exception):
        run("x = `'twice'`\n")


def test_a_package_needs_its_init(run, pack):
    # E-6
    folder = pack.folder / "pack" / "testScripts" / "bare"
    folder.mkdir(parents=True)
    (folder / "thing.py").write_text("")
    with pytest.raises(ModuleNotFoundError, match=r"bare has no __init__\.py"):
        run("import testScripts.bare.thing\n")


def test_threads_import_once(make_room, pack):
    # E-1
    mod = pack(modMain=START, slow="import time\ntime.sleep(0.01)\nx = `1`\n")
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
