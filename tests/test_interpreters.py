"""Several interpreters in one process (mod_wsgi, embedded Python): cloudvars works in the first that imports it."""

import pytest

INTERPRETERS = """if True:
    import os, sys
    try:
        import _interpreters as interpreters
        run = interpreters.exec
    except ImportError:
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            os.write(1, b"none\\n")
            sys.exit()
        run = interpreters.run_string
    USE = '''if True:
        import os
        def tell(what):
            os.write(1, (what + chr(10)).encode())
        try:
            import cloudvars
        except ImportError as error:
            tell("refused" if "another interpreter" in str(error) else repr(error))
        else:
            try:
                cloudvars.open("")
            except cloudvars.CloudValueError:
                tell("CloudValueError")
            score = cloudvars.open().room().score
            try:
                with score.get_commit() as c:
                    c.money_cost(user_id=1, key="gold", value=3)
            except cloudvars.CommitError:
                tell("CommitError")
            tell(type(score.get(user_id=1, key="k")) is cloudvars.Reply and "Reply")
    '''
    def create():
        # As programs that embed Python make them: the others are refused by Python itself from 3.12 on.
        try:
            return interpreters.create("legacy")
        except TypeError:
            return interpreters.create(isolated=False)
    def main():
        exec(USE, {})
    def second(known=[]):
        known or known.append(create())
        run(known[0], USE)
    def third():
        run(create(), USE)
    for who in sys.argv[1:]:
        {"main": main, "second": second, "third": third}[who]()
    os._exit(0)
"""
WORKS = ["CloudValueError", "CommitError", "Reply"]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (("main", "second", "third", "main"), [*WORKS, "refused", "refused", *WORKS]),
        (("second", "main", "second", "third"), [*WORKS, "refused", *WORKS, "refused"]),
    ],
)
def test_the_first_interpreter_has_it_and_others_are_refused(run_python, order, told):
    # The exception is of the class that `except` names.
    said = run_python("-c", INTERPRETERS, *order).split()
    if said == ["none"]:
        pytest.skip("this Python shows no interpreters")
    assert said == told
