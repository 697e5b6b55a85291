"""Where every command writes: data to standard output, all else to standard error, and failures as one line."""

from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rich.console import Console

from schema.cli.errors import (
    ExitCode,
    NotKnownError,
    PortTakenError,
    ServerUnreachableError,
    refusal,
    stop,
    wrong_settings,
)
from services.errors import GraticuleError, UnauthenticatedError

if TYPE_CHECKING:
    from services.settings import Settings

ResultT = TypeVar("ResultT")


def _console(*, stderr: bool) -> Console:
    """Make a console that writes text as it is: no line is broken, `[x]` and `:x:` mean nothing."""
    return Console(stderr=stderr, soft_wrap=True, markup=False, emoji=False, highlight=False)


out: Final = _console(stderr=False)
err: Final = _console(stderr=True)


@contextmanager
def failures(*, code: ExitCode = ExitCode.FAILED) -> Iterator[None]:
    """Turn every expected failure into one line, what to do, and the exit code that says which."""
    from pydantic import ValidationError  # noqa: PLC0415  `--help` needs no settings

    try:
        yield
    except ValidationError as error:
        stop(err, wrong_settings(error), code=ExitCode.USAGE)
    except ServerUnreachableError as error:
        stop(err, error, code=ExitCode.UNREACHABLE)
    except (PortTakenError, UnauthenticatedError, NotKnownError) as error:
        stop(err, error)
    except GraticuleError as error:
        stop(err, error, code=code)
    except BrokenPipeError:
        raise  # click ends quietly when nobody reads on
    except OSError as error:
        stop(err, refusal(error))


def read_settings(**overrides: object) -> "Settings":
    """Read the settings; what was given on the command line comes first, and no secret is left lying about."""
    from services.forget import forget_variable, keep_to_ourselves  # noqa: PLC0415  `--help` needs no settings
    from services.settings import Settings  # noqa: PLC0415  `--help` needs no settings

    keep_to_ourselves()
    settings = Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    forget_variable("GRATICULE_CREDENTIALS")
    return settings


def wait_for(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a command's work in an event loop of its own."""
    import asyncio  # noqa: PLC0415  0.1 s that `--help` need not spend

    return asyncio.run(work)


def print_rows(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, folded: Sequence[str] = (), styles: Mapping[str, str] = {}
) -> None:
    """Show rows as a table on a terminal, else one a line with tabs between, whole and without a head.

    Columns that are `folded` share the width that the others leave.
    """
    from schema.agent_text import line  # noqa: PLC0415  as below

    rows = [[line(cell) for cell in row] for row in rows]
    if not out.is_terminal:
        for row in rows:
            print_text("\t".join(row) + "\n")
        return
    from rich.table import Column, Table  # noqa: PLC0415  0.1 s that no other command needs
    from rich.text import Text  # noqa: PLC0415  as above

    heads = [
        Column(name, overflow="fold", no_wrap=name not in folded, header_style="bold", style=styles.get(name, ""))
        for name in columns
    ]
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    out.print(table, soft_wrap=False)


def print_json(value: object) -> None:
    """Write one value as one line of JSON."""
    from schema.cli.formats import as_json  # noqa: PLC0415  `--help` writes none

    print_text(f"{as_json(value)}\n")


def print_text(text: str) -> None:
    """Write data as it is: rich would turn tabs into spaces."""
    out.file.write(text)
    out.file.flush()


def print_addresses(server_url: str) -> None:
    """Say where a person and a program can go on from here."""
    err.print(f"Graticule listens on {server_url}", style="bold")
    err.print(f"  Dashboard   {server_url}/")
    err.print(f"  GraphiQL    {server_url}/graphiql")
    err.print(f"  GraphQL     {server_url}/graphql   (HTTP and graphql-transport-ws)")
    err.print(f"  MCP         {server_url}/mcp")
