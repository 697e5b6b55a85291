"""The corpus against a real server: each row ends with its code, in time, and leaves nothing; everybody is answered."""

from pathlib import Path
from typing import Any

import pytest

from services.errors import TRANSIENT, ErrorCode
from tests.security.contents import CONTENTS
from tests.security.repositories import REPOSITORIES, Repository
from tests.security.servers import LIMITS, NEVER_SHOWN, SERVERS
from tests.support.gitserver import GitServer, make_repository
from tests.support.siege import Outcome, Siege, Wanted, besieged
from tests.support.traps import Traps

GIBIBYTE = 2**30
PATIENT = {**LIMITS, "GRATICULE_CLONE_STALL_SECONDS": "20", "GRATICULE_CLONE_WALL_SECONDS": "40"}
"""Of these none is slow by itself: only the machine may be."""

MAP = """query ($id: ID!) { repository(id: $id) { snapshot {
  coverage { filesListed filesParsed filesSkipped } skipped(first: 500) { nodes { path reason } }
  files(first: 500) { nodes { path skipped } } repoMap(tokens: 4000) { text } } } }"""


def held(siege: Siege) -> list[str]:
    """Give what the server let happen, whatever it was asked for."""
    found = [f"left or touched: {place}" for place in siege.residue()]
    if siege.watch.failures:
        found.append(f"{siege.watch.failures} questions for its health had no good answer")
    if siege.watch.peak_bytes > GIBIBYTE:
        found.append(f"a child took {siege.watch.peak_bytes} bytes")
    return found


def told_wrongly(outcome: Outcome, *codes: ErrorCode | None) -> str | None:
    """Say what is wrong with how something ended, None when nothing is."""
    if outcome.code not in codes:
        return f"{codes} was expected: {outcome.code}, {outcome.told[:300]}"
    if outcome.retryable != (outcome.code in TRANSIENT):
        return f"it would {'' if outcome.retryable else 'not '}be tried again"
    shown = [character for character in NEVER_SHOWN if character in outcome.told]
    return f"it shows {shown!a}" if shown else None


def listed_wrongly(siege: Siege, row: Repository, outcome: Outcome) -> str | None:
    """Say what is wrong with the listing of what was mapped; the path "" stands for every file."""
    snapshot: dict[str, Any] = siege.server.ask()(MAP, id=outcome.repository)["repository"]["snapshot"]
    coverage = snapshot["coverage"]
    reasons = {node["path"]: node["skipped"] for node in snapshot["files"]["nodes"]}
    if coverage["filesListed"] != coverage["filesParsed"] + coverage["filesSkipped"]:
        return f"files were lost: {coverage}"
    if any(character in snapshot["repoMap"]["text"] for character in NEVER_SHOWN):
        return "its map shows control characters"
    told = {path: reasons.get(path, "no such file") for path in row.listed if path}
    if "" in row.listed and (not reasons or any(reasons.values())):
        return f"all files were expected to be parsed: {reasons}"
    wrong = {path: reason for path, reason in told.items() if reason != row.listed[path]}
    return f"{wrong} in {list(reasons)[:20]}" if wrong else None


@pytest.mark.timeout(180)
def test_every_hostile_server_is_told_in_time_and_leaves_nothing(tmp_path: Path) -> None:
    with besieged(tmp_path, LIMITS) as siege, Traps() as traps:
        ports = {server.name: traps.open(server.behave) for server in SERVERS}
        wanted = {row.name: Wanted(f"{row.scheme}://127.0.0.1:{ports[row.name]}/o/n") for row in SERVERS}
        ends = siege.attack(wanted)
        found = held(siege)
    assert len(wanted) == len(SERVERS) >= 25
    wrong = {row.name: told_wrongly(ends[row.name], row.code, row.or_code or row.code) for row in SERVERS}
    assert {name: how for name, how in wrong.items() if how} == {}
    assert found == []


def contents() -> Repository:
    """Give one repository of all the files that are not what they say."""
    files: dict[str, bytes | str] = {path: content for path, (content, _) in CONTENTS.items()}
    listed = {path: reason for path, (_, reason) in CONTENTS.items()}
    return Repository("files that are not what they say", None, lambda path: _made(path, files), listed)


def _made(path: Path, files: dict[str, bytes | str]) -> None:
    make_repository(path, files)


@pytest.mark.timeout(180)
def test_every_hostile_repository_is_told_or_listed_and_leaves_nothing(tmp_path: Path) -> None:
    rows = (*REPOSITORIES, contents())
    for number, row in enumerate(rows):
        row.make(tmp_path / "forge/o" / f"r{number}.git")
    with besieged(tmp_path, PATIENT) as siege, GitServer.start(tmp_path / "forge") as forge:
        wanted = {row.name: Wanted(forge.url(f"o/r{number}.git"), row.ref) for number, row in enumerate(rows)}
        ends = siege.attack(wanted)
        wrong = {row.name: told_wrongly(ends[row.name], row.code) for row in rows}
        for row in rows:
            if row.code is None and wrong[row.name] is None:
                wrong[row.name] = listed_wrongly(siege, row, ends[row.name])
        found = held(siege)
    assert len(wanted) == len(rows) >= 40
    assert {name: how for name, how in wrong.items() if how} == {}
    assert found == []
