"""A repository of bombs on a real server: the map ends, says what was left out, and nobody else waits."""

import time
from pathlib import Path

from tests.mapping.bombs import NAMES
from tests.support.asker import Asker
from tests.support.gitserver import GitServer
from tests.support.serve_command import ServeCommand
from tests.support.watching import Watch, bombed_repository

MEBIBYTE = 1 << 20
DEADLINE = {"GRATICULE_FILE_DEADLINE_SECONDS": "1"}
BOMBS = (
    "deep/open.py", "deep/parentheses.py", "deep/generics.rs", "deep/modules.rb", "deep/array.js", "deep/comments.rs",
    "deep/unclosed.cpp", "long/line.py", "long/minified.js", "long/noise.c", "long/blank.py", "unfinished/heredoc.sh",
    "unfinished/raw.cpp", "encoded/nul.py", "encoded/utf16.py", "encoded/latin1.py", "bin/shebang", "bin/line",
    "aimed/header-blank.h", "aimed/import.js", "spaces/go.mod", "quotes/tsconfig.json",
    "deep/package.json", "extends/tsconfig.json", "targets/tsconfig.json", "docs/brackets.md", "docs/deep.ipynb",
    ".gitattributes",
)  # fmt: skip
MAP = """query ($id: ID!) { repository(id: $id) { snapshot {
  coverage { filesListed filesParsed filesSkipped }
  skipped(first: 500) { nodes { path reason } }
  symbols(query: "good") { nodes { path } }
  repoMap(tokens: 2000) { text tokens }
  documentation { nodes { path title } }
  tree(depth: 32) { path }
} } }"""


def ended(ask: Asker, job_id: str) -> str:
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline:
        job = ask("query ($id: ID!) { job(id: $id) { state } }", id=job_id)["job"]
        if job["state"] not in {"QUEUED", "RUNNING"}:
            return str(job["state"])
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def test_a_repository_of_bombs_is_mapped_while_everybody_is_answered(tmp_path: Path) -> None:
    count = bombed_repository(tmp_path / "forge/mallory/bombs.git", BOMBS)
    with GitServer.start(tmp_path / "forge") as forge, ServeCommand(tmp_path / "data", environment=DEADLINE) as server:
        watch, ask = Watch(server), server.ask()
        with watch.running():
            payload = ask.clone(forge.url("mallory/bombs.git"))
            assert ended(ask, payload["job"]["id"]) == "SUCCEEDED"
        found = ask(MAP, id=payload["repository"]["id"])["repository"]["snapshot"]
    reasons = {node["path"]: node["reason"] for node in found["skipped"]["nodes"]}
    assert found["coverage"]["filesListed"] == found["coverage"]["filesParsed"] + len(reasons) == count
    assert reasons["deep/unclosed.cpp"] == "DEADLINE"
    assert reasons["long/noise.c"] == reasons["long/minified.js"] == "TOO_LARGE"
    assert reasons["encoded/utf16.py"] == "BINARY"
    assert reasons["loop/self"] == "NOT_A_FILE"
    assert reasons[next(name for name in NAMES if name.endswith("too-long.py"))] == "PATH_TOO_LONG"
    assert [node["path"] for node in found["symbols"]["nodes"]] == ["good.py"]
    assert "\x1b" not in found["repoMap"]["text"]
    assert watch.failures == 0
    assert watch.p99_seconds < 1  # 0.1 s on a machine that has nothing else to do; a regular expression took 2
    assert watch.peak_bytes < 2048 * MEBIBYTE
