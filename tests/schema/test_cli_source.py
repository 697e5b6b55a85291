"""What a person names on the command line: a folder of a checkout, or a URL."""

from pathlib import Path

import pytest

from schema.cli.source import FOLDER_HINT, resolve_source
from services.errors import InvalidUrlError


@pytest.mark.parametrize(
    "source", ["", " ", "nowhere", "./nowhere", "../no/x", "/nowhere/at/all", "~/nowhere", "~nobody/x"]
)
def test_a_path_that_is_no_folder_is_told_so(source: str) -> None:
    with pytest.raises(InvalidUrlError, match="There is no folder") as refused:
        resolve_source(source, any_folder=True)
    assert refused.value.hint == FOLDER_HINT


@pytest.mark.parametrize(
    "source", ["owner/name", "git@host:name", "https://host/owner/name", "https://host/" + "a" * 5000]
)
def test_what_looks_like_a_url_is_left_to_the_door(source: str) -> None:
    assert resolve_source(source) == source


def test_a_folder_within_a_work_tree_means_its_checkout(tmp_path: Path) -> None:
    (tmp_path / "checkout/deep").mkdir(parents=True)
    (tmp_path / "checkout/.git").write_text("gitdir: elsewhere")
    assert resolve_source(str(tmp_path / "checkout/deep")) == str(tmp_path / "checkout")
