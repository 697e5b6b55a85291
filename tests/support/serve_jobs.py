"""A process that runs the services on a folder, asks for URLs and tells each event of each job; to be killed.

Each parser process imports its parent's main module, so this one imports the services late.
"""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, TypedDict

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


if __name__ == "__main__":
    from services.logs import configure_logging

    configure_logging("WARNING")
    asyncio.run(serve(sys.argv[1], sys.argv[2:]))
