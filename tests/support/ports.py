"""A port of loopback that stays a test's own while its server is away.

The system gives a port that nobody listens on to the next who asks, also as the near end of a connection.
One that a socket is bound to it does not, and a server that allows itself to reuse addresses may still listen there.
"""

import socket


def kept_port() -> socket.socket:
    """Take a free port of 127.0.0.1 (Linux); it is kept until the socket is closed."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper


def number_of(keeper: socket.socket) -> int:
    """Give the port."""
    port: int = keeper.getsockname()[1]
    return port
