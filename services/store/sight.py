"""Which rows somebody may see, as SQL: the same rule as `Viewer.sees`, so that pages and counts are right.

What is private is seen by whoever was given a prefix of its name. Jobs outlive their repository; a
private one without it has no name to compare, so only who sees everything sees it.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, exists, false, func, not_, or_

from services.store.tables import jobs, repositories
from services.viewers import EVERYTHING, Grants

ALL: Final = Grants(frozenset({EVERYTHING}))


def repositories_seen_with(grants: Grants) -> Iterator[ColumnElement[bool]]:
    """Give the condition for rows of `repositories`; none when nothing is hidden."""
    if not grants.everything:
        yield or_(not_(repositories.c.private), _is_covered(grants))


def jobs_seen_with(grants: Grants) -> Iterator[ColumnElement[bool]]:
    """Give the condition for rows of `jobs`; none when nothing is hidden."""
    if not grants.everything:
        granted = exists().where(repositories.c.id == jobs.c.repository_id, _is_covered(grants))
        yield or_(not_(jobs.c.private), granted)


def _is_covered(grants: Grants) -> ColumnElement[bool]:
    name = func.lower(repositories.c.name)
    return or_(
        false(),
        *(or_(name == prefix, name.startswith(f"{prefix}/", autoescape=True)) for prefix in sorted(grants.prefixes)),
    )
