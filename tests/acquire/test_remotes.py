"""The door: which spellings are one repository, and what never gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.acquire.remotes import Remote, RemotePolicy
from services.errors import ErrorCode, GraticuleError, InvalidUrlError
from services.settings import Settings

DEFAULT = RemotePolicy()
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def opened(**settings: str) -> RemotePolicy:
    return RemotePolicy.from_settings(Settings.model_validate(settings))


def refusal(url: str, policy: RemotePolicy = DEFAULT) -> ErrorCode:
    with pytest.raises(GraticuleError) as refused:
        Remote.parse(url, policy=policy)
    return refused.value.code


@pytest.mark.parametrize(
    "spelling",
    [
        "redis/redis",
        "github.com/redis/redis",
        "GitHub.com/redis/redis/",
        "https://github.com/redis/redis",
        "HTTPS://GITHUB.COM/redis/redis.git",
        "https://github.com:443/redis/redis/",
        "https://github.com//redis//redis",
        "git@github.com:redis/redis.git",
        "  https://github.com/redis/redis\n",
        "https://github.com/redis/redis/tree/unstable/src",
        "https://github.com/redis/redis/blob/7.0/README.md",
        f"https://github.com/redis/redis/commit/{COMMIT}",
    ],
)
def test_every_spelling_is_one_repository(spelling: str) -> None:
    assert Remote.parse(spelling, policy=DEFAULT).name == "github.com/redis/redis"


@pytest.mark.parametrize(
    ("page", "name", "ref"),
    [
        ("https://github.com/o/n/tree/main", "github.com/o/n", "main"),
        ("https://github.com/o/n/blob/v1.0/a/b.py", "github.com/o/n", "v1.0"),
        (f"https://github.com/o/n/commit/{COMMIT}", "github.com/o/n", COMMIT),
        ("https://gitlab.com/g/sub/n/-/tree/dev/docs", "gitlab.com/g/sub/n", "dev"),
        (f"https://gitlab.com/g/n/-/commit/{COMMIT}", "gitlab.com/g/n", COMMIT),
    ],
)
def test_a_pasted_page_yields_its_repository_and_ref(page: str, name: str, ref: str) -> None:
    remote = Remote.parse(page, policy=DEFAULT)
    assert (remote.name, remote.ref) == (name, ref)


def test_the_url_for_git_is_rebuilt_from_the_parts() -> None:
    remote = Remote.parse("git@GitLab.com:group/sub/name.git", policy=DEFAULT)
    assert remote.url == "https://gitlab.com/group/sub/name.git"


def test_another_port_is_another_repository() -> None:
    policy = opened(allow_ports="8443")
    assert Remote.parse("https://forge.example.com:8443/o/n", policy=policy).name == "forge.example.com:8443/o/n"


def test_http_never_shares_a_name_with_https() -> None:
    policy = opened(allow_protocols="https,http")
    names = {Remote.parse(f"{scheme}://example.com/o/n", policy=policy).name for scheme in ("http", "https")}
    assert len(names) == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "redis",
        "https://",
        "https:///o/n",
        "https://github.com",
        "https://github.com/redis",
        "https://github.com/redis/redis/issues",
        "https://github.com/redis/redis/tree",
        "https://github.com/redis/redis/commit/abc",
        "https://gitlab.com/g/n/-/merge_requests/1",
        "https://github.com/redis/redis?x=1",
        "https://github.com/redis/redis#readme",
        "http://127.0.0.1\\@github.com/o/n",
        "https://github.com\\o\\n",
        "https://github.com/o/n\nx",
        "https://github.com/o/n\x00",
        "https://github.com/o/\u202en",
        "https://git hub.com/o/n",
        "https://github.com/../etc/passwd",
        "https://github.com/o/..",
        "https://github.com/o/.git",
        "https://github.com/o/%2e%2e",
        "https://github.com/o%2fn/x",
        "https://github.com/o/n%5cx",
        "https://github.com/o/n%00",
        "https://github.com/o/n%0a",
        "https://github.com/o/n%ff",
        "https://github.com/o/%E2%80%AEn",
        "https://github.com/o/%252e",
        "https://gïthub.com/o/n",
        "https://-x.com/o/n",
        "https://x..com/o/n",
        "https://x.com./o/n",
        "https://x.com:0/o/n",
        "https://x.com:99999/o/n",
        "https://x.com:https/o/n",
        "https://[::1/o/n",
        "https://[fe80::1%25eth0]/o/n",
        "github.com:o/n",
        "https://github.com/" + "o/n" * 700,
        "https://x.com/" + "a/" * 30 + "n",
        "-u/--upload-pack=x",
    ],
)
def test_what_names_no_repository_is_refused(url: str) -> None:
    assert refusal(url) is ErrorCode.INVALID_URL


@pytest.mark.parametrize(
    "url",
    [
        "https://user@github.com/o/n",
        "https://u:p@github.com/o/n",
        "https://github.com@evil.com/o/n",
        "bob@github.com:o/n",
    ],
)
def test_credentials_in_a_url_are_refused(url: str) -> None:
    assert refusal(url) is ErrorCode.CREDENTIALS_IN_URL


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/o/n",
        "git://github.com/o/n",
        "ssh://git@github.com/o/n",
        "file:///etc",
        "/etc",
        "ext::sh/x",
        "foo://bar/o/n",
        "javascript://x.com/o/n",
        "ftp://example.com/o/n",
    ],
)
def test_only_https_is_open_by_default(url: str) -> None:
    assert refusal(url) is ErrorCode.PROTOCOL_NOT_ALLOWED


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "foo.0x7f",
        "017700000001",
        "1.2.3.4.5",
        "x.example.1",
    ],
)
def test_a_host_is_a_name_with_a_dot(host: str) -> None:
    assert refusal(f"https://{host}/o/n") is ErrorCode.HOST_NOT_ALLOWED


@pytest.mark.parametrize("host", ["127.0.0.1", "8.8.8.8", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_an_address_is_no_host_by_default(host: str) -> None:
    assert refusal(f"https://{host}/o/n") is ErrorCode.ADDRESS_NOT_ALLOWED


def test_another_port_is_refused_by_default() -> None:
    assert refusal("https://github.com:8443/o/n") is ErrorCode.HOST_NOT_ALLOWED


def test_a_listed_host_needs_no_dot_and_no_owner() -> None:
    policy = opened(allow_hosts="forge, github.com")
    assert Remote.parse("https://forge/name.git", policy=policy).name == "forge/name"
    assert Remote.parse("forge/name", policy=policy).url == "https://forge/name"


def test_with_a_list_of_hosts_every_other_is_refused() -> None:
    policy = opened(allow_hosts="*.example.com")
    assert refusal("https://github.com/o/n", policy) is ErrorCode.HOST_NOT_ALLOWED
    assert refusal("https://example.com/o/n", policy) is ErrorCode.HOST_NOT_ALLOWED
    assert Remote.parse("https://git.example.com/o/n", policy=policy).host == "git.example.com"


@pytest.mark.parametrize("host", ["evil.com", "git.evil.com", "EVIL.com"])
def test_a_denied_host_takes_its_subdomains_along(host: str) -> None:
    assert refusal(f"https://{host}/o/n", opened(deny_hosts="evil.com")) is ErrorCode.HOST_NOT_ALLOWED


def test_an_opened_network_lets_its_addresses_be_hosts() -> None:
    policy = opened(allow_networks="10.0.0.0/8, fd00::/8")
    assert Remote.parse("https://10.1.2.3/o/n", policy=policy).host == "10.1.2.3"
    assert Remote.parse("https://[FD00::1]/o/n", policy=policy).url == "https://[fd00::1]/o/n"
    assert refusal("https://127.0.0.1/o/n", policy) is ErrorCode.ADDRESS_NOT_ALLOWED


def test_ssh_keeps_its_user_when_it_is_opened() -> None:
    policy = opened(allow_protocols="ssh")
    assert Remote.parse("ssh://git@github.com/o/n.git", policy=policy).url == "ssh://git@github.com/o/n.git"
    assert Remote.parse("git@github.com:o/n.git", policy=policy).url == "ssh://git@github.com/o/n.git"
    assert refusal("ssh://root@github.com/o/n", policy) is ErrorCode.CREDENTIALS_IN_URL


def test_a_local_folder_has_a_name_of_its_own() -> None:
    policy = opened(allow_protocols="file")
    plain = Remote.parse("/srv/my code/pro%6aject.git/", policy=policy)
    assert plain.name.startswith("local/")
    assert plain.name.endswith("/pro%6aject")
    assert plain.url == "file:///srv/my%20code/pro%256aject.git"
    assert Remote.parse(plain.url, policy=policy) == plain
    assert Remote.parse("/other/project", policy=policy).name != Remote.parse("/srv/project", policy=policy).name


@pytest.mark.parametrize(
    "url", ["file://host/srv/x", "file://../x", "/srv/../etc", "file:///srv/%2e%2e/etc", "/a\x00b"]
)
def test_a_local_folder_is_an_absolute_path(url: str) -> None:
    assert refusal(url, opened(allow_protocols="file")) is ErrorCode.INVALID_URL


@pytest.mark.parametrize(
    "settings",
    [
        {"allow_protocols": "https,gopher"},
        {"allow_networks": "10.0.0.1/8"},
        {"allow_ports": "70000"},
        {"allow_hosts": "https://x.com"},
        {"deny_hosts": "x.com/y"},
    ],
)
def test_a_setting_that_cannot_be_read_is_named(settings: dict[str, str]) -> None:
    with pytest.raises(GraticuleError, match="GRATICULE_" + next(iter(settings)).upper()):
        opened(**settings)


@given(st.text(alphabet=st.sampled_from("ahtps:/@.[]%\\?#-~ 0127x\n\x00\u202egit"), max_size=40))
def test_any_text_is_a_remote_or_a_typed_refusal(text: str) -> None:
    try:
        remote = Remote.parse(text, policy=DEFAULT)
    except GraticuleError:
        return
    assert remote.url.startswith(f"https://{remote.host}")
    assert Remote.parse(remote.url, policy=DEFAULT).name == remote.name


def test_a_refusal_tells_the_caller_what_to_write() -> None:
    with pytest.raises(InvalidUrlError) as refused:
        Remote.parse("nonsense", policy=DEFAULT)
    assert refused.value.hint is not None
    assert "owner/name" in refused.value.hint
