"""A real git server on loopback: `git http-backend` behind a small threaded HTTP server.

Clones in tests go through the same smart-HTTP protocol as those from a forge. The knobs make it
slow, silent, forbidding or redirecting, so that progress, cancel, kill and error paths are real.
"""

import http.server
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

from tests.support.gitrepo import commit_files, git_environment, make_repository

__all__ = ["Answer", "GitServer", "Knobs", "commit_files", "make_repository"]

_CHUNK_BYTES = 64 * 1024
_TICK_SECONDS = 0.02
_TLS_END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a repository answers instead of its content."""

    status: int
    location: str | None = None
    echoes_authorization: bool = False
    """Send the Authorization header back in every place that a client may show."""


@dataclass(slots=True)
class Knobs:
    """What a test may change while the server runs; each request looks again."""

    bytes_per_second: int | None = None
    silent_after_bytes: int | None = None
    """Send this much of every pack, then nothing more: a stall."""
    delay_seconds: float = 0.0
    """Wait this long before each answer."""
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """Method and path of each request so far."""
    authorizations: list[str | None] = field(default_factory=list)
    """The Authorization header of each request so far."""
    server_names: list[str | None] = field(default_factory=list)
    """The name that each TLS connection so far asked for (SNI)."""
    required_authorization: str | None = None
    """Answer 401 to whoever does not send this header."""


class GitServer:
    """Serve every repository below `root` at `http://127.0.0.1:PORT/<path>`, with `tls` at https.

    Starts in about a millisecond; `close()` (or leaving the `with` block) ends all its
    connections and processes. `knobs` may be turned at any time, from any thread.
    """

    def __init__(self, root: Path, tls: ssl.SSLContext | None = None) -> None:
        self.root = root
        self.tls = tls
        self.knobs = Knobs()
        if tls is not None:
            tls.sni_callback = lambda _socket, name, _context: self.knobs.server_names.append(name)
        self.closing = threading.Event()
        self._http = _HttpServer(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @classmethod
    def start(cls, root: Path, *, tls: ssl.SSLContext | None = None) -> Self:
        """Listen on a free port of 127.0.0.1."""
        root.mkdir(parents=True, exist_ok=True)
        server = cls(root, tls)
        server._thread.start()
        return server

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        """Give the URL of a repository below the root: `url("owner/name.git")`."""
        return f"http{'s' if self.tls else ''}://{host}:{self.port}/{path}"

    def answer(self, path: str, status: int, *, location: str | None = None, echo: bool = False) -> None:
        """Let one repository answer 401, 404, 302 (with `location`), 500, … from now on."""
        self.knobs.answers[path] = Answer(status, location, echo)

    def packs_sent(self) -> int:
        """Count the requests that transferred objects or listed refs: POSTs to upload-pack."""
        return sum(1 for request in self.knobs.requests if request.startswith("POST "))

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() joins them and leaves nothing behind

    def __init__(self, git: GitServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.git = git

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's own types
        """Shake hands in the connection's own thread, so that a slow client holds up nobody."""
        if self.git.tls is None:
            super().finish_request(request, client_address)
            return
        assert isinstance(request, socket.socket)
        request.settimeout(_Handler.timeout)
        with self.git.tls.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)
            secure.settimeout(_TLS_END_SECONDS)
            with suppress(OSError):
                secure.unwrap()  # without a word at the end the client takes the answer to be cut off

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that is killed in the middle is what many tests are about."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _HttpServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""

    def _serve(self) -> None:
        self.close_connection = True
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        knobs = self.server.git.knobs
        knobs.requests.append(f"{self.command} {path}")
        knobs.authorizations.append(self.headers.get("Authorization"))
        self.server.git.closing.wait(knobs.delay_seconds)
        for prefix, answer in knobs.answers.items():
            if path.startswith(f"/{prefix}/"):
                self._refuse(answer)
                return
        if knobs.required_authorization not in {None, self.headers.get("Authorization")}:
            self._refuse(Answer(http.HTTPStatus.UNAUTHORIZED))
            return
        self._run_backend(path, parts.query)

    def _refuse(self, answer: Answer) -> None:
        echo = (self.headers.get("Authorization") or "") if answer.echoes_authorization else ""
        body = f"you sent {echo}\nAuthorization: {echo}\n".encode() if echo else b""
        self.send_response(answer.status, f"No {echo}" if echo else None)
        if answer.status == http.HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", f'Basic realm="git {echo}"')
        if answer.location is not None:
            self.send_header("Location", answer.location.replace("ECHO", quote(echo)))
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _run_backend(self, path: str, query: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with subprocess.Popen(
            ["git", "http-backend"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._cgi_environment(path, query, len(body)),
        ) as backend:
            try:
                assert backend.stdin is not None
                assert isinstance(backend.stdout, BufferedReader)
                backend.stdin.write(body)
                backend.stdin.close()
                self._send_headers(backend.stdout)
                self._send_body(backend.stdout)
            finally:
                backend.kill()

    def _cgi_environment(self, path: str, query: str, length: int) -> dict[str, str]:
        return git_environment() | {
            "GIT_PROJECT_ROOT": str(self.server.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }

    def _send_headers(self, stream: BufferedReader) -> None:
        status, headers = 200, []
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(": ")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                headers.append((name, value))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _send_body(self, stream: BufferedReader) -> None:
        git, sent = self.server.git, 0
        while chunk := stream.read1(_CHUNK_BYTES):
            for piece in self._paced(chunk):
                limit = git.knobs.silent_after_bytes
                while limit is not None and sent + len(piece) > limit and not git.closing.is_set():
                    git.closing.wait(_TICK_SECONDS)
                    limit = git.knobs.silent_after_bytes
                self.wfile.write(piece)
                sent += len(piece)

    def _paced(self, chunk: bytes) -> Iterator[bytes]:
        git = self.server.git
        while chunk:
            rate = git.knobs.bytes_per_second
            if git.closing.is_set():
                raise ConnectionAbortedError
            if rate is None:
                yield chunk
                return
            step = max(1, int(rate * _TICK_SECONDS))
            yield chunk[:step]
            chunk = chunk[step:]
            time.sleep(_TICK_SECONDS)
