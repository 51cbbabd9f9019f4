"""Python 2 sources, run with Python 2's meaning."""

import pytest
from stores import one_store


@one_store
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
        ("'\xe4\\xff'", "\xe4\udcff"),  # bytes that are no text
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
def test_expressions(run_mod, code, value):
    # E-6
    names = run_mod(f"# -*- coding: utf-8 -*-\nvalue = {code}\n", python=2)
    assert (names["value"], type(names["value"])) == (value, type(value))


def test_division(run_mod):
    # E-6
    names = run_mod("""
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
    assert run_mod("from __future__ import division\nx = 7 / 2\ny = [n for n in 1, 2]\n")["x"] == 3.5


def test_statements(run_mod, capsys):
    # E-6
    names = run_mod("""
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
    assert capsys.readouterr().out == "a 1\nb\n('c', 2)\nd\none line\n"
    assert (names["message"], names["kept"], names["ns"]["w"], names["here"]) == ("text", "text", 3, 4)
    assert names["again"] == "KeyError"


def test_print_is_read_as_python_2_does(run_mod, capsys):
    # E-6
    run_mod('print (1), 2\nprint -1\nprint ("a" + "b") * 2\nprint (1, 2)\n')
    assert capsys.readouterr().out == "1 2\n-1\nabab\n(1, 2)\n"
    run_mod('from __future__ import print_function\nprint(1, 2, sep="-")\nx = `1`\n')
    assert capsys.readouterr().out == "1-2\n"


def test_what_a_list_leaves_behind(run_mod):
    # E-6
    names = run_mod("""
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


def test_what_exec_runs_leaves_nothing_in_the_module(run_mod):
    # E-6
    names = run_mod("""
        n = "kept"
        def inside():
            exec "list_ = [n for n in range(3)]"
            return eval("[n for n in range(2)]")
        value = inside()
        space = {"n": 7}
        exec "got = [n for n in range(3)]" in space
    """)
    assert (names["n"], names["value"], names["space"]["got"]) == ("kept", [0, 1], [0, 1, 2])
