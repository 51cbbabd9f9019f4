"""The bus that a URL names: what is refused, TLS, users and their rights."""

import logging
from urllib.parse import quote

import cloudvars
import pytest
from buses import hears, subscribed, threads, until
from cloudvars import CloudValueError


@pytest.mark.parametrize("wrong", ["password", "port", "host"])
def test_a_bus_that_cannot_be_used_is_warned_of(bus_url, redis, open_room, wrong):
    # S-6
    bad = bus_url.replace(redis.password, "wr0ng")
    if wrong != "password":
        elsewhere = {"port": "127.0.0.1:1", "host": "nowhere.invalid:1"}[wrong]
        bad = bad.replace(f"127.0.0.1:{redis.port}", elsewhere)
    place = bad.rpartition("@")[2]
    with pytest.warns(UserWarning, match=f"the bus redis://{place} cannot be used") as caught:
        room = open_room(bad)
    assert len(caught) == 1
    assert "wr0ng" not in str(caught[0].message)
    assert "wr0ng" not in repr(room.store)
    inbox = subscribed(room)
    other = open_room(bus_url)
    for number in range(5):
        other.score.publish_message("live", number)
        hears(room, inbox, list(range(number + 1)))


BAD_BUSES = {
    "redis": "bus: this is no redis:// URL",
    "": "bus: this is no redis:// URL",
    "http://:hunter2@h": "bus: this is no redis:// URL",
    "unix:/tmp/hunter2": "bus: the scheme is another one, or the host is missing",
    "redis://": "bus: the scheme is another one, or the host is missing",
    "redis://:hunter2@h:port": "bus: this is no redis:// URL",
    "redis://:hunter2@h/words": "bus: a part of it cannot be read",
    "redis://:hunter2@h/0?protocol=3": "bus: a '?' or '#' in it",
    "rediss://:hunter2@h/%23insecure": "bus: a '?' or '#' in it",
    "rediss://:hunter2@h&bus-ca=missing.pem": "bus-ca: 'missing.pem' cannot be read",
    "redis://:hunter2@h&bus-ca=missing.pem": "bus-ca goes with a rediss:// bus",
}


@pytest.mark.parametrize("bus", BAD_BUSES)
def test_a_bad_bus_is_refused_by_its_part(bus):
    # G-4
    with pytest.raises(CloudValueError, match="target") as caught:
        cloudvars.open(f"mysql://ann:hunter2@h/db?bus={bus}")
    assert BAD_BUSES[bus] in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_authority_without_a_bus_is_refused():
    # G-4
    with pytest.raises(CloudValueError, match="bus-ca goes with"):
        cloudvars.open("mysql://ann:hunter2@h/db?bus-ca=ca.pem")


def test_a_bus_over_tls(mariadb, redis_tls, open_room):
    # S-6
    url = f"{mariadb.new_database()}?bus={redis_tls.url()}"
    with pytest.warns(UserWarning, match=r"the bus rediss://127\.0\.0\.1.*certificate"):
        open_room(url)
    url += f"&bus-ca={redis_tls.authority}"
    room, sender = open_room(url), open_room(url)
    inbox = subscribed(room)
    for number in range(10):
        sender.score.publish_message("live", number)
        hears(room, inbox, list(range(number + 1)))


def test_rights_that_are_too_few(bus_url, redis, open_room, caplog):
    redis.ask_redis("ACL", "SETUSER", "deaf", "on", ">x", "resetchannels", "&cloudvars:*", "+publish")
    deaf = bus_url.replace(f":{redis.password}@", "deaf:x@")
    room = open_room(deaf)
    inbox = subscribed(room)
    with caplog.at_level(logging.WARNING, "cloudvars"):
        until(lambda: room.tick() == 0 and caplog.records)
    assert "no permissions to run the 'subscribe' command" in caplog.text
    open_room(bus_url).score.publish_message("live", 1)
    hears(room, inbox, [1])


def test_a_user_with_few_rights_and_a_password_with_every_character(bus_url, redis, open_room):
    password = "p/@?%:#&+ ü"
    redis.ask_redis(
        "ACL", "SETUSER", "few", "on", f">{password}", "resetchannels", "&cloudvars:*", "+@pubsub", "+ping"
    )
    encoded = quote(quote(password, safe=""), safe="")
    bus_url = bus_url.replace(f":{redis.password}@", f"few:{encoded}@")
    room, sender = open_room(bus_url), open_room(bus_url)
    inbox = subscribed(room)
    until(redis.channels)
    sender.score.publish_message("live", 1)
    hears(room, inbox, [1])
    room.store.close()
    until(lambda: threads() == {"cloudvars-tell"})  # the sender's
