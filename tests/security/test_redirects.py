"""Redirects: followed by us under the same policy, and never with credentials that were meant for others."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.acquire.clones import Clone, Clones
from services.acquire.credentials import Credentials
from services.acquire.policy import Address
from services.acquire.redirects import next_remote
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode, GraticuleError, NotAllowedError
from services.settings import Settings
from tests.security.conftest import LIMITS
from tests.support.gitrepo import commit_files, make_repository
from tests.support.gitserver import GitServer
from tests.support.running import local_settings

pytestmark = pytest.mark.anyio

QUESTION = "/info/refs?service=git-upload-pack"
POLICY = RemotePolicy.from_settings(local_settings(Path("/nowhere")))


def clones_with(folder: Path, *entries: str) -> Clones:
    given = SecretStr(json.dumps({prefix: {"bearer": f"hush-{number}"} for number, prefix in enumerate(entries)}))
    credentials = Credentials.from_settings(Settings(credentials=given))
    return Clones(folder / "data", policy=POLICY, limits=LIMITS, credentials=credentials)


def redirect(forge: GitServer, path: str, location: str, status: int = 302) -> None:
    for spelling in (path, f"{path}.git"):
        forge.answer(spelling, status, location=location)


async def acquire(clones: Clones, url: str) -> Clone:
    remote = Remote.parse(url, policy=POLICY)
    return await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)


async def refused(clones: Clones, url: str) -> GraticuleError:
    with pytest.raises(GraticuleError) as failed:
        await acquire(clones, url)
    return failed.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_renamed_repository_is_cloned_under_the_name_it_was_asked_for(
    forge: GitServer, tmp_path: Path, status: int
) -> None:
    head = make_repository(forge.root / "new/place.git", {"a": "1"})
    redirect(forge, "old/name", forge.url(f"new/place.git{QUESTION}"), status)
    clones = clones_with(tmp_path)
    url = forge.url("old/name")
    clone = await acquire(clones, url)
    assert clone.commit == head
    assert clone.path == clones.path_of(Remote.parse(url, policy=POLICY).name)
    assert list((tmp_path / "data/staging").iterdir()) == []


async def test_a_refresh_and_a_listing_follow_as_well(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "owner/name.git", {"a": "1"})
    clones = clones_with(tmp_path)
    await acquire(clones, forge.url("owner/name"))
    (forge.root / "owner/name.git").rename(forge.root / "owner/moved.git")
    redirect(forge, "owner/name", f"/owner/moved.git{QUESTION}")
    new = commit_files(forge.root / "owner/moved.git", {"b": "1"})
    assert (await acquire(clones, forge.url("owner/name"))).commit == new
    remote = Remote.parse(forge.url("owner/name"), policy=POLICY)
    assert (await clones.remote_refs(remote)).head == new


@pytest.mark.parametrize("location", ["/new/place.git", f"../../../new/place.git{QUESTION}", "//HOST/new/place.git"])
async def test_a_location_may_be_relative_or_plain(forge: GitServer, tmp_path: Path, location: str) -> None:
    head = make_repository(forge.root / "new/place.git", {"a": "1"})
    redirect(forge, "old/name", location.replace("HOST", f"127.0.0.1:{forge.port}"))
    assert (await acquire(clones_with(tmp_path), forge.url("old/name"))).commit == head


async def test_three_hops_are_followed_and_the_fourth_is_not(forge: GitServer, tmp_path: Path) -> None:
    head = make_repository(forge.root / "o/r3.git", {"a": "1"})
    for number in range(3):
        redirect(forge, f"o/r{number}", forge.url(f"o/r{number + 1}.git{QUESTION}"))
    assert (await acquire(clones_with(tmp_path), forge.url("o/r0"))).commit == head
    redirect(forge, "o/r3", forge.url(f"o/r4.git{QUESTION}"))
    make_repository(forge.root / "o/r4.git", {"a": "1"})
    error = await refused(clones_with(tmp_path / "again"), forge.url("o/r0"))
    assert (error.code, "127.0.0.1" in error.message) == (ErrorCode.REDIRECT_REFUSED, True)
    assert "after 3 other redirects" in error.message
    assert not any("r4" in request for request in forge.knobs.requests)


async def test_a_loop_is_refused(forge: GitServer, tmp_path: Path) -> None:
    redirect(forge, "o/a", forge.url(f"o/b.git{QUESTION}"))
    redirect(forge, "o/b", forge.url(f"o/a.git{QUESTION}"))
    error = await refused(clones_with(tmp_path), forge.url("o/a.git"))
    assert error.code is ErrorCode.REDIRECT_REFUSED
    assert len(forge.knobs.requests) < 20


async def test_a_redirect_that_is_not_told_to_us_stays_refused(forge: GitServer, tmp_path: Path) -> None:
    for spelling in ("o/n", "o/n.git"):
        forge.answer(spelling, 302)
    assert (await refused(clones_with(tmp_path), forge.url("o/n"))).code is ErrorCode.REDIRECT_REFUSED


async def test_a_redirect_into_a_closed_network_is_never_connected_to(forge: GitServer, tmp_path: Path) -> None:
    redirect(forge, "o/n", f"http://localhost:{forge.port}/o/secret.git{QUESTION}")
    settings = local_settings(tmp_path, allow_hosts="127.0.0.1,localhost", allow_networks="127.0.0.1/32")
    policy = RemotePolicy.from_settings(settings)

    async def elsewhere(host: str, port: int) -> list[Address]:
        assert (host, port) == ("localhost", forge.port)
        return [ip_address("127.0.0.9")]

    clones = Clones(tmp_path / "data", policy=policy, limits=LIMITS, resolve=elsewhere)
    error = await refused(clones, forge.url("o/n"))
    assert (error.code, "redirects to localhost" in error.message) == (ErrorCode.ADDRESS_NOT_ALLOWED, True)
    assert not any("secret" in request for request in forge.knobs.requests)


HTTPS = Remote.parse("https://git.example.com/o/n", policy=RemotePolicy())


def led(location: str) -> Remote:
    opened = RemotePolicy(allow_protocols=frozenset({"https", "http", "ssh", "git", "file"}))
    return next_remote(location, of=HTTPS, policy=opened, secrets=["hush"])


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (f"https://other.example.com/a/b.git{QUESTION}", "https://other.example.com/a/b.git"),
        ("https://Other.example.com/a/b", "https://other.example.com/a/b"),
        (f"/a/b{QUESTION}", "https://git.example.com/a/b"),
    ],
)
def test_a_location_becomes_a_remote(location: str, url: str) -> None:
    assert led(location).url == url


@pytest.mark.parametrize(
    ("location", "code", "told"),
    [
        (f"http://git.example.com/o/n{QUESTION}", ErrorCode.REDIRECT_REFUSED, "git.example.com, over a connection"),
        ("ssh://git@git.example.com/o/n", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("git://git.example.com/o/n", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("file:///etc/passwd", ErrorCode.REDIRECT_REFUSED, "no host"),
        ("ftp://git.example.com/o/n", ErrorCode.PROTOCOL_NOT_ALLOWED, "git.example.com"),
        ("https://127.0.0.1/o/n", ErrorCode.ADDRESS_NOT_ALLOWED, "127.0.0.1"),
        ("https://2130706433/o/n", ErrorCode.HOST_NOT_ALLOWED, "2130706433"),
        ("https://git.example.com:22/o/n", ErrorCode.HOST_NOT_ALLOWED, "git.example.com"),
        ("https://localhost/o/n", ErrorCode.HOST_NOT_ALLOWED, "localhost"),
        ("https://a:b@git.example.com/o/n", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("https://git.example.com/o/n?x=1", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("https://git.example.com/o/n/tree/main", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("https://git.example.com/", ErrorCode.REDIRECT_REFUSED, "git.example.com"),
        ("https://hush.example.com/o/n", ErrorCode.REDIRECT_REFUSED, "….example.com, with the credentials"),
        ("https://git.example.com/o/h%75sh", ErrorCode.REDIRECT_REFUSED, "with the credentials it was sent"),
        ("https://127.0.0.1\\@git.example.com/o/n", ErrorCode.REDIRECT_REFUSED, "cannot be read"),
        ("https://[::1/o/n", ErrorCode.REDIRECT_REFUSED, "cannot be read"),
        ("/o/n\t", ErrorCode.REDIRECT_REFUSED, "cannot be read"),
        ("/" + "o" * 5000, ErrorCode.REDIRECT_REFUSED, "cannot be read"),
    ],
)
def test_a_location_that_does_not_pass_the_door_is_refused(location: str, code: ErrorCode, told: str) -> None:
    with pytest.raises((AcquireError, NotAllowedError)) as failed:
        led(location)
    assert (failed.value.code, told in failed.value.message) == (code, True), failed.value.message
    assert "hush" not in failed.value.message


async def test_credentials_go_along_to_another_spelling_of_the_same_repository(
    forge: GitServer, tmp_path: Path
) -> None:
    head = make_repository(forge.root / "acme/name.git", {"a": "1"})
    redirect(forge, "acme/Name", forge.url(f"acme/name.git{QUESTION}"))
    forge.knobs.required_authorization = "Bearer hush-0"
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}/acme")
    assert (await acquire(clones, forge.url("acme/Name"))).commit == head
    assert set(forge.knobs.authorizations) == {"Bearer hush-0"}


async def test_a_forge_cannot_lead_from_one_repository_to_another_with_credentials(
    forge: GitServer, tmp_path: Path
) -> None:
    make_repository(forge.root / "secret/vault.git", {"a": "1"})
    redirect(forge, "team/moved", forge.url(f"secret/vault.git{QUESTION}"))
    forge.knobs.required_authorization = "Bearer hush-0"
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}")
    error = await refused(clones, forge.url("team/moved"))
    assert error.code is ErrorCode.AUTH_REQUIRED
    assert "ask for that URL itself" in (error.hint or "")


async def test_a_stranger_cannot_redirect_us_to_a_private_repository(
    forge: GitServer, other_forge: GitServer, tmp_path: Path
) -> None:
    make_repository(forge.root / "acme/secret.git", {"a": "1"})
    forge.knobs.required_authorization = "Bearer hush-0"
    redirect(other_forge, "evil/x", forge.url(f"acme/secret.git{QUESTION}"))
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}/acme")
    error = await refused(clones, other_forge.url("evil/x"))
    assert error.code is ErrorCode.AUTH_REQUIRED
    assert f"redirected to 127.0.0.1:{forge.port}/acme/secret" in (error.hint or "")
    assert set(forge.knobs.authorizations) == {None}
    assert set(other_forge.knobs.authorizations) == {None}


async def test_one_host_never_gets_the_credentials_of_another(
    forge: GitServer, other_forge: GitServer, tmp_path: Path
) -> None:
    make_repository(other_forge.root / "evil/x.git", {"a": "1"})
    redirect(forge, "acme/secret", other_forge.url(f"evil/x.git{QUESTION}"))
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}/acme", f"http://127.0.0.1:{other_forge.port}/evil")
    await acquire(clones, forge.url("acme/secret"))
    assert set(forge.knobs.authorizations) == {"Bearer hush-0"}
    assert set(other_forge.knobs.authorizations) == {None}
