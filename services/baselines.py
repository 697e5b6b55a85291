"""What a map is compared with: what a client may call it by, and what to do when it is not here.

A map of another repository is as unknown as none, so that nobody learns from a refusal what there is.
"""

import re
from typing import Final

from services.batches import wanted
from services.errors import InvalidArgumentError, NotFoundError
from services.mapping.columns import CorruptSnapshotError
from services.models import SnapshotKey, SnapshotRecord
from services.snapshots import OpenSnapshot, SnapshotShelf
from services.store.snapshots import SnapshotStore

FEWEST_DIGITS: Final = 7
_DIGITS: Final = re.compile(r"[0-9a-fA-F]+")


async def open_base(
    snapshots: SnapshotStore, shelf: SnapshotShelf, head: SnapshotKey, base: str | SnapshotKey
) -> OpenSnapshot:
    """Give the map that `base` names in the repository of `head`, of the same engine if there is one.

    NotFoundError, InvalidRefError for what no ref looks like, InvalidArgumentError for an ambiguous commit id.
    """
    record = await _find(snapshots, head, base)
    if record is None:
        raise _none(base)
    try:
        return OpenSnapshot(record, await shelf.open(record.key))
    except CorruptSnapshotError as error:
        raise NotFoundError(
            f"The map of {record.key.commit} was made by another version, and cannot be read.",
            hint=f'Call buildRepoMap with ref "{record.key.commit}".',
        ) from error


async def _find(snapshots: SnapshotStore, head: SnapshotKey, base: str | SnapshotKey) -> SnapshotRecord | None:
    if isinstance(base, SnapshotKey):
        return await snapshots.get(base) if base.repository_id == head.repository_id else None
    if not base:
        raise InvalidArgumentError("`base` is empty.", hint="Give a branch, a tag, a commit id or a snapshot's id.")
    return await snapshots.named(head.repository_id, wanted(base), engine_version=head.engine_version)


def _none(base: str | SnapshotKey) -> NotFoundError:
    if isinstance(base, SnapshotKey):
        return NotFoundError(
            "This repository has no such snapshot (any more).", hint="Query its `snapshots` for those that exist."
        )
    digits = _DIGITS.fullmatch(base) is not None
    if digits and len(base) < FEWEST_DIGITS:
        return NotFoundError(
            f"There is no map of {base}.", hint=f"Of a commit's id give at least {FEWEST_DIGITS} digits."
        )
    asked = "with the whole commit id as ref" if digits and len(base) < len("0" * 40) else f'with ref "{base}"'
    return NotFoundError(
        f"There is no map of {base}.", hint=f"Call buildRepoMap {asked}, and ask again when its job has succeeded."
    )
