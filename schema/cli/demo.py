"""The main job before your eyes: a server, a mutation, a subscription, and the map at the end.

Nothing here is a shortcut: the demo is a client of a real server on embedded defaults, so what it
shows is what any other client gets.
"""

from rich.console import Console

from schema.cli.client import GraticuleClient, connect
from schema.cli.documents import NamedRepository, WireSnapshot
from schema.cli.follow import draw_job
from schema.cli.formats import counted
from services.errors import ErrorCode, GraticuleError


async def demonstrate(
    server_url: str, source: str, *, tokens: int, token: str | None, out: Console, err: Console
) -> None:
    """Clone and map `source` through the server at `server_url`; raises GraticuleError if that fails."""
    async with connect(server_url, token=token) as client:
        repository = await _clone(client, source, console=err)
        snapshot = await client.repo_map(repository.id, tokens=tokens)
    if snapshot is None:
        raise GraticuleError(ErrorCode.INTERNAL, "The job succeeded, but its map cannot be read.")
    _print_map(snapshot, out=out, err=err)


async def _clone(client: GraticuleClient, source: str, *, console: Console) -> NamedRepository:
    cloned = await client.clone(source)
    if cloned.errors:
        failure = cloned.errors[0].as_failure()
        raise GraticuleError(failure.code, failure.message, hint=failure.hint)
    if cloned.repository is None or cloned.job is None:
        raise GraticuleError(ErrorCode.INTERNAL, "The server accepted the clone without naming its job.")
    console.print(f"Cloning and mapping {cloned.repository.name}", style="bold")
    await draw_job(client, cloned.job.id, console=console)
    return cloned.repository


def _print_map(snapshot: WireSnapshot, *, out: Console, err: Console) -> None:
    coverage, repo_map = snapshot.coverage, snapshot.repo_map
    err.print()
    out.print(repo_map.text)
    err.print(
        f"{repo_map.tokens:,} / {repo_map.budget:,} tokens · commit {snapshot.commit[:12]} · "
        f"{coverage.files_parsed:,} of {counted(coverage.files_listed, 'file')} parsed · "
        f"{counted(coverage.symbols, 'symbol')} · "
        f"{coverage.resolved:,} of {counted(coverage.references, 'reference')} resolved",
        style="dim",
    )
