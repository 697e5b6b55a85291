"""TLS to a pinned address: the certificate and the name asked for are the URL's, whoever answers there."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme

from services.acquire.authorities import ca_file_of
from services.acquire.clones import Clones
from services.acquire.policy import Address
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode, InvalidArgumentError
from services.settings import Settings
from tests.security.conftest import LIMITS
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.running import local_settings

pytestmark = pytest.mark.anyio

HOST = "git.example.test"
QUESTION = "/info/refs?service=git-upload-pack"
POLICY = RemotePolicy.from_settings(local_settings(Path("/nowhere"), allow_protocols="https", allow_hosts=""))

Serve = Callable[[str], GitServer]


async def loopback(host: str, port: int) -> list[Address]:
    """Answer as a name server that knows the test's hosts, which no other one does."""
    assert (host.endswith(".example.test"), port > 0) == (True, True)
    return [ip_address("127.0.0.1")]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def serve(authority: trustme.CA, tmp_path: Path) -> Iterator[Serve]:
    """Start a git server with a certificate for a name, and a repository `owner/name` behind it."""
    with ExitStack() as stack:

        def start(name: str) -> GitServer:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(name).configure_cert(context)
            server = stack.enter_context(GitServer.start(tmp_path / f"at-{name}", tls=context))
            make_repository(server.root / "owner/name.git", {"a": "1"})
            return server

        yield start


def clones_trusting(folder: Path, ca_file: Path | None) -> Clones:
    return Clones(folder / "data", policy=POLICY, limits=LIMITS, ca_file=ca_file, resolve=loopback)


async def cloned(clones: Clones, server: GitServer, path: str = "owner/name.git") -> str:
    remote = Remote.parse(server.url(path, host=HOST), policy=POLICY)
    return (await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)).commit


async def test_a_pinned_clone_asks_for_the_urls_name_and_believes_the_operators_authority(
    serve: Serve, ca_file: Path, tmp_path: Path
) -> None:
    server = serve(HOST)
    assert len(await cloned(clones_trusting(tmp_path, ca_file), server)) == 40
    assert set(server.knobs.server_names) == {HOST}


async def test_a_certificate_for_another_name_is_refused(serve: Serve, ca_file: Path, tmp_path: Path) -> None:
    server = serve("other.example.test")
    with pytest.raises(AcquireError) as failed:
        await cloned(clones_trusting(tmp_path, ca_file), server)
    assert failed.value.code is ErrorCode.NETWORK
    assert server.knobs.requests == []


async def test_an_authority_that_nobody_named_is_refused(serve: Serve, tmp_path: Path) -> None:
    server = serve(HOST)
    with pytest.raises(AcquireError) as failed:
        await cloned(clones_trusting(tmp_path, None), server)
    assert failed.value.code is ErrorCode.NETWORK
    assert server.knobs.requests == []


async def test_the_operators_file_counts_instead_of_the_systems_authorities(serve: Serve, tmp_path: Path) -> None:
    server = serve(HOST)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with pytest.raises(AcquireError) as failed:
        await cloned(clones_trusting(tmp_path, other), server)
    assert failed.value.code is ErrorCode.NETWORK


async def test_where_a_redirect_leads_is_asked_under_the_same_name_and_authority(
    serve: Serve, ca_file: Path, tmp_path: Path
) -> None:
    server = serve(HOST)
    for spelling in ("old/name", "old/name.git"):
        server.answer(spelling, 301, location=f"/owner/name.git{QUESTION}")
    assert len(await cloned(clones_trusting(tmp_path, ca_file), server, "old/name")) == 40
    assert set(server.knobs.server_names) == {HOST}


async def test_a_redirect_from_https_to_http_is_refused(
    serve: Serve, forge: GitServer, ca_file: Path, tmp_path: Path
) -> None:
    server = serve(HOST)
    make_repository(forge.root / "owner/name.git", {"a": "1"})
    for spelling in ("old/name", "old/name.git"):
        server.answer(spelling, 301, location=forge.url(f"owner/name.git{QUESTION}"))
    policy = RemotePolicy.from_settings(local_settings(tmp_path, allow_hosts=f"127.0.0.1,{HOST}"))
    clones = Clones(tmp_path / "data", policy=policy, limits=LIMITS, ca_file=ca_file, resolve=loopback)
    with pytest.raises(AcquireError, match="over a connection without encryption") as failed:
        await cloned(clones, server, "old/name")
    assert failed.value.code is ErrorCode.REDIRECT_REFUSED
    assert forge.knobs.requests == []


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_certificates_is_refused_at_start(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InvalidArgumentError, match="GRATICULE_CA_FILE"):
        ca_file_of(Settings(ca_file=path))


def test_a_file_of_certificates_is_found_from_every_folder(
    ca_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ca_file_of(Settings(ca_file=Path(ca_file.name))) == ca_file
    assert ca_file_of(Settings()) is None
