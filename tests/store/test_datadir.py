"""One server a data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.errors import GraticuleError
from services.store.datadir import DataDirInUseError, DataDirUnusableError, lock_data_dir

HOLD = """
import sys, time
from pathlib import Path
from services.store.datadir import lock_data_dir
with lock_data_dir(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_server_is_told_the_folder_and_the_process(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path), pytest.raises(DataDirInUseError) as caught, lock_data_dir(tmp_path):
        pass
    assert str(tmp_path) in caught.value.message
    assert str(os.getpid()) in caught.value.message
    assert "--data-dir" in str(caught.value.hint)
    assert isinstance(caught.value, GraticuleError)


def test_the_folder_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_data_dir(tmp_path / "new"):
            assert (tmp_path / "new").is_dir()


def test_a_killed_server_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "held\n"
        with pytest.raises(DataDirInUseError, match=str(server.pid)), lock_data_dir(tmp_path):
            pass
        server.kill()
        server.wait()
        with lock_data_dir(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirUnusableError, match="Not a directory") as caught, lock_data_dir(tmp_path / "file/data"):
        pass
    assert str(tmp_path) in caught.value.message
