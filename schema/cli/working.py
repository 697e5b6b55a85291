"""Run a worker in this process until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable

from schema.cli.configuration import without_secrets
from services.settings import Settings

ENDINGS = (signal.SIGINT, signal.SIGTERM)


def work(settings: Settings, *, probed: bool, on_start: Callable[[str | None], None]) -> None:
    """Work until SIGINT or SIGTERM, then let go of what runs in at most 10 s; GraticuleError when the start fails.

    `on_start` is told the URL of the probes, None when it answers none.
    """
    if not probed:
        asyncio.run(_work_until_told(settings, lambda: on_start(None)))
        return
    from schema.cli.serving import Serving  # noqa: PLC0415  a worker that answers nobody loads no web server
    from schema.worker_app import create_worker_app  # noqa: PLC0415

    serving = Serving(settings, create_worker_app)
    serving.run(on_start=lambda: on_start(serving.url))


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
    return f"Graticule works on {settings.concurrent_jobs} jobs at a time: {shared}{answers}"


async def _work_until_told(settings: Settings, on_start: Callable[[], None]) -> None:
    from services.worker import Worker  # noqa: PLC0415  after the process that parses was started

    told = asyncio.Event()
    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with Worker.start(settings):
        on_start()
        await told.wait()
