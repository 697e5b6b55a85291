"""What a comparison begins from, where the map is not what it was."""

from pathlib import Path

import msgspec
import pytest

from services.baselines import open_base
from services.errors import NotFoundError
from services.mapping.columns import decode, encode
from services.mapping.layout import SnapshotMeta
from services.models import SnapshotKey
from services.snapshots import SnapshotShelf
from services.store.artifacts import ArtifactStore
from tests.support.records import SourceText, artifact
from tests.support.stores import COMMIT, Store

pytestmark = pytest.mark.anyio


async def test_a_map_of_another_layout_is_asked_to_be_built_again(store: Store, tmp_path: Path) -> None:
    done = await store.mapped()
    key = SnapshotKey(done.repository.id, COMMIT, "e1")
    meta, found = decode(artifact([SourceText("a.py")]), SnapshotMeta)
    artifacts = ArtifactStore(tmp_path / "maps")
    await artifacts.put(key, encode(msgspec.structs.replace(meta, version=1), found.columns))
    with pytest.raises(NotFoundError, match="cannot be read") as raised:
        await open_base(store.snapshots, SnapshotShelf(artifacts), key, "main")
    assert raised.value.hint == f'Call buildRepoMap with ref "{COMMIT}".'
