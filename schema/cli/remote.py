"""The commands that ask a running server, on this machine or another: each is a client like any other.

What they follow ends with an exit code that says how the work ended. Each command imports what it runs when it runs.
"""

from enum import StrEnum
from typing import Annotated

import typer

from schema.cli.errors import ExitCode
from schema.cli.options import DEFAULT_SERVER, AsJson, Repository, Server, Token, Wait
from schema.cli.terminal import failures, wait_for


class ListOrder(StrEnum):
    """How `graticule list` sorts: times newest first, names from a to z."""

    UPDATED = "updated"
    CREATED = "created"
    USED = "used"
    NAME = "name"


def clone(
    url: Annotated[str, typer.Argument(metavar="URL", help="Any spelling of a git URL, or a path on the server.")],
    *,
    ref: Annotated[str | None, typer.Option(help="Branch, tag or full commit id.")] = None,
    wait: Wait = True,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """Have a server clone and map a repository, and follow it.

    With --no-wait the job's id is printed, which `graticule watch` and `graticule cancel` take.

    Example: graticule clone pallets/flask --ref 3.1.0
    """
    from schema.cli import asking

    with failures(code=ExitCode.CLONE_FAILED):
        how = asking.How(server, token, wait=wait, as_json=as_json)
        wait_for(asking.clone(url, ref=ref, how=how))


def list_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Only those with this text in their names.")] = "",
    *,
    sort: Annotated[ListOrder, typer.Option(help="How they are sorted.")] = ListOrder.UPDATED,
    limit: Annotated[int, typer.Option(min=0, help="Most that are shown; 0 shows all.")] = 0,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """Show the repositories that a server knows: state, commit, age of the map, size.

    In a pipe: name, state, commit, time, bytes and URL, with tabs between.

    Example: graticule list flask --json
    """
    from schema.cli import listing

    with failures():
        orders = {
            ListOrder.UPDATED: "UPDATED_AT",
            ListOrder.CREATED: "CREATED_AT",
            ListOrder.USED: "LAST_ACCESSED_AT",
            ListOrder.NAME: "NAME",
        }
        wanted = listing.Wanted(name=name or None, order=orders[sort], limit=limit or None)
        wait_for(listing.print_repositories(wanted, server=server, token=token, as_json=as_json))


def watch(
    repository: Annotated[
        str, typer.Argument(metavar="REPOSITORY|JOB", help="A repository's name, URL or id, or the id of a job.")
    ],
    *,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """Follow the newest work on a repository: phases, counters, speed and time; --json gives one event a line.

    It ends with that work, with 0 or with 3; of work that has ended it says how.

    Example: graticule watch pallets/flask
    """
    from schema.cli import asking

    with failures(code=ExitCode.CLONE_FAILED):
        wait_for(asking.watch(repository, how=asking.How(server, token, as_json=as_json)))


def refresh(
    repository: Repository,
    *,
    wait: Wait = True,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """Have a server ask the remote for news, and map them.

    Example: graticule refresh pallets/flask --no-wait
    """
    from schema.cli import asking

    with failures(code=ExitCode.CLONE_FAILED):
        wait_for(asking.refresh(repository, how=asking.How(server, token, wait=wait, as_json=as_json)))


def cancel(
    repository: Annotated[
        str, typer.Argument(metavar="REPOSITORY|JOB", help="A repository's name, URL or id, or the id of a job.")
    ],
    *,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """End a job, or whatever is under way for a repository; what is readable stays so.

    Example: graticule cancel pallets/flask
    """
    from schema.cli import asking

    with failures():
        wait_for(asking.cancel(repository, how=asking.How(server, token, as_json=as_json)))


def rm(
    repositories: Annotated[
        list[str], typer.Argument(metavar="REPOSITORY...", help="Their names, URLs or ids; several at once.")
    ],
    *,
    wait: Wait = True,
    as_json: AsJson = False,
    server: Server = DEFAULT_SERVER,
    token: Token = None,
) -> None:
    """Have a server forget repositories: jobs are ended, clone and maps deleted. Another clone brings them back.

    Example: graticule rm github.com/pallets/flask
    """
    from schema.cli import asking

    with failures():
        how = asking.How(server, token, wait=wait, as_json=as_json)
        for repository in repositories:
            wait_for(asking.remove(repository, how=how))
