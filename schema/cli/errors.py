"""How the command line says that something failed: one line, what to do, and an exit code."""

import os
from contextlib import suppress
from enum import IntEnum
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer
from rich.console import Console

from services.errors import ErrorCode, Failure, GraticuleError, InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from pydantic import ValidationError


class ExitCode(IntEnum):
    """What a script can branch on; 130 is what a shell gives for Ctrl-C."""

    FAILED = 1
    USAGE = 2
    CLONE_FAILED = 3
    UNREACHABLE = 4
    INTERRUPTED = 130


class ServerUnreachableError(GraticuleError):
    """No Graticule answers at the URL that was given."""

    def __init__(self, url: str) -> None:
        super().__init__(
            ErrorCode.NETWORK,
            f"No Graticule server answers at {url}.",
            hint="Start one with `graticule serve`, or name another with --server.",
        )


class NotAServerError(ServerUnreachableError):
    """Something answers at the URL that was given, and it is no Graticule."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.message = f"What answers at {url} is no Graticule server."
        self.hint = "Give the address that `graticule serve` printed, without a path, with --server."


class NotUnderstoodError(GraticuleError):
    """What a server answers is nothing that this program knows."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.INTERNAL,
            "The server answers what this command does not understand.",
            hint="It may be of another version: `graticule --version` tells this one's.",
        )


class NotKnownError(NotFoundError):
    """The server has no repository and no job of this name (`NOT_FOUND`)."""

    def __init__(self, named: str) -> None:
        super().__init__(
            f"The server does not know {named}.",
            hint="`graticule list` shows what it knows; `graticule clone` adds to it.",
        )


class PortTakenError(InvalidArgumentError):
    """Another program listens where the server was told to listen, or this user may not."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port}: {reason}.",
            hint="Give another port with --port or GRATICULE_PORT; 0 takes a free one.",
        )


def wrong_settings(error: "ValidationError") -> InvalidArgumentError:
    """Name each setting that is wrong, with why; a value is repeated only where a check of ours does."""
    problems = "; ".join(
        f"{'.'.join(map(str, item['loc']))}: {item['msg'].removeprefix('Value error, ')}" for item in error.errors()
    )
    return InvalidArgumentError(f"The settings are wrong: {problems}.")


def stop(console: Console, failure: Failure | GraticuleError, *, code: ExitCode = ExitCode.FAILED) -> NoReturn:
    """Say what failed and what to do about it, and leave with the exit code."""
    say(console, failure)
    raise typer.Exit(code)


def say(console: Console, failure: Failure | GraticuleError) -> None:
    """Say what failed and what to do about it; where nothing can be said any more, the exit code still tells."""
    with suppress(OSError):
        console.print(f"error: {failure.message} [{failure.code}]", style="bold red")
        if failure.hint:
            console.print(f"  → {failure.hint}")


def refusal(error: OSError) -> Failure:
    """Give what is said when the system refuses something that nobody foresaw: no room, no permission."""
    return Failure(ErrorCode.INTERNAL, f"The system refused: {error}.", retryable=False)


def let_go(*streams: TextIO) -> None:
    """Write what these streams still hold, and drop what cannot be written.

    That has been said by then; the interpreter would try once more at its end, complain, and exit with 120.
    """
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            try:
                stream.flush()
            except OSError:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
