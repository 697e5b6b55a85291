"""Run the services for a test: on loopback, in a folder of its own, here or in a process to be killed."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from services.models import Job, JobState, Phase
from services.repositories import RepositoryService
from services.settings import Settings
from services.subscriber import Delivery
from tests.support.serve_jobs import Line

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 30.0


def local_settings(data_dir: Path, **overrides: Any) -> Settings:  # noqa: ANN401 - any setting, checked by pydantic
    """Give settings that may clone from loopback and local folders, with one parser process."""
    opened: dict[str, Any] = {
        "data_dir": data_dir,
        "allow_protocols": "https,http,git,file",
        "allow_hosts": "127.0.0.1",
        "allow_networks": "127.0.0.0/8",
        "allow_ports": "*",
        "parser_processes": 1,
        "submission_rate": "1000/second",  # a test asks as fast as it can
    }
    return Settings(**(opened | overrides))


async def ended(service: RepositoryService, job_id: str) -> Job:
    """Wait for a job's end, and give the job."""
    async with asyncio.timeout(WAIT_SECONDS):
        async for event in service.follow(await service.job_topic(job_id)):
            if event.job.state.terminal:
                return event.job
    raise AssertionError("the job's events ended without a terminal one")


async def until(service: RepositoryService, job_id: str, *, phase: Phase) -> Job:
    """Wait until a job is in a phase, and give the job."""
    async with asyncio.timeout(WAIT_SECONDS):
        async for event in service.follow(await service.job_topic(job_id), Delivery(max_rate_hz=100)):
            if event.job.progress is not None and event.job.progress.phase is phase:
                return event.job
    raise AssertionError(f"the job ended without {phase}")


def now() -> datetime:
    """Give the time, as a clock for the stores."""
    return datetime.now(UTC)


class ServerProcess:
    """The services in another process, which tells each phase of each job on its standard output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> list[psutil.Process]:
        """Kill it as a crash would, and give the processes that it had started."""
        children = psutil.Process(self.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        return children

    def lines(self) -> Iterator[Line]:
        """Give what it tells, one line for each event of a job."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def until(self, *, phase: str | None = None, terminal: bool = False) -> Line:
        """Read on until a job is in this phase, or has ended."""
        for line in self.lines():
            if line["phase"] == phase or (terminal and JobState(line["state"]).terminal):
                return line
        raise AssertionError(f"it ended before {phase or 'the job'}, with {self.process.wait()}")


@contextmanager
def server_process(settings: Settings, *urls: str, clock_hours: int = 0) -> Iterator[ServerProcess]:
    """Start the services in a process of their own, whose clock may be wrong, ask for URLs, and kill it at the end."""
    environment = {**os.environ, "CLOCK_HOURS": str(clock_hours)}
    command = [sys.executable, "-m", "tests.support.serve_jobs", settings.model_dump_json(), *urls]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield ServerProcess(process)
        finally:
            process.kill()
