"""How git gets credentials: in memory that no file system shows, for one URL, and gone with the attempt."""

import json
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.acquire import git, private_config
from services.acquire.addresses import look_up
from services.acquire.clones import Clones
from services.acquire.credentials import Credentials
from services.acquire.desks import Reach
from services.acquire.environment import GitEnvironment
from services.acquire.private_config import header_config
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode
from services.settings import Settings
from tests.security.conftest import LIMITS
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.patience import until
from tests.support.running import local_settings

pytestmark = pytest.mark.anyio

POLICY = RemotePolicy.from_settings(local_settings(Path("/nowhere")))
ENTRIES = {
    "basic": {"username": 'u"s\\er', "password": "hush; #4711"},
    "bearer": {"bearer": 'hush"\\;#4711'},
}


def clones_with(folder: Path, prefix: str, entry: dict[str, str]) -> Clones:
    credentials = Credentials.from_settings(Settings(credentials=SecretStr(json.dumps({prefix: entry}))))
    return Clones(folder / "data", policy=POLICY, limits=LIMITS, credentials=credentials)


def header_of(entry: dict[str, str]) -> str:
    credentials = Credentials.from_settings(Settings(credentials=SecretStr(json.dumps({"x": entry}))))
    return credentials.by_prefix["x"].header.removeprefix("Authorization: ")


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def refused(clones: Clones, url: str) -> AcquireError:
    with pytest.raises(AcquireError) as failed:
        await clones.acquire(Remote.parse(url, policy=POLICY), ref=None, key="job-1", report=lambda _: None)
    return failed.value


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize("path", ["acme/name", "acme/sp%20ace/n@m,e'$(x).git"])
async def test_a_private_repository_is_cloned_refreshed_and_listed(
    forge: GitServer, tmp_path: Path, entry: dict[str, str], path: str
) -> None:
    make_repository(forge.root / f"{path.replace('%20', ' ').removesuffix('.git')}.git", {"a": "1"})
    forge.knobs.required_authorization = header_of(entry)
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}/Acme", entry)
    remote = Remote.parse(forge.url(path), policy=POLICY)
    before = open_files()
    for number in range(2):
        await clones.acquire(remote, ref=None, key=f"job-{number}", report=lambda _: None)
    assert (await clones.remote_refs(remote)).default_branch == "main"
    await until(lambda: open_files() <= before)  # the server of the test ends its connections a moment later
    assert None not in forge.knobs.authorizations


async def test_a_system_without_such_memory_uses_a_file_that_goes_with_the_attempt(
    forge: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    make_repository(forge.root / "acme/name.git", {"a": "1"})
    forge.knobs.required_authorization = header_of(ENTRIES["basic"])
    clones = clones_with(tmp_path, f"http://127.0.0.1:{forge.port}", ENTRIES["basic"])
    remote = Remote.parse(forge.url("acme/name"), policy=POLICY)
    await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)
    assert list((tmp_path / "data/staging").iterdir()) == []
    assert not any(b"Authorization" in content for content in contents(tmp_path))


def test_the_file_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    with private_config.private_config("[x]\n", folder=tmp_path) as config:
        assert (Path(config.path).stat().st_mode & 0o777, config.descriptors) == (0o600, ())
    assert list(tmp_path.iterdir()) == []


async def test_the_header_is_for_one_url_and_no_other(tmp_path: Path) -> None:
    text = header_config("https://git.example.com/acme/name", "Authorization: Bearer hush")
    with private_config.private_config(text, folder=tmp_path) as private:
        environment = GitEnvironment(private=private)
        for url, sent in (
            ("https://git.example.com/acme/name", True),
            ("https://git.example.com/acme/name-evil", False),
            ("https://git.example.com/acme", False),
            ("http://git.example.com/acme/name", False),
            ("https://git.example.com:8443/acme/name", False),
            ("https://git.example.com.evil.example/acme/name", False),
        ):
            command = ["config", "--get-urlmatch", "http.extraHeader", url]
            found = await git.run(command, environment=environment, limits=LIMITS)
            assert (b"hush" in found.output) is sent, url


def test_nobody_can_change_what_git_will_read(tmp_path: Path) -> None:
    with private_config.private_config("[x]\n", folder=tmp_path) as config, pytest.raises(PermissionError):
        os.write(config.descriptors[0], b"[y]\n")


@pytest.mark.parametrize(
    ("url", "asked", "sent"),
    [
        ("https://git.example.com/acme/x", None, True),
        ("https://git.example.com/Acme/X.git", "https://git.example.com/acme/x", True),
        ("https://git.example.com/acme/y", "https://git.example.com/acme/x", False),
        ("https://git.example.com/other/x", "https://git.example.com/acme/x", False),
        ("https://git.example.com/acme/secret", "https://git.example.com/acme/x", False),
        ("https://git.example.com/acme/x", "https://evil.example/x/y", False),
        ("https://evil.example/x/y", "https://git.example.com/acme/x", False),
        ("http://git.example.com/acme/x", None, False),
        ("ssh://git@git.example.com/acme/x", None, False),
        ("git://git.example.com/acme/x", None, False),
        ("/git.example.com/acme/x", None, False),
    ],
)
def test_credentials_are_for_the_very_repository_that_was_asked_for(url: str, asked: str | None, sent: bool) -> None:  # noqa: FBT001  a parameter of the test
    policy = RemotePolicy(allow_protocols=frozenset({"https", "http", "ssh", "git", "file"}))
    entries = {"git.example.com/acme": {"bearer": "a"}, "git.example.com/acme/secret": {"bearer": "b"}}
    credentials = Credentials.from_settings(Settings(credentials=SecretStr(json.dumps(entries))))
    reach = Reach(policy, credentials, None, look_up)
    remote, first = Remote.parse(url, policy=policy), Remote.parse(asked or url, policy=policy)
    assert (reach.credential_for(remote, asked=first) is not None) is sent


async def test_nothing_is_sent_over_http_for_an_entry_that_does_not_say_so(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "acme/name.git", {"a": "1"})
    clones = clones_with(tmp_path, f"127.0.0.1:{forge.port}/acme", ENTRIES["bearer"])
    remote = Remote.parse(forge.url("acme/name"), policy=POLICY)
    await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)
    assert set(forge.knobs.authorizations) == {None}


async def test_credentials_that_are_refused_are_named_by_their_prefix(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "acme/name.git", {"a": "1"})
    forge.knobs.required_authorization = "Bearer other"
    prefix = f"http://127.0.0.1:{forge.port}/acme"
    error = await refused(clones_with(tmp_path, prefix, ENTRIES["bearer"]), forge.url("acme/name"))
    assert (error.code, error.message) == (
        ErrorCode.AUTH_REQUIRED,
        f"The configured credentials for {prefix} were refused.",
    )
    assert error.hint == f"Check the entry {prefix} of GRATICULE_CREDENTIALS_FILE or GRATICULE_CREDENTIALS."


async def test_without_credentials_the_hint_names_the_setting_and_the_owner(forge: GitServer, tmp_path: Path) -> None:
    forge.knobs.required_authorization = "Bearer other"
    error = await refused(clones_with(tmp_path, "git.example.com", ENTRIES["bearer"]), forge.url("acme/group/name"))
    expected = f"GRATICULE_CREDENTIALS_FILE with an entry for http://127.0.0.1:{forge.port}/acme."
    assert (error.code, (error.hint or "").endswith(expected)) == (ErrorCode.AUTH_REQUIRED, True), error.hint
