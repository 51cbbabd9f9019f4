"""Where a hosted mod does not do what Python 2.7 does: what the contract names is so, and no test of ours hides it."""

import pytest
from stores import one_store


@one_store
@pytest.mark.parametrize(
    ("code", "here", "in_2_7"),
    [
        ("len('中'), repr(u'中'), str is unicode", (1, "'中'", True), (3, "u'\\u4e2d'", False)),
        ("'a' + u'中' + '中'", "a中中", UnicodeDecodeError),
        ("'\\xff' == u'\\xff', ord('\\xff'), '\\xff'.encode('hex')", (False, 255, "ff"), None),
        ("'%c' % 20013", "中", OverflowError),
        ("repr(5L), type(5L) is int, repr(2 ** 64)", ("5", True, "18446744073709551616L"), None),
        ("{'b': 1, 'a': 2}.keys()", ["b", "a"], ["a", "b"]),
        ("type(Old()) is Old", True, False),
        ("missing()", "FileNotFoundError", "IOError"),
        ("local()", None, 5),
        ("(lambda f: f('1_0'))(int)", 10, ValueError),
        ("hasattr(ValueError(1, 2), '__getitem__')", False, True),
        ("'%#o' % 8", "0o10", "010"),
        ("re.compile('x*').split('ab')", ["", "a", "b", ""], ["ab"]),
        ("Slices()[1:None]", (1, True), "item"),
        ("inspect.getargspec(lambda (a, b): 0).args != [['a', 'b']]", True, False),
    ],
)
def test_what_differs(run_mod, code, here, in_2_7):
    # E-6
    names = run_mod(f"""# -*- coding: utf-8 -*-
import inspect, re, sys
class Old:
    pass
class Slices(object):
    def __getslice__(self, i, j): return i, j == sys.maxint
    def __getitem__(self, i): return "item"
def missing():
    try:
        open("/no/such/file")
    except IOError, e:
        return type(e).__name__
def local():
    exec "made = 5"
    try:
        return made
    except NameError:
        return None
value = {code}
""")
    assert names["value"] == here
    assert here != in_2_7


@one_store
@pytest.mark.parametrize("word", ["async", "await", "nonlocal"])
def test_words_of_python_3_are_not_names(run_mod, word):
    # E-6
    with pytest.raises(SyntaxError):
        run_mod(f"{word} = 5\nprint {word}\n", python=2)


@one_store
def test_an_old_style_class_cannot_be_raised(run_mod):
    # E-6
    with pytest.raises(TypeError, match="exceptions must derive from BaseException"):
        run_mod("class Old:\n    pass\nraise Old()\n")
