"""Which entries are read, what they cover, and what no error about them repeats."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.acquire.credentials import Credentials
from services.errors import InvalidArgumentError
from services.settings import Settings

TOKEN = "hush-4711"


def read(entries: object) -> Credentials:
    return Credentials.from_settings(Settings(credentials=SecretStr(json.dumps(entries))))


def refusal(entries: object) -> str:
    with pytest.raises(InvalidArgumentError) as refused:
        read(entries)
    return f"{refused.value.message} {refused.value.hint}"


def private_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "credentials.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("prefix", "entry", "header"),
    [
        ("github.com", {"token": TOKEN}, f"Basic {b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"),
        ("gitlab.com/group", {"token": TOKEN}, f"Basic {b64encode(f'oauth2:{TOKEN}'.encode()).decode()}"),
        ("bitbucket.org", {"token": TOKEN}, f"Basic {b64encode(f'x-token-auth:{TOKEN}'.encode()).decode()}"),
        (
            "git.example.com",
            {"token": TOKEN, "kind": "gitlab"},
            f"Basic {b64encode(f'oauth2:{TOKEN}'.encode()).decode()}",
        ),
        (
            "git.example.com:8443/a/b",
            {"username": "é", "password": "p:w"},
            f"Basic {b64encode('é:p:w'.encode()).decode()}",
        ),
        ("[::1]:8443", {"bearer": TOKEN}, f"Bearer {TOKEN}"),
    ],
)
def test_an_entry_becomes_the_header_that_its_kind_of_forge_takes(
    prefix: str, entry: dict[str, str], header: str
) -> None:
    found = read({prefix: entry}).covering(f"{prefix}/x")
    assert found is not None
    assert (found.prefix, found.header) == (prefix, f"Authorization: {header}")


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("github.com/acme/x", "github.com/acme"),
        ("GitHub.com/Acme/x", "github.com/acme"),
        ("github.com/acme/secret", "github.com/acme/secret"),
        ("github.com/acme-evil/x", None),
        ("github.com/x/acme", None),
        ("github.com.evil.example/acme/x", None),
        ("git.example.com/a/b/c", "git.example.com"),
        ("git.example.com:80/a/b", None),
        ("git.example.com:8443/a/b", None),
        ("example.com/a/b", None),
        ("", None),
    ],
)
def test_the_longest_prefix_by_whole_segments_covers_a_name(name: str, prefix: str | None) -> None:
    entry = {"username": "u", "password": TOKEN}
    credentials = read({"GitHub.com/Acme/": entry, "github.com/acme/secret.git": entry, "git.example.com:443": entry})
    found = credentials.covering(name)
    assert (found and found.prefix) == prefix
    assert credentials.covers(name) == (prefix is not None)


def test_an_entry_for_http_says_so_and_is_for_nothing_else() -> None:
    entry = {"username": "u", "password": TOKEN}
    credentials = read({"http://git.example.com:8080/team": entry, "git.example.com:8443": entry})
    plain, secure = (credentials.covering(f"git.example.com:{port}/team/x") for port in (8080, 8443))
    assert plain is not None
    assert secure is not None
    assert [(found.scheme, found.entry) for found in (plain, secure)] == [
        ("http", "http://git.example.com:8080/team"),
        ("https", "git.example.com:8443"),
    ]


def test_without_settings_there_is_none() -> None:
    credentials = Credentials.from_settings(Settings())
    assert credentials == Credentials()
    assert not credentials.covers("github.com/acme/x")
    assert credentials.secrets == ()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = private_file(tmp_path, '["github.com/Acme"]\nbearer = "old"\n["git.example.com"]\nbearer = "kept"\n')
    given = SecretStr(json.dumps({"github.com/acme": {"bearer": "new"}}))
    credentials = Credentials.from_settings(Settings(credentials=given, credentials_file=path))
    found = [credentials.covering(name) for name in ("github.com/acme/x", "git.example.com/o/n")]
    assert [entry and entry.header for entry in found] == ["Authorization: Bearer new", "Authorization: Bearer kept"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601])
def test_a_file_that_others_can_reach_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    path = private_file(tmp_path, f'["github.com"]\ntoken = "{TOKEN}"\n', mode)
    with pytest.raises(InvalidArgumentError, match=f"chmod 600 {path}") as refused:
        Credentials.from_settings(Settings(credentials_file=path))
    assert TOKEN not in refused.value.message


@pytest.mark.parametrize("what", ["missing", "folder", "not TOML", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, what: str) -> None:
    path = private_file(tmp_path, f"{TOKEN} = = 1\n")
    if what == "not UTF-8":
        path.write_bytes(b"\xff\xfe" + TOKEN.encode())
    given = {"missing": tmp_path / "none.toml", "folder": tmp_path}.get(what, path)
    with pytest.raises(InvalidArgumentError, match="GRATICULE_CREDENTIALS_FILE") as refused:
        Credentials.from_settings(Settings(credentials_file=given))
    assert TOKEN not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"token": ""},
        {"token": f"{TOKEN}\nEvil: 1"},
        {"token": f"{TOKEN}\u202e", "kind": "github"},
        {"token": TOKEN, "kind": TOKEN},
        {"token": TOKEN, "password": TOKEN},
        {"password": TOKEN},
        {"username": f"{TOKEN}:x", "password": TOKEN},
        {"username": "x", "password": ""},
        {"bearer": f"{TOKEN} x"},
        {"bearer": f"{TOKEN}é"},
        {"bearer": 4711},
        {"bearer": TOKEN, TOKEN: "x"},
        [TOKEN],
        TOKEN,
    ],
)
def test_a_wrong_entry_is_named_by_its_prefix_and_never_by_its_value(entry: object) -> None:
    told = refusal({"github.com/acme": entry})
    assert told.startswith("GRATICULE_CREDENTIALS: the entry 'github.com/acme' ")
    assert TOKEN not in told


@pytest.mark.parametrize(
    "prefix",
    [
        *("", "/acme", "https://github.com", "github.com//acme", "github.com/..", "github.com/a b", "*.example.com"),
        *("user@github.com", "github.com:", "github.com:0", "github.com?x", "-x.example", "[::g]", "github.com/a#b"),
    ],
)
def test_a_key_that_begins_no_name_is_refused(prefix: str) -> None:
    assert "is not the beginning of a repository's name" in refusal({prefix: {"bearer": TOKEN}})


def test_a_key_with_a_password_in_it_is_not_repeated() -> None:
    assert TOKEN not in refusal({f"https://user:{TOKEN}@github.com/acme": {"bearer": "x"}})


def test_a_token_for_an_unknown_host_needs_its_kind() -> None:
    assert 'kind = "github"' in refusal({"git.example.com": {"token": TOKEN}})


@pytest.mark.parametrize("key", ["http://git.lan/team", "http://git.lan:443/team", "git.lan:70000"])
def test_a_key_that_could_never_match_is_refused(key: str) -> None:
    with pytest.raises(InvalidArgumentError):
        read({key: {"bearer": "a"}})


def test_a_file_that_is_too_large_is_not_read_in_part(tmp_path: Path) -> None:
    path = private_file(tmp_path, '["git.lan:8443"]\nbearer = "a"\n#' + "x" * 1024 * 1024)
    with pytest.raises(InvalidArgumentError, match="bytes"):
        Credentials.from_settings(Settings(credentials_file=path))


def test_a_prefix_that_is_there_twice_is_refused() -> None:
    assert "is there twice" in refusal({"github.com/acme": {"token": "a"}, "GitHub.com/Acme/": {"token": "b"}})


@pytest.mark.parametrize("text", ["", "[]", "{", f'"{TOKEN}"', "[" * 100_000])
def test_a_variable_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is not a JSON object"):
        Credentials.from_settings(Settings(credentials=SecretStr(text)))


def test_nothing_shows_a_secret_when_it_is_printed() -> None:
    settings = Settings(credentials=SecretStr(json.dumps({"github.com": {"token": TOKEN}})))
    credentials = Credentials.from_settings(settings)
    written = b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    shown = f"{settings!r} {settings.model_dump_json()} {credentials!r} {credentials.covering('github.com/a/b')!r}"
    assert (TOKEN in shown, written in shown) == (False, False)
    assert {TOKEN, written} <= set(credentials.secrets)
