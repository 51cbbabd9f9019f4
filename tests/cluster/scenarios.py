"""Faults under load on a three-node Galera: nothing acknowledged is lost, nothing is applied twice, money adds up.

Not part of `make test`: `make test-cluster` runs all of it, `make test-cluster SHORT=1` what bears the mark `short`.
"""

import contextlib
import os
import threading
import time

import cloudvars
import pymysql
import pytest
from servers.galera import Galera, missing_galera
from servers.proxy import HOLD_COMMIT, Proxy

from cluster.audit import Answers, audit, checksums
from cluster.load import Load

USERS, HOT_USERS = 24, 4
STEP_SECONDS = 2 if os.environ.get("SHORT") else 5

pytestmark = pytest.mark.timeout(3000)


@pytest.fixture(scope="module")
def cluster():
    if reason := missing_galera():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no Galera: {reason}")
    with Galera() as cluster:
        yield cluster


@pytest.fixture
def under_load(cluster, tmp_path, request, capsys):
    """Runs the load around a `with` block; then compares every node with what was answered, and prints a line."""

    @contextlib.contextmanager
    def under_load(users=USERS, through_all=False):
        load = Load(cluster, tmp_path, users, through_all)
        try:
            load.go_on(STEP_SECONDS)
            yield load
            load.go_on(STEP_SECONDS)
            load.stop()
        finally:
            load.close()
        name = request.node.name.removeprefix("test_").replace("_", " ")
        verify(cluster, load, lambda line: show(capsys, f"{name}: {line}"))

    return under_load


def show(capsys, line):
    with capsys.disabled():
        print(f"\n{line}", flush=True)


def verify(cluster, load, tell):
    """Fails when a node holds what it must not hold, lacks what it must hold, or differs from another."""
    cluster.join(*(node for node in cluster.nodes if not node.answers()))
    cluster.settle()
    answers = Answers(load.folder)
    findings = {node: audit(node.url(load.database), load.users, answers) for node in cluster.nodes}
    tell(answers.line(max(findings.values(), key=lambda finding: len(finding.lost + finding.doubled))))
    for node, finding in findings.items():
        assert finding.is_good(), (node, finding)
    sums = [checksums(node, load.database) for node in cluster.nodes]
    assert all(other == sums[0] for other in sums), sums


@pytest.mark.short
def test_hot_rows_through_all_nodes_at_once(cluster, under_load):
    before = [int(node.status("local_commits")) for node in cluster.nodes]
    with under_load(users=HOT_USERS, through_all=True) as load:
        load.go_on(STEP_SECONDS, commits=1000)
    after = [int(node.status("local_commits")) for node in cluster.nodes]
    assert all(late > early + 100 for early, late in zip(before, after, strict=True)), (before, after)


@pytest.mark.short
def test_the_writer_is_killed(cluster, under_load):
    with under_load():
        cluster.nodes[0].kill()


def test_a_node_returns(cluster, under_load):
    with under_load() as load:
        cluster.nodes[0].kill()
        load.go_on(STEP_SECONDS)
        cluster.join(cluster.nodes[0])


def test_two_nodes_are_killed_and_the_third_takes_over(cluster, under_load):
    first, second, survivor = cluster.nodes
    with under_load() as load:
        first.kill()
        second.kill()
        await_loss_of_quorum(survivor)
        survivor.tell("pc.bootstrap=true")
        load.go_on(STEP_SECONDS)
        cluster.join(first, second)


def await_loss_of_quorum(node):
    """A node that is alone refuses to work, until it is told that the others are gone."""
    deadline = time.monotonic() + 300
    while node.status("cluster_status") == "Primary":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.raises(pymysql.Error) as refused:
        node.execute("SELECT COUNT(*) FROM mysql.user")
    assert refused.value.args[0] == 1047


def test_all_nodes_are_killed_and_recovered(cluster, under_load):
    with under_load():
        for node in cluster.nodes:
            node.kill()
        cluster.recover()


def test_the_writer_is_cut_off_and_comes_back(cluster, under_load):
    writer = cluster.nodes[0]
    with under_load() as load:
        writer.tell("gmcast.isolate=1")
        await_loss_of_quorum(writer)
        load.go_on(STEP_SECONDS)
        writer.tell("gmcast.isolate=0")
        cluster.settle()


def test_the_writer_stands_still_and_comes_back(cluster, under_load):
    with under_load() as load:
        cluster.nodes[0].pause()
        load.go_on(STEP_SECONDS)
        cluster.nodes[0].resume()
        load.go_on(STEP_SECONDS)


@pytest.mark.short
@pytest.mark.parametrize("is_refused_now", [False, True], ids=["done again", "refused now"])
def test_a_commit_that_arrives_late_is_refused(cluster, is_refused_now):
    # Its client has gone to another node, and has an answer from there: that the first node still commits must not be.
    first, database = cluster.nodes[0], cluster.new_database()
    clock = cloudvars.ManualClock()
    with Proxy(first.port) as proxy:
        url = cluster.url(database).replace(f"127.0.0.1:{first.port}", f"127.0.0.1:{proxy.port}")
        with cloudvars.open(url + "?read-timeout=5", clock=clock) as store:
            score = store.room().score
            assert spend(score, -5).ok
            proxy.fail_commit(HOLD_COMMIT)
            replies = []
            thread = threading.Thread(target=lambda: replies.append(spend(score, 3)))
            thread.start()
            wait_until(lambda: proxy.failed)
            if is_refused_now:
                clock.advance(hours=2)  # the counter is 0 again
            thread.join()
            assert replies[0].error_code == (cloudvars.codes.LIMIT_EXCEEDED if is_refused_now else 0)
            proxy.let_commits_go()
            wait_until(lambda: not proxy.links)  # the first node has answered
            assert spend(score, -5).ok
    cluster.settle()
    for node in cluster.nodes:
        with cloudvars.open(node.url(database)) as store:
            gold = store.room().score.money_get(user_id=1, key="spent").unwrap()[0]["value"]
            assert gold == (-10 if is_refused_now else -7), node


def spend(score, amount):
    """Takes from a counter that starts again each hour, and books it."""
    c = score.get_commit()
    c.withlimit_add(user_id=1, key="energy", value=-amount, limit=100, refresh_hour=1)
    c.money_add(user_id=1, key="spent", value=amount)
    return c.commit()


def wait_until(condition):
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
