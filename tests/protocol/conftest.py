"""The server and the forge that the contract is tested with, for the protocols that carry it."""

from tests.schema.conftest import ask, forge, server_url, shapes, web

__all__ = ["ask", "forge", "server_url", "shapes", "web"]
