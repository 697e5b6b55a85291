"""What a remote is called and what a setting may say; what the door says to each URL is in `tests/security`."""

import pytest

from services.acquire.remotes import Remote, RemotePolicy
from services.errors import GraticuleError, InvalidUrlError
from services.settings import Settings


def opened(**settings: str) -> RemotePolicy:
    return RemotePolicy.from_settings(Settings.model_validate(settings))


def test_http_never_shares_a_name_with_https() -> None:
    policy = opened(allow_protocols="https,http")
    names = {Remote.parse(f"{scheme}://example.com/o/n", policy=policy).name for scheme in ("http", "https")}
    assert len(names) == 2


def test_a_local_folder_has_a_name_of_its_own() -> None:
    policy = opened(allow_protocols="file")
    plain = Remote.parse("/srv/my code/pro%6aject.git/", policy=policy)
    assert plain.name.startswith("local/")
    assert plain.name.endswith("/pro%6aject")
    assert plain.url == "file:///srv/my%20code/pro%256aject.git"
    assert Remote.parse(plain.url, policy=policy) == plain
    assert Remote.parse("/other/project", policy=policy).name != Remote.parse("/srv/project", policy=policy).name


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


def test_a_refusal_tells_the_caller_what_to_write() -> None:
    with pytest.raises(InvalidUrlError) as refused:
        Remote.parse("nonsense", policy=RemotePolicy())
    assert refused.value.hint is not None
    assert "owner/name" in refused.value.hint
