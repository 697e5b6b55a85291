"""How many jobs a second one server and two workers do, and what an empty system costs.

    python -m tests.benchmarks.throughput [JOBS] [IDLE_SECONDS]

Everything is on this machine: the git server too, with tiny repositories, so that what is measured is the way of a job
(row, queue, clone, map, bucket, row, hint) and not the work in it.
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.support.asker import Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.topology import Topology

LIVE = """{ live: jobs(states: [QUEUED, RUNNING], first: 1) { totalCount }
  done: jobs(states: [SUCCEEDED], first: 1) { totalCount } }"""


def main(count: int, idle_seconds: int) -> None:
    """Measure both and print a line for each figure."""
    with (
        tempfile.TemporaryDirectory(prefix="graticule-throughput-") as folder,
        GitServer.start(Path(folder) / "forge") as forge,
    ):
        for number in range(count):
            make_repository(forge.root / f"acme/r{number}.git", {"code.py": f"def f{number}(): ...\n"})
        with Topology(Path(folder) / "all") as topology:
            print(f"idle, over {idle_seconds} s, percent of one core:")
            for name, percent in idle(topology, idle_seconds).items():
                print(f"  {name:12} {percent:.1f}")
            measure(topology, forge, count)


def measure(topology: Topology, forge: GitServer, count: int) -> None:
    """Ask for every repository one after the other, and wait for the last to end."""
    ask = topology.servers[0].ask()
    before = costs(topology)
    begun_at = time.monotonic()
    for number in range(count):
        ask.clone(forge.url(f"acme/r{number}.git"))
    asked_at = time.monotonic()
    wait(ask)
    seconds = time.monotonic() - begun_at
    done = ask(LIVE)["done"]["totalCount"]
    print(f"{count} jobs asked in {asked_at - begun_at:.1f} s")
    print(f"{done} of them done in {seconds:.1f} s: {done / seconds:.1f} a second")
    print("processor seconds for each job, without git's:")
    for name, after in costs(topology).items():
        print(f"  {name:12} {(after - before[name]) / count:.3f}")


def wait(ask: Asker) -> None:
    """Wait until no job lives."""
    while ask(LIVE)["live"]["totalCount"]:
        time.sleep(0.2)


def idle(topology: Topology, seconds: int) -> dict[str, float]:
    """Give what each process takes of a core while nobody asks for anything."""
    time.sleep(5)  # what begins at the start has begun
    before = costs(topology)
    time.sleep(seconds)
    return {name: (after - before[name]) / seconds * 100 for name, after in costs(topology).items()}


def costs(topology: Topology) -> dict[str, float]:
    """Give the processor seconds so far of each process with its living children."""
    pids = {
        "server 1": topology.servers[0].pid,
        "server 2": topology.servers[1].pid,
        "worker 1": topology.workers[0].pid,
        "worker 2": topology.workers[1].pid,
        "valkey": int(topology.valkey.ask("INFO", "server")["process_id"]),
        "object store": topology.bucket.pid,
    }
    return {name: _seconds(psutil.Process(pid)) for name, pid in pids.items()}


def _seconds(process: psutil.Process) -> float:
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(time_of.user + time_of.system for time_of in times)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(200, 60)[len(given) :])
