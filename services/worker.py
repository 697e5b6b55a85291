"""The composition root of a worker: it runs jobs for servers elsewhere and speaks to nobody but what they share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from services.access.door import Door
from services.acquire.git import check_git_version
from services.backbone import Backbone, now
from services.garbage import settled_memory
from services.metrics import Metrics
from services.reach import Reach
from services.roles import require_worker
from services.settings import Settings
from services.store.datadir import lock_data_dir
from services.store.tokens import TokenStore
from services.tracing import Traces
from services.workplace import open_workplace


@dataclass(frozen=True, slots=True)
class Worker:
    """The running worker of one process, on one data folder."""

    backbone: Backbone
    reach: Reach

    @classmethod
    @asynccontextmanager
    async def start(
        cls, settings: Settings, *, metrics: Metrics | None = None, traces: Traces | None = None
    ) -> AsyncIterator[Self]:
        """Open everything and work until the block ends, which takes at most 10 s then.

        A GraticuleError when the queue is nobody else's, when another process has the data folder, when git is
        missing or too old, or when a setting is wrong.
        """
        require_worker(settings)
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(check_git_version)
            stack.enter_context(lock_data_dir(settings.data_dir))
            backbone = await stack.enter_async_context(
                Backbone.open(settings, metrics=metrics or Metrics(), followed=False, traces=traces)
            )
            reach = await stack.enter_async_context(open_workplace(backbone))
            await stack.enter_async_context(backbone.kept_going())
            async with settled_memory():
                yield cls(backbone, reach)

    async def problem(self) -> str | None:
        """Why this worker is of no use now, in a line; None when it is. One SELECT, at most 2 s."""
        return await self.backbone.problem() or await asyncio.to_thread(self.reach.acquirer.clones.problem)

    async def measure(self) -> None:
        """Look at what is only counted when somebody reads the figures; one SELECT, at most 2 s."""
        await self.backbone.measure()

    async def open_door(self) -> Door:
        """Give who may read the figures. InvalidArgumentError when others can reach them and nobody has a token."""
        return await Door.open(TokenStore(self.backbone.database), now, self.backbone.settings)
