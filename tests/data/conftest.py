"""What the tests of data share: a server in the place of the hosts."""

import pytest

from tests.data.server import Server


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GENCORE_OFFLINE")
    server = Server()
    yield server
    server.close()
