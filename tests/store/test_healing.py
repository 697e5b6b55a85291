"""A folder of maps is put in order at start, and nothing that is not ours is touched."""

from pathlib import Path

import pytest

from services.models import SnapshotKey
from services.store.artifacts import ArtifactStore

pytestmark = pytest.mark.anyio

KEY = SnapshotKey("a" * 32, "c" * 40, "e1")
NAME = f"{KEY.commit}-{KEY.engine_version}.map"


@pytest.mark.parametrize("kind", ["file", "link", "folder in place of a map", "link in place of a map"])
async def test_what_stands_in_the_way_of_a_map_is_deleted(tmp_path: Path, kind: str) -> None:
    folder, outside = tmp_path / "artifacts", tmp_path / "outside"
    for path in (folder, outside):
        path.mkdir()
    (outside / NAME).write_text("precious")
    repository = folder / KEY.repository_id
    match kind:
        case "file":
            repository.write_text("garbage")
        case "link":
            repository.symlink_to(outside)
        case "folder in place of a map":
            (repository / NAME).mkdir(parents=True)
        case _:
            repository.mkdir()
            (repository / NAME).symlink_to(outside / NAME)
    store = ArtifactStore(folder)
    await store.put(KEY, b"map")
    assert await store.get(KEY) == b"map"
    assert (outside / NAME).read_text() == "precious"


def test_what_has_no_name_of_ours_stays(tmp_path: Path) -> None:
    names = ["notes.txt", "photos/2030#1", f"{KEY.repository_id}/readme"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    ArtifactStore(tmp_path)
    assert [(tmp_path / name).read_text() for name in names] == ["mine"] * 3
