"""Secrets in code are not shown in outlines, and nothing else is hidden."""

import re
import time

import pytest

from services.mapping.masking import MASK, masked
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import OutlineRequest
from tests.mapping.secrets import LOOK_ALIKES, SECRETS, made
from tests.support.records import mapped

TOKEN = SECRETS["GitHub token"][1]
FILES = {
    "app.py": f'TOKEN = "{TOKEN}"\n\n\ndef connect(password="hunter2hunter2", retries=3):\n    return TOKEN\n',
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_and_the_line_around_it_is_not(name: str) -> None:
    line, secret = SECRETS[name]
    shown = masked(line.replace("{}", secret))
    assert secret not in shown
    assert MASK in shown
    assert not re.search(re.escape(secret[4:12]), shown)
    assert shown.startswith(line.split("{}")[0][:8])


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_what_only_looks_like_a_secret_stays(line: str) -> None:
    assert masked(line) == line


def test_a_mask_keeps_the_lines_of_a_text() -> None:
    text = "key = '-----BEGIN PRIVATE KEY-----\n" + "\n".join(made(64, seed=str(row)) for row in range(9)) + "'\nx = 1"
    assert masked(text).count("\n") == text.count("\n")
    assert masked(text).endswith("'\nx = 1")


def test_what_is_masked_is_not_masked_again() -> None:
    for line, secret in SECRETS.values():
        once = masked(line.replace("{}", secret))
        assert masked(once) == once


@pytest.mark.parametrize(
    "text", ["a1=" * 40_000, "x1." * 40_000, "password" * 20_000, "://" * 40_000, "a1" * 50_000 + "…"]
)
def test_a_hostile_line_takes_no_longer_than_a_long_one(text: str) -> None:
    began = time.process_time()
    masked(text)
    assert time.process_time() - began < 20  # the square of it would take hours


def test_no_word_makes_a_line_many_times_slower_than_another() -> None:
    def seconds(word: str) -> float:
        began = time.process_time()
        masked(f"{word}1" * (120_000 // len(word)))
        return time.process_time() - began

    seconds("password")  # what is compiled with the first
    assert seconds("key") < 5 * seconds("password")  # 1.6; it was 9.5 when two repetitions could share what they took


def shown(*, mask_secrets: bool) -> tuple[Snapshot, str]:
    snapshot = mapped(FILES, mask_secrets=mask_secrets)
    return snapshot, outline(snapshot, OutlineRequest(tokens=1000)).text


def test_an_outline_has_no_secret_and_keeps_the_names() -> None:
    snapshot, text = shown(mask_secrets=True)
    assert TOKEN not in text
    assert "hunter2" not in text
    assert f'TOKEN = "{MASK}"' in text
    assert f'def connect(password="{MASK}", retries=3)' in text
    assert {symbol.name for symbol in snapshot.symbols().items} >= {"TOKEN", "connect"}


def test_symbols_have_none_either() -> None:
    snapshot, _ = shown(mask_secrets=True)
    told = [symbol.signature for symbol in snapshot.symbols().items]
    assert not any(TOKEN in line for line in told)
    assert any(MASK in line for line in told)


def test_an_operator_can_have_them_shown_of_the_same_map_under_another_tag() -> None:
    snapshot, text = shown(mask_secrets=False)
    assert TOKEN in text
    tags = {outline(one, OutlineRequest(tokens=1000)).etag for one in (snapshot, shown(mask_secrets=True)[0])}
    assert len(tags) == 2
