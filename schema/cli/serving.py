"""Run the server in this process: bind first, so that a taken port is said before anything starts."""

import errno
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette

from schema.app import create_app
from schema.cli.errors import PortTakenError
from schema.cli.open_files import allow_open_files, open_files_for
from schema.patience import PatientProtocol
from schema.transport_ws import MESSAGE_BYTES
from schema.wire import Wire
from services.errors import GraticuleError, InvalidArgumentError
from services.settings import Settings

GRACEFUL_SHUTDOWN_SECONDS: Final = 10
REFUSED_HANDSHAKE: Final = "ASGI callable returned without completing handshake."
"""What uvicorn logs as an error for every websocket that is answered by a status instead."""


class _Server(uvicorn.Server):
    """uvicorn's server, which also says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.on_start: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down, and put running jobs back also when a second Ctrl-C lets nobody be waited for."""
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


def server_config(app: Starlette, *, stall_seconds: float = PatientProtocol.stall_seconds) -> uvicorn.Config:
    """Give how the application is served, wherever that is; a client that reads nothing for so long is cut."""
    return uvicorn.Config(
        app,
        http=PatientProtocol.stalling(stall_seconds),
        ws=Wire,
        ws_per_message_deflate=False,
        ws_max_size=MESSAGE_BYTES,  # uvicorn would keep 16 MiB of a message before anybody said who they are
        proxy_headers=False,  # our own middleware believes the proxies that the settings name
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECONDS,
    )


class Serving:
    """A bound socket and the server that will answer on it, with `make_app` of the settings."""

    def __init__(self, settings: Settings, make_app: Callable[[Settings], Starlette] = create_app) -> None:
        self._socket = _bind(settings)
        allow_open_files(open_files_for(settings))
        self._app = make_app(settings)
        config = server_config(self._app, stall_seconds=settings.socket_stall_seconds)
        logging.getLogger("uvicorn.error").addFilter(self._is_news)
        self._server = _Server(config)
        self.url = _url(*self._socket.getsockname()[:2])

    def run(self, on_start: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM; raises GraticuleError when the start fails."""
        self._server.on_start = on_start
        try:
            self._server.run(sockets=[self._socket])
        except SystemExit:  # uvicorn's own end of a failed start
            self._raise_failed_start()
            raise
        finally:
            self._socket.close()

    @contextmanager
    def in_background(self) -> Iterator[str]:
        """Serve from another thread for the length of the block; yields the URL once it answers."""
        thread = threading.Thread(target=self._run_until_told, name="server")
        thread.start()
        try:
            while not self._server.started and thread.is_alive():
                thread.join(timeout=0.01)
            self._raise_failed_start()
            yield self.url
        finally:
            self._server.should_exit = True
            thread.join()
            self._socket.close()

    def _run_until_told(self) -> None:
        with suppress(SystemExit):  # uvicorn's own end of a failed start
            self._server.run(sockets=[self._socket])

    def _start_failure(self) -> GraticuleError | None:
        failure: GraticuleError | None = getattr(self._app.state, "start_failure", None)
        return failure

    def _raise_failed_start(self) -> None:
        failure = self._start_failure()
        if failure is not None:
            raise failure

    def _is_news(self, record: logging.LogRecord) -> bool:
        """Keep out the trace of a failed start, which the command says in a line, and sockets that we refused."""
        return self._start_failure() is None and record.msg != REFUSED_HANDSHAKE


def _url(address: str, port: int) -> str:
    """Give the URL for somebody on this machine: one that listens everywhere is found on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  # read, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise PortTakenError(settings.host, settings.port, reason) from error
        hint = "Give an address of this machine with --host or GRATICULE_HOST."
        raise InvalidArgumentError(f"Cannot listen on {settings.host}: {reason}.", hint=hint) from error
    # asyncio sets it only on sockets that were made with proto=IPPROTO_TCP: without it each answer waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
