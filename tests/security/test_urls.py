"""What the door says to every URL of the table, and that git reads what it is given as we do."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.acquire.remotes import Remote
from services.errors import GraticuleError
from tests.security.urls import ACCEPTED, REFUSED, Accepted, Refused
from tests.support.gitrepo import make_repository, run_git

each_accepted = pytest.mark.parametrize("row", ACCEPTED, ids=str)


@each_accepted
def test_an_accepted_spelling_is_one_url_one_name_and_one_ref(row: Accepted) -> None:
    remote = Remote.parse(row.url, policy=row.policy)
    assert (remote.url, remote.name, remote.ref) == (row.git, row.name, row.ref)


@pytest.mark.parametrize("row", REFUSED, ids=str)
def test_a_refused_url_says_why(row: Refused) -> None:
    with pytest.raises(GraticuleError) as refusal:
        Remote.parse(row.url, policy=row.policy)
    assert refusal.value.code is row.code
    assert refusal.value.hint


@pytest.mark.parametrize("row", [row for row in ACCEPTED if row.settings.get("allow_protocols") != "ssh"], ids=str)
def test_a_name_is_a_spelling_of_its_repository(row: Accepted) -> None:
    assert Remote.parse(row.name, policy=row.policy).name == row.name


def test_no_url_is_in_the_table_twice_under_one_policy() -> None:
    rows = [(row.url, *sorted(row.settings.items())) for row in (*ACCEPTED, *REFUSED)]
    assert sorted({row for row in rows if rows.count(row) > 1}) == []


@each_accepted
def test_the_url_for_git_leads_to_the_host_and_port_that_were_checked(row: Accepted) -> None:
    remote = Remote.parse(row.url, policy=row.policy)
    for spelling in (remote, remote.respelled()):
        read = urlsplit(spelling.url)
        assert (read.scheme, read.hostname, read.port) == (remote.scheme, remote.host, remote.port)
        assert (read.username, read.password) == ("git" if remote.scheme == "ssh" else None, None)


@pytest.mark.parametrize("git", sorted({row.git for row in ACCEPTED}), ids=lambda git: git[:60])
def test_git_itself_reads_the_host_and_path_that_were_checked(git: str) -> None:
    read = urlsplit(git)
    asked = f"url={git}\nusername=x\npassword=x\n\n".encode()
    options = ("-c", "credential.helper=", "-c", "credential.useHttpPath=true")
    answer = dict(line.split("=", 1) for line in run_git(*options, "credential", "fill", stdin=asked).splitlines())
    assert (answer["protocol"], answer["host"]) == (read.scheme, read.netloc.removeprefix("git@"))
    assert f"/{answer['path']}".encode() == bytes_of(read.path)


def bytes_of(path: str) -> bytes:
    return path.replace("%20", " ").replace("%C3%A9", "\xe9").encode()


@pytest.mark.parametrize(
    "folder", ["plain", "two words", "a%2eb", "%20", "per%cent", "\xe9\U0001f680", "a'b\"c", "-x", "$(x)"]
)
def test_git_reads_the_local_folder_that_was_checked(tmp_path: Path, folder: str) -> None:
    head = make_repository(tmp_path / folder, {"a": "1"})
    row = Accepted(str(tmp_path / folder), "", "", settings={"allow_protocols": "file"})
    remote = Remote.parse(row.url, policy=row.policy)
    assert remote.path == row.url
    assert run_git("ls-remote", "--", remote.url, "HEAD").split()[0] == head
