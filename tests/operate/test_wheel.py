"""What is installed from the wheel serves the pages and makes maps, with nothing of the checkout beside it."""

import os
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import httpx
import pytest

from tests.support.asker import FILES
from tests.support.gitserver import GitServer, make_repository
from tests.support.serve_command import ServeCommand

pytestmark = pytest.mark.timeout(120)  # a build, a virtual environment and a server: 10 s on a quiet machine
ROOT: Final = Path(__file__).parents[2]
BUILD: Final = "import sys, uv_build; uv_build.build_wheel(sys.argv[1]); uv_build.build_sdist(sys.argv[1])"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both, as `pip` and an index get them; gives the folder."""
    folder = tmp_path_factory.mktemp("built")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-c", BUILD, str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install the wheel alone into a new environment, which finds what it needs in the one of the tests."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (wheel,) = built.glob("*.whl")
    install = ["--python", str(folder), "install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return str(folder / "bin/python")


def test_the_wheel_holds_the_product_and_nothing_that_made_it(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"schema", "services", "graticule-0.1.0.dist-info"}
    assert [name for name in names if name.endswith((".map", ".pyc", ".ts", ".svelte")) or "test" in name] == []
    tracked = subprocess.run(
        ["git", "ls-files", "schema", "services"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(tracked) <= set(names)
    assert "graticule-0.1.0.dist-info/licenses/LICENSE" in names


def test_the_source_archive_can_be_built_and_has_no_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO", "schema/app.py"} <= names
    assert [name for name in names if name.startswith(("tests", "frontend")) or name.endswith(".map")] == []


def test_what_it_installs_serves_pages_and_makes_maps(python: str, tmp_path: Path) -> None:
    make_repository(tmp_path / "forge/ada/shapes.git", FILES)
    safe = {"PYTHONSAFEPATH": "1"}  # or `-m` would find the checkout, where the tests run
    with (
        GitServer.start(tmp_path / "forge") as forge,
        ServeCommand(tmp_path / "data", environment=safe, python=python) as server,
        httpx.Client(base_url=server.url, timeout=30) as web,
    ):
        for path in ("/", "/graphiql", "/llms.txt"):
            assert web.get(path).status_code == 200
        mapped = web.get(f"/r/{server.ask().map(forge.url('ada/shapes.git'))}.md")
    assert "total_area(shapes)" in mapped.text
    where = subprocess.run(
        [python, "-c", "import schema, services; print(schema.__file__, services.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(ROOT) not in where
    assert (
        subprocess.run([Path(python).with_name("graticule"), "--help"], check=False, capture_output=True).returncode
        == 0
    )
