"""On which thread a mod's code runs: that of the test, under the server's name."""

import threading

from cloudvars import modsdk
from stores import one_store

SYSTEM = """
    import threading
    import mod.server.extraServerApi as serverApi
    names = [threading.current_thread().name]
    threads = [threading.current_thread()]
    class System(serverApi.GetServerSystemCls()):
        def __init__(self, namespace, systemName):
            super(System, self).__init__(namespace, systemName)
            self.note()
            self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, self.note)
            serverApi.GetEngineCompFactory().CreateGame("x").AddTimer(0, self.note)
        def note(self, args=None):
            names.append(threading.current_thread().name)
            threads.append(threading.current_thread())
            if args and args.get("fail"):
                raise ValueError("mine")
        def Update(self): self.note()
        def Destroy(self): self.note()
"""


def play(room, mod):
    with modsdk.host(room, mod=mod) as game:
        assert threading.current_thread().name == before()
        game.fire("ServerChatEvent", {"message": "hi"})
        game.tick()
        modsdk.tick(game)
        try:
            game.fire("ServerChatEvent", {"fail": True})
        except ValueError:
            pass
        assert threading.current_thread().name == before()
        system = game.import_module("testScripts.system")
        game.import_module("testScripts.later")
        assert threading.current_thread().name == before()
    assert threading.current_thread().name == before()
    return system


def before():
    return "MainThread" if threading.current_thread() is threading.main_thread() else "mine"


def test_hosted_code_sees_the_servers_thread(room, pack):
    # E-15
    system = play(room, pack(SYSTEM, later="from testScripts.system import names\nnames += ['later']\n"))
    assert set(system.names) == {"ServerThread", "later"}
    assert len(system.names) > 8
    assert set(system.threads) == {threading.current_thread()}


@one_store
def test_a_thread_of_the_test_gets_its_name_back(room, pack):
    # E-15
    mod, done = pack(SYSTEM, later=""), []
    thread = threading.Thread(target=lambda: done.append(play(room, mod)), name="mine")
    thread.start()
    thread.join(60)
    assert set(done[0].names) == {"ServerThread"}
    assert set(done[0].threads) == {thread}
