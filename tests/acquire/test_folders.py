"""Whatever lies in a data folder, a look at it leaves clones and nothing else, and never touches what is outside."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.acquire.folders import Folders, digest_of

ROOTS = ("repos", "staging", "trash")
NAMES = st.sampled_from(["aa", "ab", "zz", "x", "a" * 64, digest_of("h/o/n"), "HEAD", "objects", ".hidden", "ü #1"])
KINDS = st.sampled_from(["file", "folder", "closed", "outside", "loop", "nowhere"])
PLACES = st.tuples(st.sampled_from(ROOTS), st.lists(NAMES, max_size=3), KINDS)


def put(path: Path, kind: str, outside: Path) -> None:
    """Put something at a place, unless something else is in the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        match kind:
            case "file":
                path.write_text("garbage")
            case "folder" | "closed":
                path.mkdir()
                (path / "inside").write_text("garbage")
                path.chmod(0o000 if kind == "closed" else 0o700)
            case "outside":
                path.symlink_to(outside, target_is_directory=True)
            case "loop":
                path.symlink_to(path)
            case _:
                path.symlink_to(path.parent / "nowhere")
    except OSError:
        return


def clone(folders: Folders, name: str) -> Path:
    path = folders.repository(name)
    (path / "objects").mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n")
    return path


@settings(max_examples=60, deadline=None)
@given(garbage=st.lists(PLACES, max_size=8), whole=st.booleans())
def test_garbage_of_any_kind_goes_and_clones_stay(
    garbage: Sequence[tuple[str, Sequence[str], str]], *, whole: bool
) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="disk_folders_"))
    try:
        outside = scratch / "outside"
        kept = clone(Folders(outside), "h/o/precious")
        folders = Folders(scratch / "data")
        if whole:
            clone(folders, "h/o/whole")
        for root, names, kind in garbage:
            path = folders.root / Path(root, *names)
            if outside not in Path(os.path.realpath(path)).parents:
                put(path, kind, outside)
        found = folders.present()
        folders.sweep(live_keys=())
        assert (digest_of("h/o/whole") in found) == whole
        assert all((path / "HEAD").is_file() and not path.is_symlink() for path in found.values())
        assert folders.present() == found
        emptied = [root for root in (folders.staging, folders.trash) if root.exists()]
        assert [left for root in emptied for left in root.iterdir()] == []
        assert (kept / "HEAD").is_file()
        assert sorted(entry.name for entry in outside.iterdir()) == ["repos"]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.mark.parametrize("missing", ["HEAD", "objects"])
def test_half_a_clone_is_deleted(tmp_path: Path, missing: str) -> None:
    folders = Folders(tmp_path)
    half = clone(folders, "h/o/half")
    (half / missing).rename(tmp_path / missing)
    assert folders.present() == {}
    assert not os.path.lexists(half)


def test_a_clone_on_the_wrong_shelf_is_deleted(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    path = clone(folders, "h/o/n")
    wrong = folders.repos / "00" / path.name
    wrong.parent.mkdir()
    path.rename(wrong)
    assert folders.present() == {}
    assert not wrong.exists()


def test_what_cannot_be_entered_is_deleted_all_the_same(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    closed = folders.staging / "dead-1" / "repository.git"
    closed.mkdir(parents=True)
    (closed / "pack").write_text("x")
    closed.chmod(0o000)
    closed.parent.chmod(0o000)
    assert folders.sweep(live_keys=()) == 1
    assert list(folders.staging.iterdir()) == []
