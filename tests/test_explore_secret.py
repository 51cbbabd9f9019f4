"""No secret of a store's address is shown."""

import cloudvars
from visitors import Visitor


def test_no_password_is_shown(show, mariadb):
    with cloudvars.open(mariadb.new_database()) as store:
        page = show(store)
        visitor = Visitor(page.port)
        visitor.enter(page.url)
        told = b"".join(visitor.get(path).body for path in ("/", "/api/start", "/api/info"))
        assert mariadb.password and mariadb.password.encode() not in told
        assert visitor.json("/api/info")["target"].startswith("mysql://")
        assert mariadb.password not in repr(page) + page._repr_html_()
