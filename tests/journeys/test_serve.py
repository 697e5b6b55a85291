"""A server as its own process: started, followed, refused, stopped, killed and started again."""

import random
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import Run, Start
from tests.support.asker import Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.residue import processes_of, wait_for_the_end_of
from tests.support.serve_command import ServeCommand

pytestmark = pytest.mark.timeout(150)  # a command starts in 2 s, and in 20 s where others are at work

NOISE = random.Random(7)  # noqa: S311 bytes that do not compress, the same in every run
LARGE = {
    f"module_{n}.py": f"def function_{n}():\n    return {n}\n# {NOISE.randbytes(1500).hex()}\n" for n in range(400)
}
"""A pack of some 700 kB."""


def wait_for_phase(ask: Asker, job_id: str, phases: set[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job = ask("query ($id: ID!) { job(id: $id) { state progress { phase } } }", id=job_id)["job"]
        if job["progress"] and job["progress"]["phase"] in phases:
            return
        time.sleep(0.01)
    raise AssertionError(f"the job never came to {phases}: {job}")


def test_a_watcher_sees_the_phases_of_a_job_that_another_client_started(
    start: Start, forge: GitServer, serve: ServeCommand
) -> None:
    make_repository(forge.root / "ada/engine.git", LARGE)
    forge.knobs.bytes_per_second = 2000
    serve.ask().clone(forge.url("ada/engine.git"))
    with start("watch", forge.url("ada/engine.git"), "--server", serve.url) as watcher:
        assert watcher.stderr is not None
        seen = [watcher.stderr.readline()]
        forge.knobs.bytes_per_second = None
        seen += watcher.stderr
    assert watcher.returncode == 0
    phases = [line.split()[0] for line in seen[1:]]
    assert phases[-3:] == ["Linking", "Ranking", "Saving"]
    assert "Receiving" in phases


def test_no_room_for_the_events_of_a_job_is_one_line(forge: GitServer, serve: ServeCommand) -> None:
    make_repository(forge.root / "ada/engine.git", {"engine.py": "def compute(): ...\n"})
    serve.ask().map(forge.url("ada/engine.git"))
    command = ["watch", forge.url("ada/engine.git"), "--server", serve.url, "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "schema", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == ["error: The system refused: [Errno 28] No space left on device. [INTERNAL]"]


def test_watching_without_a_server_says_how_to_start_one(run: Run) -> None:
    done = run("watch", "ada/engine", "--server", "http://127.0.0.1:9")
    assert done.returncode == 4
    assert "graticule serve" in done.stderr


def test_a_second_server_on_the_same_folder_is_refused_by_name(run: Run, serve: ServeCommand) -> None:
    done = run("serve", "--port", "0", "--data-dir", str(serve.data_dir))
    assert done.returncode != 0
    assert str(serve.data_dir) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_before_anything_starts(run: Run, serve: ServeCommand, tmp_path: Path) -> None:
    port = serve.url.rsplit(":", 1)[1]
    done = run("serve", "--port", port, "--data-dir", str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize(
    ("variables", "exit_code", "words"),
    [
        ({"GRATICULE_JOB_TRIES": "none"}, 2, "job_tries: Input should be a valid integer"),
        ({"GRATICULE_PUBLIC_HOSTS": "http://x"}, 2, "public_hosts: http://x is no host name"),
        ({"GRATICULE_HOST": "127.1.1.256"}, 1, "Cannot listen on 127.1.1.256"),
        ({"GRATICULE_ALLOW_PORTS": "none"}, 1, "GRATICULE_ALLOW_PORTS"),
        ({"GRATICULE_DATABASE_URL": "sqlite+aiosqlite:////dev/null/rows"}, 1, "GRATICULE_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_a_line_that_names_it_with_its_reason(
    run: Run, tmp_path: Path, variables: dict[str, str], exit_code: int, words: str
) -> None:
    done = run("serve", "--port", "0", "--data-dir", str(tmp_path), **variables)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == exit_code
    assert words in line
    assert line.endswith("[INVALID_ARGUMENT]")
    assert "Traceback" not in done.stderr


def test_a_server_for_others_says_what_is_missing_before_it_listens(run: Run, tmp_path: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path))  # noqa: S104 the point
    assert (done.returncode, "graticule token create" in done.stderr) == (1, True)


def test_a_socket_that_is_refused_is_no_defect_in_the_log(tmp_path: Path) -> None:
    with ServeCommand(tmp_path) as server:
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": "https://evil.example"}
        keys = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        assert httpx.get(f"{server.url}/graphql", headers={**headers, **keys}, timeout=30).status_code == 403
        server.stop()
        log = "".join(server.log)
    assert "handshake" not in log
    assert '"level": "error"' not in log


def test_a_server_stops_with_its_children_gone(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "ada/engine.git", LARGE)
    forge.knobs.bytes_per_second = 60_000
    with ServeCommand(tmp_path / "data") as server:
        ask = server.ask()
        job = ask.clone(forge.url("ada/engine.git"))["job"]
        wait_for_phase(ask, job["id"], {"RECEIVING"})
        children = server.children()
        server.stop()
    assert (wait_for_the_end_of(children), processes_of(tmp_path / "data")) == ([], [])


def test_a_server_killed_in_mid_clone_finishes_the_job_after_its_restart(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "ada/engine.git", LARGE)
    forge.knobs.bytes_per_second = 60_000
    with ServeCommand(tmp_path / "data") as server:
        ask = server.ask()
        job = ask.clone(forge.url("ada/engine.git"))["job"]
        wait_for_phase(ask, job["id"], {"RECEIVING"})
        children = server.children()
        server.kill()
    assert wait_for_the_end_of(children) == []
    forge.knobs.bytes_per_second = None
    assert_ends_after_restart(tmp_path / "data", job["id"])


def test_a_server_killed_in_mid_build_finishes_the_job_after_its_restart(forge: GitServer, tmp_path: Path) -> None:
    source = "\n".join(f"def function_{n}(a, b):\n    return function_{n - 1}(a) + b.value" for n in range(1000))
    make_repository(forge.root / "ada/engine.git", {f"m{n}.py": f"# {n}\n{source}\n" for n in range(40)})
    with ServeCommand(tmp_path / "data") as server:
        ask = server.ask()
        job = ask.clone(forge.url("ada/engine.git"))["job"]
        wait_for_phase(ask, job["id"], {"PARSING", "LINKING"})
        children = server.children()
        server.kill()
    assert wait_for_the_end_of(children) == []
    assert_ends_after_restart(tmp_path / "data", job["id"])


def assert_ends_after_restart(data_dir: Path, job_id: str) -> None:
    with ServeCommand(data_dir) as server:
        job = server.ask().ended(job_id)
        assert (job["state"], job["attempt"]) == ("SUCCEEDED", 2)
        assert list((data_dir / "staging").iterdir()) == []


def test_a_server_answers_its_health_while_a_map_is_built(serve: ServeCommand, forge: GitServer) -> None:
    source = "\n".join(f"def function_{n}(a):\n    return function_{n - 1}(a)" for n in range(1500))
    make_repository(forge.root / "ada/engine.git", {f"m{n}.py": f"# {n}\n{source}\n" for n in range(40)})
    ask = serve.ask()
    job = ask.clone(forge.url("ada/engine.git"))["job"]
    wait_for_phase(ask, job["id"], {"PARSING", "LINKING", "RANKING"})
    assert httpx.get(f"{serve.url}/healthz", timeout=30).text == "ok\n"
    assert ask("query ($id: ID!) { job(id: $id) { state } }", id=job["id"])["job"]["state"] == "RUNNING"
