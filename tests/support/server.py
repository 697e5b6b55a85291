"""The real application under a real uvicorn on a free port of 127.0.0.1, in a thread of the test run."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette

from schema.app import create_app
from schema.cli.serving import server_config
from services.settings import Settings


@contextmanager
def running_server(settings: Settings) -> Iterator[str]:
    """Serve the product for the length of the block; gives `http://127.0.0.1:PORT` once it answers."""
    with serving(create_app(settings), stall_seconds=settings.socket_stall_seconds) as url:
        yield url


@contextmanager
def serving(app: Starlette, *, stall_seconds: float = 60.0) -> Iterator[str]:
    """Serve an application as the product is served."""
    server = uvicorn.Server(server_config(app, stall_seconds=stall_seconds))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # asyncio sets it only on sockets that were made with proto=IPPROTO_TCP: without it each answer waits 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=_run, args=(server, listener), name="server")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(timeout=0.005)
            if not server.started:
                raise getattr(app.state, "start_failure", None) or RuntimeError("the server did not start; see its log")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    with suppress(SystemExit):  # how uvicorn says that the start failed
        server.run(sockets=[listener])
