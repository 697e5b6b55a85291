"""Run `graticule` in this process, to be killed as by a power cut where a failpoint says: before or after a function.

A failpoint is named by the function and needs no place for it in the product. Arguments: the failpoint, which of its
calls is the last one, then the command line as it would be without this. Each parser process imports its parent's main
module, so nothing of the product is imported here before it runs.
"""

import functools
import importlib
import inspect
import itertools
import os
import runpy
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

REACHED: Final = "failpoint reached"


@dataclass(frozen=True, slots=True)
class Failpoint:
    """The moment before a function begins, or after it has returned."""

    function: str
    """As `module:Class.method` or `module:function`; the module is where its caller looks it up."""
    after: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'}@{self.function}"

    @classmethod
    def parse(cls, text: str) -> "Failpoint":
        when, _, function = text.partition("@")
        return cls(function, after=when == "after")

    def launcher(self, *, call: int = 1) -> list[str]:
        """Give what to put before a command so that it dies here, at this call."""
        return [sys.executable, "-m", "tests.support.doomed", str(self), str(call)]

    def arm(self, *, call: int) -> None:
        """Let this process die here."""
        module, _, path = self.function.partition(":")
        owner: Any = importlib.import_module(module)
        *holders, name = path.split(".")
        for holder in holders:
            owner = getattr(owner, holder)
        setattr(owner, name, _dying(getattr(owner, name), self, call))


def _dying(function: Callable[..., Any], point: Failpoint, call: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    def reached() -> None:
        if next(calls) == call:
            sys.stdout.write(f"{REACHED}: {point}\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    async def awaited(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the function takes
        if not point.after:
            reached()
        given = await function(*arguments, **named)
        if point.after:
            reached()
        return given

    @functools.wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  as above
        if not point.after:
            reached()
        given = function(*arguments, **named)
        if point.after:
            reached()
        return given

    return awaited if inspect.iscoroutinefunction(function) else called


def main() -> None:
    """Arm the failpoint, then be the command: `python -m schema …`."""
    point, call, _, _, _, *arguments = sys.argv[1:]
    Failpoint.parse(point).arm(call=int(call))
    sys.argv = ["graticule", *arguments]
    runpy.run_module("schema", run_name="__main__")


if __name__ == "__main__":
    main()
