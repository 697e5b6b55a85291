"""Every setting is documented, and none is documented that does not exist."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.errors import InvalidArgumentError
from services.settings import Settings, settings_table

README = Path(__file__).parents[1] / "README.md"


def test_the_table_in_the_readme_is_the_one_the_code_gives() -> None:
    assert settings_table() in README.read_text()


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRATICULE_PORT", "9000")
    assert Settings().port == 9000


def test_a_setting_comes_from_the_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "graticule.toml"
    file.write_text('allow_hosts = "git.example.org"\nport = 9001\n')
    monkeypatch.setenv("GRATICULE_CONFIG", str(file))
    monkeypatch.setenv("GRATICULE_PORT", "9002")
    assert (Settings().allow_hosts, Settings().port) == ("git.example.org", 9002)


def test_a_misspelled_setting_in_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "graticule.toml"
    file.write_text("prot = 9001\n")
    monkeypatch.setenv("GRATICULE_CONFIG", str(file))
    with pytest.raises(ValidationError, match="prot"):
        Settings()


def test_credentials_in_a_file_whose_readers_nobody_checks_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "graticule.toml"
    file.write_text('credentials = "{}"\n')
    monkeypatch.setenv("GRATICULE_CONFIG", str(file))
    with pytest.raises(InvalidArgumentError, match="GRATICULE_CONFIG names has credentials"):
        Settings()


def test_a_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRATICULE_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(InvalidArgumentError, match=r"missing\.toml"):
        Settings()


def test_a_log_level_is_one_of_the_known_ones_in_any_letter_case() -> None:
    assert Settings(log_level="debug").log_level == "DEBUG"
    with pytest.raises(ValidationError, match="no log level"):
        Settings(log_level="chatty")


def test_a_port_outside_of_the_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRATICULE_PORT", "70000")
    with pytest.raises(ValidationError, match="port"):
        Settings()


@pytest.mark.parametrize("proxies", ["nonsense", "10.0.0.1/8", "0.0.0.0/0", "::/0", "*"])
def test_proxies_are_named_one_by_one(proxies: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=proxies)


@pytest.mark.parametrize("hosts", ["https://maps.example.com", "maps.example.com:8443", "a b", "*", "maps.example/x"])
def test_a_public_host_is_a_name_alone(hosts: str) -> None:
    with pytest.raises(ValidationError, match="public_hosts"):
        Settings(public_hosts=hosts)


@pytest.mark.parametrize(
    "content", [b"host = ", b"\xff\xfe", b"a = " + b"[" * 5000, b"CREDENTIALS = '{}'", b"Credentials = '{}'"]
)
def test_a_file_of_settings_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path = tmp_path / "graticule.toml"
    path.write_bytes(content)
    monkeypatch.setenv("GRATICULE_CONFIG", str(path))
    with pytest.raises(InvalidArgumentError, match="GRATICULE_CONFIG"):
        Settings()


def test_one_valkey_serves_queue_bus_and_rates_unless_one_has_its_own() -> None:
    assert Settings().effective_bus_url == Settings().effective_queue_url == "memory://"
    one = Settings(redis_url="valkey://h/1")
    assert one.effective_bus_url == one.effective_queue_url == "redis://h/1"
    own = Settings(redis_url="redis://h", bus_url="valkeys://g", queue_url="valkey://q")
    assert (own.effective_bus_url, own.effective_queue_url) == ("rediss://g", "redis://q")
    assert Settings(redis_url="redis://h", bus_url="memory://").effective_bus_url == "memory://"


@pytest.mark.parametrize("setting", ["bus_url", "queue_url", "redis_url"])
@pytest.mark.parametrize("url", ["amqp://u:hush@h", "u:hush@h"])
def test_a_redis_that_is_none_is_refused_without_its_password(setting: str, url: str) -> None:
    with pytest.raises(ValidationError, match=setting) as refused:
        Settings.model_validate({setting: url})
    assert "hush" not in str(refused.value)
    told = Settings(redis_url="redis://u:hush@h", database_url="postgresql://u:hush@h", artifacts_url="s3://u:hush@h")
    assert "hush" not in repr(told)
