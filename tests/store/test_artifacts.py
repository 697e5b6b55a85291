"""The bytes of maps: whole or not there."""

import errno
import os
import shutil
import time
from pathlib import Path

import pytest

from services.errors import ErrorCode, GraticuleError, InvalidArgumentError, NotFoundError
from services.models import SnapshotKey
from services.store.artifacts import ArtifactStore
from services.store.faults import typed_errors

pytestmark = pytest.mark.anyio
KEY = SnapshotKey("r1", "c" * 40, "e-1")


def files_below(folder: Path) -> list[str]:
    found = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return [path.relative_to(folder).as_posix() for path in found]


async def test_a_map_comes_back_as_it_was_put(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path / "new" / "maps")
    await store.put(KEY, b"first")
    await store.put(KEY, b"second")
    assert await store.get(KEY) == b"second"
    assert files_below(tmp_path / "new" / "maps") == [f"r1/{KEY.commit}-e-1.map"]


async def test_a_map_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        await ArtifactStore(tmp_path).get(KEY)


async def test_deleting_a_repository_leaves_the_others(tmp_path: Path) -> None:
    store = ArtifactStore(str(tmp_path))
    other = SnapshotKey("r2", KEY.commit, KEY.engine_version)
    await store.put(KEY, b"mine")
    await store.put(other, b"other")
    await store.delete_repository("r1")
    await store.delete_repository("r1")
    assert await store.get(other) == b"other"
    assert files_below(tmp_path) == [f"r2/{KEY.commit}-e-1.map"]


async def test_a_store_by_url_keeps_and_deletes(tmp_path: Path) -> None:
    store = ArtifactStore(f"file://{tmp_path}")
    await store.put(KEY, b"mine")
    assert await store.get(KEY) == b"mine"
    await store.delete_repository("r1")
    with pytest.raises(NotFoundError):
        await store.get(KEY)


@pytest.mark.parametrize("part", ["..", "../x", "a/b", "", ".hidden", "é"])
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, part: str) -> None:
    store = ArtifactStore(tmp_path)
    with pytest.raises(InvalidArgumentError):
        await store.put(SnapshotKey(part, "c" * 40, "e"), b"")
    with pytest.raises(InvalidArgumentError):
        await store.delete_repository(part)


async def test_what_an_interrupted_put_left_long_ago_is_swept_at_opening(tmp_path: Path) -> None:
    repository = tmp_path / ("a" * 32)
    repository.mkdir()
    old, new = repository / "x.map#1", repository / "x.map#2"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3600,) * 2)
    ArtifactStore(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_disk_without_space_is_a_typed_error() -> None:
    with pytest.raises(GraticuleError) as caught, typed_errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.code is ErrorCode.DISK_FULL


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_real_write_to_a_full_device_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"x" * 100)
    with pytest.raises(GraticuleError) as caught, typed_errors():
        shutil.copyfile(tmp_path / "data", "/dev/full")
    assert caught.value.code is ErrorCode.DISK_FULL
