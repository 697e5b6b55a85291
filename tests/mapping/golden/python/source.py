"""Clones and their jobs."""

import os.path, sys as system
from ..store.jobs import (JobStore as Store,  # the rows
    Job)
from . import *

LIMIT = 10
_cache: dict[str, "Clone"] = {}
first, second = 1, 2
type Names = list[str]


@registered(1)
@app.route("/clones")
class Clone(Base, mixins.Sized[int], metaclass=Meta):
    """One clone."""

    depth: int = LIMIT

    class Error(Exception):
        pass

    def __init__(self, url: str = "#fff") -> None:
        self.url = normal(url)

        def retry():
            return Store.open().rows

    @property
    def name(self) -> "str":
        return self.url.name

    @name.setter
    def name(self, value): ...

    @functools.cached_property
    def size(self):
        return super().size

    @overload
    def fetch(self, ref: None) -> Job: ...

    async def fetch(
        self,
        ref,  # a branch
        *,
        force=False,
    ) -> Job:
        local = os.path.join(self.url, "x")
        return await run(Job, local, key=LIMIT)


if system.platform == "linux":

    def pin(): ...

    PINNED = True
else:
    PINNED = False

try:
    import fast
except ImportError as missing:
    fast = None

low = high = 0
(left, top), *rest = edges = measure()


@Rows.register(int)
def _(rows):
    count, _ = 1, 2


match system.platform:
    case "linux":
        page = 4096

type Pair[T] = tuple[T, T]
type(Clone).name = "clone"


class Walls:
    north, south = high, low
