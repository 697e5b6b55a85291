"""How git is bound to the addresses that were checked; which those are is in `tests/security`."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from services.acquire import git
from services.acquire.addresses import PinnedRemote, pin
from services.acquire.environment import GitEnvironment
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode, NotAllowedError
from services.settings import Settings
from tests.support.gitserver import GitServer, make_repository

pytestmark = pytest.mark.anyio


async def test_one_private_answer_refuses_a_host() -> None:
    remote = Remote("https", "localhost", None, "/o/n", "localhost/o/n")
    with pytest.raises(NotAllowedError) as refused:
        await pin(remote, policy=RemotePolicy())
    assert refused.value.code is ErrorCode.ADDRESS_NOT_ALLOWED
    opened = RemotePolicy.from_settings(Settings.model_validate({"allow_networks": "127.0.0.0/8,::1/128"}))
    assert (await pin(remote, policy=opened)).config["http.curloptResolve"].startswith("localhost:443:")


async def test_a_host_that_nobody_knows_is_a_network_error() -> None:
    remote = Remote.parse("https://no-such-host.invalid/o/n", policy=RemotePolicy())
    with pytest.raises(AcquireError) as failed:
        await pin(remote, policy=RemotePolicy())
    assert failed.value.code is ErrorCode.NETWORK
    assert failed.value.retryable


def test_git_is_bound_to_the_checked_answers() -> None:
    found = (ip_address("192.0.2.1"), ip_address("2001:db8::1"))
    https = Remote("https", "example.com", 8443, "/o/n", "")
    assert PinnedRemote(https, found).config == {"http.curloptResolve": "example.com:8443:192.0.2.1,[2001:db8::1]"}
    plain = Remote("git", "example.com", None, "/o/n", "")
    assert PinnedRemote(plain, found).url == "git://192.0.2.1/o/n"
    ssh = PinnedRemote(Remote("ssh", "example.com", None, "/o/n", ""), found)
    assert ssh.ssh_command is not None
    assert "HostName=192.0.2.1 -o HostKeyAlias=example.com" in ssh.ssh_command
    for closed in ("IdentityFile=none", "IdentityAgent=none", "PubkeyAuthentication=no", "BatchMode=yes"):
        assert f"-o {closed}" in ssh.ssh_command


async def test_git_asks_no_name_server_for_a_pinned_host(
    server: GitServer, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    head = make_repository(served / "owner/name.git", {"a": "1"})
    unknown = Remote("http", "no-such-host.invalid", server.port, "/owner/name.git", "")
    pinned = PinnedRemote(unknown, (ip_address("127.0.0.1"),))
    environment = GitEnvironment("http", config=pinned.config, port=server.port)
    listed = await git.run(["ls-remote", pinned.url], environment=environment, limits=GitLimits())
    assert listed.output.decode().startswith(head)


async def test_a_local_folder_has_nothing_to_look_up(policy: RemotePolicy) -> None:
    assert (await pin(Remote.parse("/srv/x", policy=policy), policy=policy)).addresses == ()
