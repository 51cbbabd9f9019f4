"""``cloudvars mod check``."""

import json

SYSTEM = """
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):
    pass
"""


def test_what_a_pack_lacks_is_printed(command, pack, tmp_path, monkeypatch):
    # E-18
    mod = pack(f"{SYSTEM}\nserverApi.NOBODY; serverApi.NOBODY\nimport broken", broken="if x = 2:\n")
    monkeypatch.chdir(mod)
    code, out, err = command("mod", "check", ".")
    unread, line = out.splitlines()
    assert (code, err) == (1, "")
    assert unread.startswith(f"{mod / 'testScripts' / 'broken.py'}:1: not Python 2")
    assert line.split() == ["2", "mod.server.extraServerApi.NOBODY", "testScripts/system.py:7"]
    code, out, _ = command("mod", "check", ".", "--json")
    report = json.loads(out)
    where = {f"{mod / 'testScripts' / 'system.py'}:7": 2}
    assert (code, report["ok"], report["pack"], len(report["unread"])) == (1, False, ".", 1)
    assert report["lacks"] == [{"count": 2, "name": "mod.server.extraServerApi.NOBODY", "lines": where}]
    fine = pack(SYSTEM, name="fine")
    assert command("mod", "check", str(fine)) == (0, "nothing is lacking\n", "")
    code, out, err = command("mod", "check", str(tmp_path / "none"))
    assert (code, out) == (2, "")
    assert "a behavior pack, a folder with <scripts>/modMain.py, is accepted" in err
