"""``cloudvars copy``: the command."""

from cloudvars import cli
from cloudvars._copy import Steps
from copies import many


def test_the_command(new_address, capsys, monkeypatch):
    a, b = new_address(), new_address("mariadb")
    many(a, 10)
    monkeypatch.setenv("THERE", b)
    assert cli.main(["copy", a, "env:THERE"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    rows, what, algorithm, checksum = out.split()
    back = new_address()
    assert cli.main(["copy", "env:THERE", back, "--durability", "normal"]) == 0
    assert capsys.readouterr().out == f"{rows} rows, SHA-256 {checksum}\n"
    assert cli.main(["copy", a, back]) == 2
    assert (
        capsys.readouterr().err
        == "cloudvars: target_url: it holds data already; an empty store is accepted\n"
    )
    assert cli.main(["copy", a, "env:NOWHERE"]) == 2
    assert capsys.readouterr().err == "cloudvars: the environment variable NOWHERE is not set\n"


def test_the_command_shows_how_far_it_is(new_address, capsys, monkeypatch, plain_bar):
    a, b = new_address(), new_address()
    many(a, 25_000)
    plain_bar()
    monkeypatch.setattr(Steps, "__iter__", interrupted(Steps.__iter__))
    assert cli.main(["copy", a, b]) == 130
    assert "stopped; the same command goes on from there" in capsys.readouterr().err
    monkeypatch.undo()
    plain_bar()
    assert cli.main(["copy", a, b]) == 0
    shown = capsys.readouterr().err.split("\r")
    assert shown[-1] == "\x1b[K"
    assert any(line.startswith("copy 20") for line in shown)


def interrupted(steps):
    """As if Ctrl-C came in the middle."""

    def run(self):
        for phase, done, total in steps(self):
            yield phase, done, total
            if phase == "copy" and done:
                raise KeyboardInterrupt

    return run
