"""Classes, comparisons and generators of Python 2 sources."""


def test_classes(run_mod):
    # E-6
    names = run_mod("""
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


def test_times_are_ordered_among_themselves_only(run_mod):
    # E-6
    names = run_mod("""
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


def test_comparing_raises_what_the_mod_raises(run_mod):
    # E-6
    names = run_mod("""
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


def test_classes_as_python_2_has_them(run_mod):
    # E-6
    names = run_mod("""
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


def test_generators_end_with_stop_iteration(run_mod):
    # E-6
    names = run_mod("""
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
