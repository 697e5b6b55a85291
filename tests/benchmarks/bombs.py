"""A server that maps a repository of bombs: does it end, what became of each file, and who had to wait.

    python -m tests.benchmarks.bombs [PART]

With a part of a path only the files with it. Prints how long `/healthz` took (ms), what the parser
processes had at most (MB), and the reason of every file that was skipped.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.mapping.bombs import BOMBS
from tests.support.gitserver import GitServer
from tests.support.serve_command import ServeCommand
from tests.support.watching import Watch, bombed_repository

MEBIBYTE = 1 << 20
COVERAGE = """query ($id: ID!) { repository(id: $id) { snapshot {
  coverage { filesListed filesParsed filesSkipped } skipped(first: 500) { nodes { path reason detail } } } } }"""
JOB = "query ($id: ID!) { job(id: $id) { state error { code message } } }"


def main() -> None:
    """Map the bombs once, and say how it went."""
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        count = bombed_repository(root / "forge/mallory/bombs.git", [name for name in BOMBS if part in name])
        with GitServer.start(root / "forge") as forge, ServeCommand(root / "data") as server:
            watch, ask = Watch(server), server.ask()
            began = time.perf_counter()
            with watch.running():
                payload = ask.clone(forge.url("mallory/bombs.git"))
                while (job := ask(JOB, id=payload["job"]["id"])["job"])["state"] in {"QUEUED", "RUNNING"}:
                    time.sleep(0.2)
            print(f"{count} files, {job}, {time.perf_counter() - began:.1f} s")
            print(f"healthz: {len(watch.waits)} asked, {watch.failures} failed, p99 {watch.p99_seconds * 1000:.1f} ms")
            print(f"  median {statistics.median(watch.waits) * 1000:.1f} ms, most {max(watch.waits) * 1000:.1f} ms")
            print(f"parser: at most {watch.peak_bytes / MEBIBYTE:.0f} MB")
            snapshot = ask(COVERAGE, id=payload["repository"]["id"])["repository"]["snapshot"]
            print(snapshot["coverage"])
            for node in snapshot["skipped"]["nodes"]:
                if node["reason"] != "NO_LANGUAGE":
                    print(f"  {node['path'][:60]!r} {node['reason']} {node['detail']}")


if __name__ == "__main__":
    main()
