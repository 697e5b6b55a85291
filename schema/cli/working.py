"""Run a worker in this process until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable

from rich.console import Console

from schema.cli.configuration import without_secrets
from schema.cli.formats import counted
from services.mapping.pool import start_fork_server
from services.otel import close_traces, open_traces
from services.roles import require_worker
from services.settings import Settings

ENDINGS = (signal.SIGINT, signal.SIGTERM)


def work(settings: Settings, *, probed: bool, console: Console) -> None:
    """Work until SIGINT or SIGTERM, then let go of what runs in at most 10 s; GraticuleError when the start fails.

    The console is told what it is connected to. `probed` says whether it listens for probes.
    """
    require_worker(settings)  # before another process is started, which would outlive the refusal
    start_fork_server()
    if not probed:
        asyncio.run(_work_until_told(settings, lambda: _say(console, connections(settings, None))))
        return
    from schema.cli.serving import Serving  # noqa: PLC0415  a worker that answers nobody loads no web server
    from schema.worker_app import create_worker_app  # noqa: PLC0415

    serving = Serving(settings, create_worker_app)
    serving.run(on_start=lambda: _say(console, connections(settings, serving.url)))


def connections(settings: Settings, url: str | None) -> str:
    """Say in one line what a worker is connected to, without secrets."""
    parts = {
        "queue": settings.effective_queue_url,
        "database": settings.effective_database_url,
        "maps": settings.effective_artifacts_url,
        "clones": str(settings.data_dir),
    }
    shared = ", ".join(f"{name} {without_secrets(place)}" for name, place in parts.items())
    answers = f"; answers {url}/readyz" if url else ""
    return f"Graticule works on {counted(settings.concurrent_jobs, 'job')} at a time: {shared}{answers}"


def _say(console: Console, line: str) -> None:
    console.print(line, style="bold")


async def _work_until_told(settings: Settings, on_start: Callable[[], None]) -> None:
    from services.worker import Worker  # noqa: PLC0415  after the process that parses was started

    told = asyncio.Event()
    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    traces = open_traces()
    try:
        async with Worker.start(settings, traces=traces):
            on_start()
            await told.wait()
    finally:
        await close_traces(traces)
