"""A process that runs the services on a folder, asks for URLs and tells each event of each job; to be killed.

Each parser process imports its parent's main module, so this one imports the services late.
"""

import asyncio
import json
import os
import sys
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, TypedDict
from unittest.mock import patch

if TYPE_CHECKING:
    from services.repositories import RepositoryService


class Line(TypedDict):
    """One event of a job."""

    job: str
    state: str
    phase: str
    attempt: int


async def serve(settings: str, urls: list[str]) -> None:
    from services.graticule import Graticule  # noqa: PLC0415  late, see above
    from services.settings import Settings  # noqa: PLC0415  late, see above

    async with Graticule.start(Settings.model_validate_json(settings)) as graticule:
        service = graticule.repositories
        for url in urls:
            await service.clone(url)
        page = await service.jobs(limit=100)
        async with asyncio.TaskGroup() as group:
            for job in page.items:
                group.create_task(tell(service, job.id))
        await asyncio.Event().wait()


async def tell(service: "RepositoryService", job_id: str) -> None:
    from services.subscriber import Delivery  # noqa: PLC0415  late, see above

    async for event in service.follow(await service.job_topic(job_id), Delivery(max_rate_hz=100)):
        phase = event.job.progress.phase if event.job.progress else ""
        line = Line(job=job_id, state=event.job.state, phase=phase, attempt=event.job.attempt)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def set_clock(hours: int) -> None:
    """Let this process live in another hour than its machine."""
    from services import backbone  # noqa: PLC0415  late, see above

    class Elsewhen:
        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return datetime.now(zone) + timedelta(hours=hours)

    patch.object(backbone, "datetime", Elsewhen).start()


if __name__ == "__main__":
    from services.logs import configure_logging

    configure_logging("WARNING")
    if hours := int(os.environ.get("CLOCK_HOURS", "0")):
        set_clock(hours)
    asyncio.run(serve(sys.argv[1], sys.argv[2:]))
